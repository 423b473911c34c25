"""Annotate: hear a recording and label it. Everything happens in the desk's own component."""

from __future__ import annotations

import streamlit as st

from pages.components.desk.annotator import render_annotator
from pages.components.page_frame import EVERYBODY, begin_page
from pages.components.words import say

# the desk needs the height: on a tablet the labels shall lie in the thumb's reach
STYLE = (
    ".stMainBlockContainer { padding-top: 3.2rem; padding-bottom: 0.5rem; } "
    ".stMainBlockContainer h1 { font-size: 1.2rem; padding: 0; }"
)

st.html(f"<style>{STYLE}</style>")
render_annotator(begin_page(say("Annotate"), roles=EVERYBODY))
