"""The preview of an import: how each table is read, and a choice where that is ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import EarshotError
from core.workflows.importing import import_options
from core.workflows.importing.import_options import ImportOptions
from core.workflows.importing.previewing import ImportPreview
from core.workflows.importing.table_readings import TableReading
from pages.components import formatting
from pages.components.refusal_table import render_refusal_table

PENDING = "import_pending"
AS_IT_IS = "As it was read"
ENCODINGS = ("utf-8", "cp1252", "mac_roman", "cp850", "utf-16", "cp1250", "iso8859-15")
SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
DATES = {"dmy": "Day first: 31/01/2026", "mdy": "Month first: 01/31/2026"}


@dataclass(frozen=True)
class PendingImport:
    """Files that wait for an import until it is clear how they are to be read."""

    preview: Callable[[ImportOptions], ImportPreview]
    run: Callable[[ImportOptions], None]


def ask_first(pending: PendingImport) -> None:
    """Show the preview from now on."""
    st.session_state[PENDING] = pending


def show_pending() -> None:
    """The preview of what waits, with what can be chosen, and the button that imports it."""
    pending = st.session_state.get(PENDING)
    if not isinstance(pending, PendingImport):
        return
    with st.container(border=True, key="import_preview"):
        st.markdown("**Before anything comes in**")
        options = _options()
        is_readable = _show(pending, options)
        with st.container(horizontal=True):
            wants = st.button("Import these", type="primary", key="import_these", disabled=not is_readable)
            if st.button("Cancel", key="import_cancel"):
                del st.session_state[PENDING]
                st.rerun()
    if wants:
        del st.session_state[PENDING]
        pending.run(options)
        st.rerun()


def _options() -> ImportOptions:
    left, middle, right = st.columns(3)
    dates = left.selectbox("Dates such as 03/04/2026", [AS_IT_IS, *DATES], format_func=_date_words, key="import_dates")
    separator = middle.selectbox(
        "Between cells", [AS_IT_IS, *SIGNS], format_func=lambda sign: SIGNS.get(sign, sign), key="import_separator"
    )
    encoding = right.selectbox("Encoding, where accents are wrong", [AS_IT_IS, *ENCODINGS], key="import_encoding")
    return import_options.options(
        dates=None if dates == AS_IT_IS else dates,
        separator=None if separator == AS_IT_IS else separator,
        encoding=None if encoding == AS_IT_IS else encoding,
    )


def _date_words(order: str) -> str:
    return DATES.get(order, order)


def _show(pending: PendingImport, options: ImportOptions) -> bool:
    """Whether it can be read at all."""
    try:
        preview = pending.preview(options)
    except EarshotError as error:
        st.error(str(error), icon=":material/error:")
        return False
    for number, table in enumerate(preview.tables):
        _table(table, number)
    tried = [formatting.counted(preview.recordings, "recording")] if preview.recordings or not preview.labels else []
    tried += [formatting.counted(preview.labels, "label")] if preview.labels else []
    without = f", {preview.without_child:,} of them without a child" if preview.without_child else ""
    st.markdown(f"{' and '.join(tried)} would be tried{without}.")
    for note in preview.notes:
        st.caption(f":material/info: {formatting.plain(note)}")
    if preview.refused:
        st.warning(f"{formatting.counted(len(preview.refused), 'file or row', 'files or rows')} would be refused.")
        refused = [{"file": refusal.file, "row": refusal.row, "reason": refusal.reason} for refusal in preview.refused]
        render_refusal_table(refused, key="preview_refused")
    return True


def _table(table: TableReading, number: int) -> None:
    how = [f"{table.n_rows:,} rows", f"separated by {SIGNS.get(table.separator, table.separator)}"]
    how += [table.encoding] if table.encoding else ["a spreadsheet"]
    st.markdown(f"`{formatting.plain(table.name)}`: {table.title}, {', '.join(how if table.separator else how[::2])}")
    if table.has_open_dates:
        st.warning("Dates in it can be meant in two ways. Choose above which; else they are left empty.")
    if table.has_guessed_encoding:
        st.warning("Its encoding was guessed. Look at the accents below, and choose another one where they are wrong.")
    rows = [
        {
            "Column": column.header,
            "Taken for": column.taken_for or "kept aside",
            "First rows": ", ".join(row[place] for row in table.first_rows if place < len(row)),
        }
        for place, column in enumerate(table.columns)
    ]
    st.dataframe(rows, hide_index=True, alt=f"How {table.name} was read", key=f"preview_table_{number}")
