"""What a screen shows while it has no data: what is missing, and the next step."""

from __future__ import annotations

import streamlit as st


def render_empty_state(
    title: str, sentence: str, *, screen: str = "", link: str = "", icon: str = ":material/info:"
) -> None:
    """An empty state.

    Parameters
    ----------
    screen : the file of the screen where it goes on, such as "recordings.py"; with `link`, the words on the way there
    """
    st.info(sentence, title=title, icon=icon)
    if screen:
        st.page_link(screen, label=link, icon=":material/arrow_forward:")
