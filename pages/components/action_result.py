"""What became of something a person did: shown at once, or kept over the rerun that follows it and then shown once.

`reported` shows an error where it happens. Callbacks draw nothing themselves: `attempt` keeps their words, and
`show_outcome` says them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.errors import EarshotError
from pages.components.markdown import plain, plain_error

KEPT = "outcome"
ERROR, DONE = "error", "done"


@dataclass
class Outcome:
    """Whether what a block did came to its end."""

    is_done: bool = False


@contextmanager
def reported() -> Iterator[Outcome]:
    """Errors that are meant for people are shown as such, and the page goes on below."""
    outcome = Outcome()
    try:
        yield outcome
        outcome.is_done = True
    except EarshotError as error:
        _show(ERROR, plain_error(error))


def attempt(action: Callable[[], str | None]) -> bool:
    """Do it, and keep its sentence, or the sentence of the error that a person can act on. True when it was done."""
    try:
        sentence = action()
    except EarshotError as error:
        st.session_state[KEPT] = (ERROR, plain_error(error))
        return False
    if sentence:
        st.session_state[KEPT] = (DONE, sentence)
    return True


def show_result() -> None:
    """Say what became of the last action, once."""
    kind, sentence = st.session_state.pop(KEPT, ("", ""))
    _show(kind, sentence)


def _show(kind: str, sentence: str) -> None:
    if kind == ERROR:
        st.error(sentence, icon=":material/error:")
    elif kind == DONE:
        st.toast(
            plain(sentence), icon=":material/check_circle:"
        )  # seen wherever the screen is scrolled to, and moves nothing
