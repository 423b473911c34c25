"""Accounts: the list, adding one, and what an administrator may change of one."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.domain.accounts import Account
from core.domain.labels import Role
from core.workflows.accounts import accounts
from pages.components import formatting
from pages.components.account_dialogs import NEW, OPENED, open_account, render_account, render_add_account, role_words
from pages.components.words import say, say_count

BADGE_COLOUR: dict[Role, Literal["gray", "blue", "green"]] = {
    Role.JUDGE: "gray",
    Role.STAFF: "blue",
    Role.ADMIN: "green",
}


def render_accounts(administrator: Account) -> None:
    """A line an account, and a button to add one."""
    everyone = accounts.all_accounts()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(say_count("{n} account", "{n} accounts", len(everyone)))
        st.button(
            say("Add somebody"),
            icon=":material/person_add:",
            type="primary",
            key="add-account",
            on_click=open_account,
            args=(NEW,),
        )
    for account in everyone:
        _render_line(account, is_self=account.id == administrator.id)
    opened = st.session_state.get(OPENED)
    if opened == NEW:
        st.dialog(say("Add somebody"), icon=":material/person_add:", on_dismiss=open_account)(render_add_account)()
    for account in everyone:
        if account.id == opened:
            st.dialog(say("Account"), icon=":material/manage_accounts:", on_dismiss=open_account)(render_account)(
                account
            )


def _render_line(account: Account, *, is_self: bool) -> None:
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
    ):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.markdown(
                f"**{formatting.plain(account.name)}**" + (f" ({say('you')})" if is_self else ""), width="content"
            )
            st.badge(role_words(account.role), color=BADGE_COLOUR[account.role])
            if account.has_two_steps:
                st.badge(say("Second step"), color="green", help=say("A code is asked after the password."))
            if not account.is_active:
                st.badge(say("Deactivated"), color="red")
            elif account.is_external:
                st.badge(say("External annotator"), color="gray", help=say("Named by a file. Nobody signs in to it."))
            elif not account.can_sign_in:
                st.badge(say("No password yet"), color="orange", help=say("Set a password to let them in."))
        st.button(
            say("Manage"),
            key=f"manage-{account.id}",
            help=say("Role, password, sign-ins of {name}", name=formatting.plain(account.name)),
            on_click=open_account,
            args=(account.id,),
        )
