"""Long lists a page at a time: which page is shown, and the controls to turn it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import screen_address

FROM = "from"  # in the address: where the page begins


def chosen_begin(size: int, key: str) -> int:
    """Where the page begins that `render_pagination` was turned to; it may lie beyond a list that became shorter."""
    return (int(st.session_state.get(key, 1)) - 1) * size


def last_begin(total: int, size: int, key: str) -> int:
    """Turn to the last page; where it begins. To be called before `render_pagination`."""
    st.session_state[key] = max(1, -(-total // size))
    return chosen_begin(size, key)


def render_pagination(
    total: int, size: int, key: str, *, place: DeltaGenerator | None = None, is_in_address: bool = False
) -> None:
    """Numbers to turn the pages, where there is more than one page. The page is stored in the session, under `key`.

    is_in_address : it stands in the address too, under the same name, so that loading anew shows the same page
    """
    if total > size:
        (place or st).pagination(-(-total // size), key=key, bind="query-params" if is_in_address else None)


def begin_in_address(size: int, key: str) -> int:
    """Where the page begins that the address names, once: when the screen is opened, before its numbers are there."""
    number = screen_address.count_in_address(key)
    if key not in st.session_state and number:
        return (number - 1) * size
    return chosen_begin(size, key)


def render_address_pager(total: int, *, size: int, key: str) -> int:
    """Buttons to the page before and after; returns where the page begins, which stands in the address."""
    begin = min(screen_address.count_in_address(FROM), max(0, total - 1)) // size * size
    go_to(begin)
    if total <= size:
        return begin
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name, to, icon in (("Before", begin - size, "chevron_left"), ("Next", begin + size, "chevron_right")):
            st.button(
                name,
                key=f"{key}_{name.lower()}",
                icon=f":material/{icon}:",
                disabled=not 0 <= to < total,
                on_click=go_to,
                args=(to,),
            )
        st.caption(f"{begin + 1:,} to {min(begin + size, total):,} of {total:,}")
    return begin


def go_to(begin: int) -> None:
    """Show the page that begins there."""
    screen_address.put_in_address(FROM, str(begin) if begin else "")
