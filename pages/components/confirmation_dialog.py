"""The dialog that asks who it is once more, and does then what waited for that."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from core.config import settings
from core.domain.accounts import Account
from core.domain.sign_in_steps import Proof, proof_of
from core.errors import EarshotError
from core.translation import mark, translate
from core.workflows.accounts import confirmation
from pages.components.action_result import WAITING, attempt
from pages.components.current_account import current_account
from pages.components.markdown import plain, plain_error

TITLE = mark("Confirm that it is you")


def render_confirmation(account: Account) -> None:
    """Ask for the proof while something waits for it."""
    if WAITING not in st.session_state:
        return
    title = translate(account.speaks, TITLE)
    st.dialog(title, icon=":material/shield_person:", on_dismiss=_forget)(_ask)(account)


def _ask(account: Account) -> None:
    speaks, proof = account.speaks, proof_of(account)
    words = mark("You signed in more than {minutes} minutes ago. Prove once more who you are; then it is done.")
    st.markdown(translate(speaks, words, minutes=f"{settings().confirm_minutes:g}"))
    if proof is Proof.PROVIDER:
        _lead_to_provider(speaks)
        return
    with st.form("confirm-sign-in", border=False):
        label = translate(speaks, mark("Code") if proof is Proof.CODE else mark("Password"))
        autocomplete = "one-time-code" if proof is Proof.CODE else "current-password"
        typed = st.text_input(label, type="password", key="confirm-proof", autocomplete=autocomplete)
        if st.form_submit_button(translate(speaks, "Confirm"), type="primary", width="stretch"):
            _confirm(typed)


def _confirm(typed: str) -> None:
    account = current_account()
    if account is None:
        st.rerun()
        return
    try:
        confirmation.confirm(account, typed)
    except EarshotError as error:
        st.error(plain_error(error), icon=":material/error:")
        return
    _do_what_waited()


def _do_what_waited() -> None:
    """Without a proof it waits again: the verb asks."""
    attempt(st.session_state.pop(WAITING))
    st.rerun()


def _lead_to_provider(speaks: str) -> None:
    provider, screen = settings().oidc_name, "/" + (st.context.url or "").rstrip("/").rpartition("/")[2]
    st.link_button(
        plain(translate(speaks, "Confirm at {provider}", provider=provider)),
        f"{settings().public_prefix}/oidc/confirm?next={quote(screen, safe='')}",
        type="primary",
        width="stretch",
    )
    st.caption(translate(speaks, "It opens another tab. Come back here afterwards, and go on."))
    if st.button(translate(speaks, "Go on"), key="confirmed-at-provider", width="stretch"):
        _do_what_waited()


def _forget() -> None:
    st.session_state.pop(WAITING, None)
