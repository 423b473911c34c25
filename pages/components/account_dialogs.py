"""The dialogs of accounts: adding one, and what an administrator may change of one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.config import settings
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import ROLE_IN_WORDS, Role
from core.translation import LANGUAGES, mark
from core.workflows.accounts import accounts, oidc_links, oidc_provider, two_step
from core.workflows.annotation import recording_search
from pages.components import formatting
from pages.components.action_result import attempt, is_waiting, show_last_result
from pages.components.current_account import current_account
from pages.components.words import say

OPENED, NEW = "opened-account", "new"  # the session's key, and its value for an account to be added
ROLES = list(Role)
ROLES_TEXT = mark(
    "Judges label recordings and see nobody's labels. Pedagogy staff see labels, settle disagreements, retrain and "
    "deploy. Administrators also manage accounts and erase data."
)


def role_words(role: Role) -> str:
    return say(ROLE_IN_WORDS[role])


def open_account(account: int | str | None = None) -> None:
    """Open the dialog of an account; None closes it. Stored, so that a rerun of the page does not close it."""
    st.session_state[OPENED] = account


def render_add_account() -> None:
    with st.form("add-somebody", border=False):
        name = st.text_input(say("Name"), max_chars=80, key="new-name", autocomplete="off")
        role = st.segmented_control(
            say("Role"), ROLES, default=Role.JUDGE, format_func=role_words, required=True, key="new-role"
        )
        password = st.text_input(
            say("Password"),
            type="password",
            key="new-password",
            autocomplete="new-password",
            help=say("Ten characters or more."),
        )
        st.caption(say(ROLES_TEXT))
        if st.form_submit_button(say("Add"), type="primary", width="stretch"):
            _do(
                say("{name} can sign in now", name=name),
                lambda actor: accounts.create(name, password, role or Role.JUDGE, actor=actor),
            )


def render_account(account: Account) -> None:
    """All that can be changed of one account."""
    st.markdown(
        say(
            "**{name}**, since {when}",
            name=formatting.plain(account.name),
            when=formatting.date_text(account.created_at.date()),
        )
    )
    _render_role_form(account)
    _render_language_form(account)
    _render_judging_languages_form(account)
    _render_password_form(account)
    _render_provider(account)
    st.caption(say("A new password, or leaving, ends every sign-in of this account. Its judgements stay."))
    _render_access_buttons(account)


def _render_role_form(account: Account) -> None:
    with st.form(f"role-{account.id}", border=False):
        role = st.segmented_control(
            say("Role"),
            ROLES,
            default=account.role,
            format_func=role_words,
            required=True,
            key=f"role-of-{account.id}",
        )
        if st.form_submit_button(say("Change role"), width="stretch"):
            _do(say("Role changed"), lambda actor: accounts.set_role(account.id, role or account.role, actor=actor))


def _render_language_form(account: Account) -> None:
    with st.form(f"language-{account.id}", border=False):
        speaks = st.segmented_control(
            say("Language of all screens"),
            list(LANGUAGES),
            default=account.speaks,
            format_func=LANGUAGES.__getitem__,
            required=True,
            key=f"language-of-{account.id}",
        )
        if st.form_submit_button(say("Change language"), width="stretch"):
            _do(
                say("Language changed"),
                lambda actor: accounts.set_language(account.id, speaks or account.speaks, actor=actor),
            )


def _render_judging_languages_form(account: Account) -> None:
    with st.form(f"languages-{account.id}", border=False):
        languages = sorted({*recording_search.filter_choices().languages, *account.may_judge} - {""})
        may_judge = st.multiselect(
            say("Judges recordings in"),
            languages,
            default=list(account.may_judge),
            placeholder=say("All languages"),
            key=f"languages-of-{account.id}",
        )
        if st.form_submit_button(say("Change languages to judge"), width="stretch"):
            _do(
                say("Languages changed"),
                lambda actor: accounts.set_judging_languages(account.id, may_judge, actor=actor),
            )


def _render_password_form(account: Account) -> None:
    with st.form(f"password-{account.id}", border=False):
        password = st.text_input(
            say("New password"), type="password", key=f"password-of-{account.id}", autocomplete="new-password"
        )
        if st.form_submit_button(say("Set password"), width="stretch"):
            _do(say("Password set"), lambda actor: accounts.set_password(account.id, password, actor=actor))


def _render_access_buttons(account: Account) -> None:
    with st.container(horizontal=True):
        if st.button(say("Sign out everywhere"), icon=":material/logout:", key=f"end-{account.id}"):
            _do(say("Signed out everywhere"), lambda actor: accounts.sign_out_everywhere(account.id, actor=actor))
        if account.has_two_steps and st.button(
            say("Reset second step"), icon=":material/phonelink_erase:", key=f"reset-{account.id}"
        ):
            _do(
                say("{name} signs in without a code", name=account.name),
                lambda actor: two_step.reset(account.id, actor=actor),
            )
        if account.is_active:
            if st.button(say("Deactivate"), icon=":material/person_off:", key=f"deactivate-{account.id}"):
                _do(
                    say("{name} is deactivated", name=account.name),
                    lambda actor: accounts.deactivate(account.id, actor=actor),
                )
        elif st.button(say("Reactivate"), icon=":material/person_check:", key=f"reactivate-{account.id}"):
            _do(
                say("{name} may sign in again", name=account.name),
                lambda actor: accounts.reactivate(account.id, actor=actor),
            )


def _render_provider(account: Account) -> None:
    """Who that is at the OpenID Connect provider, where there is one."""
    if not oidc_provider.is_offered() or account.is_external:
        return
    provider = formatting.plain(settings().oidc_name)
    with st.form(f"provider-{account.id}", border=False):
        login = st.text_input(
            say("Signs in with {provider} as", provider=provider),
            value=account.oidc_login,
            key=f"provider-of-{account.id}",
            autocomplete="off",
            max_chars=255,
            help=say(
                "A verified e-mail, a user name, or the provider's number of the person. From the first sign-in on the "
                "number counts."
            ),
        )
        if st.form_submit_button(say("Change name at the provider"), width="stretch"):
            _do(say("Name at the provider changed"), lambda actor: oidc_links.link(account.id, login, actor=actor))


def _do(sentence: str, action: Callable[[Actor], object]) -> None:
    """Run the action as the account that is signed in now, and show the list again; or an error, in the dialog.

    A dialog runs without the page's own check of roles, so the role is checked again.
    """
    administrator = current_account()
    if administrator is None or administrator.role != Role.ADMIN:
        st.error(
            say("This is for administrators: your account is none, or your sign-in has ended."), icon=":material/lock:"
        )
        return

    def run() -> str:
        action(Actor.of(administrator))
        return sentence

    if attempt(run) or is_waiting():
        open_account(None)
        st.rerun()
    show_last_result()
