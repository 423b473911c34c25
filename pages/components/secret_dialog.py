"""A dialog in which administrators make something whose secret is shown once, and never again: keys, webhooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Role
from pages.components.action_result import attempt, is_waiting, show_last_result
from pages.components.current_account import current_account
from pages.components.words import say


@dataclass(frozen=True)
class SecretDialog:
    """What the session remembers of such a dialog.

    name : of its keys in the session
    copy_now : that what is shown cannot be shown again; a message of the catalogue
    """

    name: str
    copy_now: str

    @property
    def is_open(self) -> bool:
        return bool(st.session_state.get(self._opened))

    def open(self) -> None:
        self._set(is_open=True)

    def close(self) -> None:
        self._set(is_open=False)

    def show_secret(self) -> bool:
        """Show the secret that was made; False where none was made yet."""
        secret = st.session_state.get(self._secret)
        if not secret:
            return False
        st.success(say(self.copy_now), icon=":material/content_copy:")
        st.code(secret, language=None)
        return True

    def make(self, make: Callable[[Actor], str]) -> None:
        """Let an administrator make it, and show the secret that `make` gives in the dialog's next run."""

        def make_as(actor: Actor) -> str:
            st.session_state[self._opened] = True  # it may have waited for a confirmation, in a dialog of its own
            st.session_state[self._secret] = make(actor)
            return ""

        if act_as_administrator(make_as):
            st.rerun()
        if is_waiting():
            self.close()
            st.rerun()
        show_last_result()

    def _set(self, *, is_open: bool) -> None:
        """The secret is gone when the dialog opens or closes."""
        st.session_state[self._opened] = is_open
        st.session_state.pop(self._secret, None)

    @property
    def _opened(self) -> str:
        return f"{self.name}-opened"

    @property
    def _secret(self) -> str:
        return f"{self.name}-secret"


def act_as_administrator(act: Callable[[Actor], str]) -> bool:
    """Do it as whoever is signed in now: a dialog and a callback run without the page's own check of roles."""
    account = current_account()
    if account is None or account.role != Role.ADMIN:
        st.error(
            say("This is for administrators: your account is none, or your sign-in has ended."), icon=":material/lock:"
        )
        return False
    return attempt(lambda: act(Actor.of(account)))
