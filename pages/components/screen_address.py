"""Query parameters of a screen's address, so that opening the address again shows the same."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import streamlit as st

from core.translation import LANGUAGES, translate
from pages.components.words import say

MOST_DIGITS = 8


def put_in_address(name: str, value: str) -> None:
    """Set a parameter; an empty value removes it."""
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def words_in_address(name: str, words: Iterable[str], *, is_several: bool = False) -> None:
    """Let words of Earshot in an address count in whatever language they are written: an address of somebody else, or
    of before the language was changed, shows the same. To be called before the widget that is bound to the address.

    words : in English, as the widget has them; it shows them translated
    """
    if name in st.session_state or name not in st.query_params:
        return
    by_any_name = {translate(each, word): word for word in words for each in LANGUAGES}
    in_address = st.query_params.get_all(name)
    known = [by_any_name[value] for value in in_address if value in by_any_name]
    if known and [say(word) for word in known] != in_address:
        st.session_state[name] = known if is_several else known[0]


def choice_in_address(name: str, among: Collection[str], otherwise: str) -> str:
    """A parameter that is one of `among`, or `otherwise`."""
    value = st.query_params.get(name, otherwise)
    return value if value in among else otherwise


def float_in_address(name: str, otherwise: float) -> float:
    """A number, which may be infinite; `otherwise` where there is none."""
    try:
        value = float(st.query_params.get(name, otherwise))
    except ValueError:
        return otherwise
    return otherwise if math.isnan(value) else value


def count_in_address(name: str) -> int:
    """A whole number from 0 to below 100 million; 0 where there is none."""
    value = st.query_params.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS else 0
