"""Glossary: what the words on the screens mean."""

from __future__ import annotations

import streamlit as st

from pages.components.glossary_terms import GROUPS, Term
from pages.components.page_frame import STAFF, begin_page
from pages.components.words import say


def render_terms(group: str, terms: tuple[Term, ...]) -> None:
    st.header(say(group), anchor=False)
    rows = [{say("Word"): f"**{say(term.word)}**", say("Meaning"): say(term.meaning)} for term in terms]
    st.table(rows, border="horizontal", alt=say(group))


begin_page(say("Glossary"), roles=STAFF, subtitle=say("What the words on the screens mean."))
for group, terms in GROUPS.items():
    render_terms(group, terms)
