"""Elsewhere: what the model does under other devices, rooms, languages and tasks than it learned from."""

from __future__ import annotations

import streamlit as st

from core.sentences.elsewhere_sentences import COLUMNS, elsewhere_row, elsewhere_sentence
from core.workflows.evaluation import elsewhere
from pages.components import formatting


def elsewhere_view(model_id: str) -> None:
    """The two figures on top, and a row a condition."""
    table = elsewhere.table_of(model_id)
    st.markdown(formatting.plain(elsewhere_sentence(table)) if table else elsewhere_sentence(table))
    if table is not None and table.rows:
        rows = [dict(zip(COLUMNS, map(formatting.plain, elsewhere_row(row)), strict=True)) for row in table.rows]
        st.table(rows, border="horizontal", alt="What the model does elsewhere")
