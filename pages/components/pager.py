"""Long lists a page at a time: where the page begins that is shown, and the controls to turn it.

A page of rows that have numbers begins at a row's number (`choose_begin`, `render_page_buttons`): later rows are as
near as earlier ones, and what comes in meanwhile moves nothing. A page of what is computed begins at a place in it
(`render_address_pager`).
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.domain.list_pages import BEHIND_ALL, PageBounds
from pages.components import screen_address
from pages.components.words import say

FROM = "from"  # in the address: where the page begins


def choose_begin(name: str, key: str, *, bind: Literal["query-params"] | None = None) -> int | None:
    """A field for the number of the row that a page begins at, to jump to; None for the first page.

    name : of the field, such as "From recording", in the language of whoever looks
    key : of the session, where the number is; with `bind` it stands in the address as well
    """
    chosen = st.number_input(
        name,
        min_value=1,
        max_value=BEHIND_ALL,
        value=None,
        step=1,
        key=key,
        bind=bind,
        placeholder=say("the first"),
        width=210,
    )
    return None if chosen is None else int(chosen)


def render_page_buttons(bounds: PageBounds, key: str, *, has_last: bool = False) -> None:
    """Buttons to the first page, those beside this one and, when asked, the last; none for a list of one page.

    key : as for `choose_begin`
    """
    if bounds.before is None and bounds.after is None:
        return
    is_last = bounds.after is None
    turns = [
        (say("First page"), "first", "first_page", None, bounds.before is None),
        (say("Previous page"), "previous", "chevron_left", bounds.before, bounds.before is None),
        (say("Next page"), "next", "chevron_right", bounds.after, is_last),
    ]
    if has_last:
        turns.append((say("Last page"), "last", "last_page", BEHIND_ALL, is_last))
    with st.container(horizontal=True, gap="small", width="content"):
        for name, turn, icon, begin, is_disabled in turns:
            st.button(
                name,
                key=f"{key}_{turn}",
                icon=f":material/{icon}:",
                disabled=is_disabled,
                on_click=turn_to,
                args=(key, begin),
            )


def turn_to(key: str, begin: int | None) -> None:
    """Show the page that begins at this row, or the first. To be called before `choose_begin`, as buttons do."""
    st.session_state[key] = begin


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
