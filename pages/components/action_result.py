"""What became of something a person did: kept over the rerun that follows it, then shown once.

Actions run in callbacks, which draw nothing themselves; `attempt` keeps their words, `show_outcome` says them.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import EarshotError

KEPT = "outcome"


def attempt(action: Callable[[], str | None]) -> bool:
    """Do it, and keep its sentence, or the sentence of the error that a person can act on. True when it was done."""
    try:
        sentence = action()
    except EarshotError as error:
        st.session_state[KEPT] = ("error", str(error))
        return False
    if sentence:
        st.session_state[KEPT] = ("done", sentence)
    return True


def show_result() -> None:
    """Say what became of the last action, once."""
    kind, sentence = st.session_state.pop(KEPT, ("", ""))
    if kind == "error":
        st.error(sentence, icon=":material/error:")
    elif kind == "done":
        st.toast(sentence, icon=":material/check_circle:")  # seen wherever the screen is scrolled to, and moves nothing
