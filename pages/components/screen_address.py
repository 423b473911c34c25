"""Query parameters of a screen's address, so that opening the address again shows the same."""

from __future__ import annotations

import math
from collections.abc import Collection

import streamlit as st

MOST_DIGITS = 8


def put_in_address(name: str, value: str) -> None:
    """Set a parameter; an empty value removes it."""
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


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
