"""Long lists a page at a time: which page is shown, and the controls to turn it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import screen_address
from pages.components.words import say

FROM = "from"  # in the address: where the page begins


def chosen_begin(size: int, key: str) -> int:
    """Where the page begins that `render_pagination` was turned to; it may lie beyond a list that became shorter."""
    return (int(st.session_state.get(key, 1)) - 1) * size


def last_begin(total: int, size: int, key: str) -> int:
    """Turn to the last page; where it begins. To be called before `render_pagination`."""
    st.session_state[key] = max(1, -(-total // size))
    return chosen_begin(size, key)


def render_pagination(total: int, size: int, key: str, *, place: DeltaGenerator | None = None) -> None:
    """Numbers to turn the pages, where there is more than one page. The page is stored in the session, under `key`."""
    if total > size:
        (place or st).pagination(-(-total // size), key=key)


def render_address_pager(total: int, *, size: int, key: str) -> int:
    """Buttons to the page before and after; returns where the page begins, which stands in the address."""
    begin = min(screen_address.count_in_address(FROM), max(0, total - 1)) // size * size
    go_to(begin)
    if total <= size:
        return begin
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for way, name, to, icon in (
            ("before", say("Before"), begin - size, "chevron_left"),
            ("next", say("Next"), begin + size, "chevron_right"),
        ):
            st.button(
                name,
                key=f"{key}_{way}",
                icon=f":material/{icon}:",
                disabled=not 0 <= to < total,
                on_click=go_to,
                args=(to,),
            )
        end = min(begin + size, total)
        st.caption(say("{first:,} to {last:,} of {total:,}", first=begin + 1, last=end, total=total))
    return begin


def go_to(begin: int) -> None:
    """Show the page that begins there."""
    screen_address.put_in_address(FROM, str(begin) if begin else "")
