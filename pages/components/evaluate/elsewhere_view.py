"""Elsewhere: what the model does under other devices, rooms, languages and tasks than it learned from."""

from __future__ import annotations

import streamlit as st

from core.sentences.elsewhere_sentences import elsewhere_columns, elsewhere_row, elsewhere_sentence
from core.workflows.evaluation import elsewhere
from pages.components import formatting
from pages.components.words import language, say


def elsewhere_view(model_id: str) -> None:
    """The two figures on top, and a row a condition."""
    speaks, table = language(), elsewhere.table_of(model_id)
    sentence = elsewhere_sentence(table, speaks=speaks)
    st.markdown(formatting.plain(sentence) if table else sentence)
    if table is not None and table.rows:
        columns, plain = elsewhere_columns(speaks=speaks), formatting.plain
        rows = [dict(zip(columns, map(plain, elsewhere_row(row, speaks=speaks)), strict=True)) for row in table.rows]
        st.table(rows, border="horizontal", alt=say("What the model does elsewhere"))
