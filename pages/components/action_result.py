"""Results of actions: an error is shown in place, a success after the rerun that follows.

`showing_errors` shows an error in its place. Callbacks draw nothing: `attempt` stores the sentence, and
`show_last_result` shows it on the next run, once. What needs a recent proof of who it is waits for the dialog of
`confirmation_dialog`, which does it then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import ConfirmationNeeded, EarshotError
from pages.components.markdown import plain, plain_error

STORED = "outcome"
ERROR, DONE = "error", "done"
WAITING = "waits-for-confirmation"  # the session's key of an action


@contextmanager
def showing_errors() -> Iterator[None]:
    """Show errors that are meant for people, and go on with the page below."""
    try:
        yield
    except EarshotError as error:
        _show(ERROR, plain_error(error))


def attempt(action: Callable[[], str | None]) -> bool:
    """Run it and store its sentence, or that of an error that is meant for people; True when it succeeded."""
    try:
        sentence = action()
    except ConfirmationNeeded:
        st.session_state[WAITING] = action
        return False
    except EarshotError as error:
        st.session_state[STORED] = (ERROR, plain_error(error))
        return False
    if sentence:
        st.session_state[STORED] = (DONE, sentence)
    return True


def is_waiting() -> bool:
    """Whether an action waits until the person has proved who they are: run the page again, so that it is asked."""
    return WAITING in st.session_state


def show_last_result() -> None:
    """Show the stored result of the last action, once."""
    kind, sentence = st.session_state.pop(STORED, ("", ""))
    _show(kind, sentence)


def _show(kind: str, sentence: str) -> None:
    if kind == ERROR:
        st.error(sentence, icon=":material/error:")
    elif kind == DONE:
        st.toast(
            plain(sentence), icon=":material/check_circle:"
        )  # seen wherever the screen is scrolled to, and moves nothing
