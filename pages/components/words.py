"""Words on screens, in the language of whoever looks.

`say("Deploy")` is `translate` for the account that this run of the script is for. Nothing that `st.cache_data`
keeps may call it: the next to look may speak another language.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.translation import DEFAULT_LANGUAGE, mark, translate, translate_count
from pages.components.current_account import current_account, language_of_browser

_SPEAKS = "speaks"


def speak_as(account: Account) -> None:
    """Show the words of this session in the account's language from now on."""
    st.session_state[_SPEAKS] = account.speaks


def language() -> str:
    """The language of the signed-in account; the browser's where nobody is signed in; English where no screen runs."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT_LANGUAGE
    speaks = st.session_state.get(_SPEAKS)
    if isinstance(speaks, str):
        return speaks
    account = current_account()
    return account.speaks if account else language_of_browser()


def say(message: str, /, **values: object) -> str:
    """A message in the language of whoever looks, its `{placeholders}` filled in."""
    return translate(language(), message, **values)


def actor_title(name: str) -> str:
    """Who did something: the name of an account, or that it was the command line."""
    return say(mark("command line")) if name == COMMAND_LINE.name else name


def say_count(singular: str, plural: str, /, n: int, **values: object) -> str:
    """The form that `n` of something take: `say_count("{n} child", "{n} children", 3)`."""
    return translate_count(language(), singular, plural, n, **values)
