"""What stands in a screen's address, so that opening it again shows the same."""

from __future__ import annotations

import math
from collections.abc import Collection

import streamlit as st


def put_in_address(name: str, value: str) -> None:
    """Put it into the address; an empty value takes it out."""
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def choice_in_address(name: str, among: Collection[str], otherwise: str) -> str:
    """What the address asks for, if it is one of these."""
    found = st.query_params.get(name, otherwise)
    return found if found in among else otherwise


def number(name: str, otherwise: float) -> float:
    """A number of the address, which may be too large for any float (infinite); what is none gives the other."""
    try:
        found = float(st.query_params.get(name, otherwise))
    except ValueError:
        return otherwise
    return found if not math.isnan(found) else otherwise


def number_in_address(name: str) -> int:
    """A whole number of the address, at least 0 and below 100 million; 0 where there is none."""
    found = st.query_params.get(name, "0")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 9 else 0
