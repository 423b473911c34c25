"""The last change on this screen, with a button that takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Account
from core.translation import translate
from pages.components.action_result import attempt

STORED = "privacy-undo"


@dataclass(frozen=True)
class UndoableChange:
    """`sentence` says what was changed, in the language of who changed it."""

    sentence: str
    take_back: Callable[[], None]


def offer_undo(change: UndoableChange) -> None:
    """Show this change, and the button, until the next one."""
    st.session_state[STORED] = change


def render_undo(account: Account) -> None:
    change: UndoableChange | None = st.session_state.get(STORED)
    if change is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo-bar"):
        st.markdown(f":material/check: {change.sentence}", width="content")
        st.button(
            translate(account.speaks, "Undo"),
            icon=":material/undo:",
            key="undo-change",
            on_click=_take_back,
            args=(change,),
        )


def _take_back(change: UndoableChange) -> None:
    st.session_state.pop(STORED, None)
    attempt(lambda: change.take_back())
