"""The preview of an import: how each table is read, and a choice where that is ambiguous."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from core.domain.names import readable
from core.errors import EarshotError
from core.messages import Message
from core.translation import mark, translate_message
from core.workflows.importing import import_options
from core.workflows.importing.import_options import ImportOptions
from core.workflows.importing.previewing import ImportPreview
from core.workflows.importing.table_readings import TableReading
from pages.components import formatting
from pages.components.markdown import plain_error
from pages.components.refusal_table import render_refusal_table
from pages.components.words import language, say, say_count

PENDING = "import_pending"
AS_IT_IS = mark("As it was read")
ENCODINGS = ("utf-8", "cp1252", "mac_roman", "cp850", "utf-16", "cp1250", "iso8859-15")
SIGNS = {",": mark("commas"), ";": mark("semicolons"), "\t": mark("tabs"), "|": mark("vertical bars")}
DATES = {"dmy": mark("Day first: 31/01/2026"), "mdy": mark("Month first: 01/31/2026")}


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
        st.markdown(say("**Before anything is imported**"))
        options = _options()
        is_readable = _show(pending, options)
        with st.container(horizontal=True):
            wants = st.button(say("Import these"), type="primary", key="import_these", disabled=not is_readable)
            if st.button(say("Cancel"), key="import_cancel"):
                del st.session_state[PENDING]
                st.rerun()
    if wants:
        del st.session_state[PENDING]
        pending.run(options)
        st.rerun()


def show_notes(notes: Iterable[Message]) -> None:
    """A line each."""
    for note in notes:
        st.caption(f":material/info: {formatting.plain(readable(translate_message(language(), note)))}")


def _options() -> ImportOptions:
    left, middle, right = st.columns(3)
    dates = left.selectbox(
        say("Dates such as 03/04/2026"),
        [AS_IT_IS, *DATES],
        format_func=_order_name,
        key="import_dates",
    )
    separator = middle.selectbox(
        say("Between cells"), [AS_IT_IS, *SIGNS], format_func=_separator_name, key="import_separator"
    )
    encoding = right.selectbox(
        say("Encoding, where accents are wrong"), [AS_IT_IS, *ENCODINGS], format_func=say, key="import_encoding"
    )
    return import_options.options(
        dates=None if dates == AS_IT_IS else dates,
        separator=None if separator == AS_IT_IS else separator,
        encoding=None if encoding == AS_IT_IS else encoding,
    )


def _order_name(order: str) -> str:
    return say(DATES.get(order, order))


def _separator_name(sign: str) -> str:
    return say(SIGNS.get(sign, sign))


def _show(pending: PendingImport, options: ImportOptions) -> bool:
    """Whether it can be read at all."""
    try:
        preview = pending.preview(options)
    except EarshotError as error:
        st.error(plain_error(error), icon=":material/error:")
        return False
    for number, table in enumerate(preview.tables):
        _table(table, number)
    st.markdown(_what_is_read(preview))
    show_notes(preview.notes)
    if preview.refused:
        refusals = len(preview.refused)
        st.warning(say_count("{n} file or row would be refused.", "{n} files or rows would be refused.", refusals))
        refused = [{"file": refusal.file, "row": refusal.row, "reason": refusal.reason} for refusal in preview.refused]
        messages = [refusal.message for refusal in preview.refused]
        render_refusal_table(refused, key="preview_refused", messages=messages)
    return True


def _what_is_read(preview: ImportPreview) -> str:
    parts = []
    if preview.recordings or not preview.labels:
        parts.append(say_count("{n} recording", "{n} recordings", preview.recordings))
    if preview.labels:
        parts.append(say_count("{n} label", "{n} labels", preview.labels))
    sentences = [say("To be imported: {parts}.", parts=", ".join(parts))]
    if preview.without_child:
        without = preview.without_child
        sentences.append(say_count("{n} of them names no child.", "{n} of them name no child.", without))
    return " ".join(sentences)


def _table(table: TableReading, number: int) -> None:
    how = [say(table.title), say_count("{n} row", "{n} rows", table.n_rows)]
    if table.separator:
        how.append(say("separated by {sign}", sign=_separator_name(table.separator)))
    how.append(table.encoding or say("a spreadsheet"))
    st.markdown(f"`{formatting.plain(table.name)}`: {', '.join(how)}")
    if table.has_open_dates:
        st.warning(say("Dates in it can be meant in two ways. Choose above which; else they are left empty."))
    if table.has_guessed_encoding:
        st.warning(
            say("Its encoding was guessed. Look at the accents below, and choose another one where they are wrong.")
        )
    rows = [
        {
            say("Column"): column.header,
            say("Taken for"): column.taken_for or say("stored, not used"),
            say("First rows"): ", ".join(row[place] for row in table.first_rows if place < len(row)),
        }
        for place, column in enumerate(table.columns)
    ]
    st.dataframe(rows, hide_index=True, alt=say("How {name} was read", name=table.name), key=f"preview_table_{number}")
