"""Excel's .xlsx as tables of text: the sheet with the most columns that are known. Opens no file and no database."""

from __future__ import annotations

import io
import zipfile

from core.config import settings
from core.domain.json_types import JsonValue
from core.errors import Refused
from core.messages import Message, listed
from core.translation import mark
from core.workflows.importing import packed_tables
from core.workflows.importing.notes import Notes
from core.workflows.importing.table_worker import XLSX
from core.workflows.importing.text_table import KNOWN_COLUMNS, TextTable, TextTableRow, column_name, rows_with_content

_MB = 1_000_000


def read_spreadsheet(name: str, data: bytes) -> TextTable:
    """The sheet that has most columns known here; the notes name those left out.

    Raises
    ------
    Refused
        It is damaged, or too large once unpacked.
    """
    sheets = {title: rows for title, rows in _sheets(name, data).items() if rows}
    if not sheets:
        return TextTable((), ())
    headers = {title: next(iter(rows)).cells for title, rows in sheets.items()}
    chosen = max(headers, key=lambda title: sum(column_name(cell) in KNOWN_COLUMNS for cell in headers[title]))
    notes = Notes()
    others = [title for title in sheets if title != chosen]
    if others:
        words = mark("Of {name} the sheet {sheet!r} was read; left out: {others}.")
        notes.add(Message(words, {"name": name, "sheet": chosen, "others": listed(others)}))
    return TextTable(headers[chosen], tuple(sheets[chosen][1:]), notes=notes)


def _sheets(name: str, data: bytes) -> dict[str, list[TextTableRow]]:
    _check_unpacked_size(name, data)
    sheets: dict[str, list[TextTableRow]] = {}
    try:
        for row in packed_tables.read_rows(XLSX, data):
            sheets.setdefault(row.title, []).append(TextTableRow(row.number, tuple(map(_cell_text, row.cells))))
    except Refused as reason:
        raise Refused(
            "The spreadsheet {name} cannot be read: {reason}. Save it as 'CSV UTF-8'.",
            name=name,
            reason=reason,
        ) from None
    return {title: list(rows_with_content(rows)) for title, rows in sheets.items()}


def _check_unpacked_size(name: str, data: bytes) -> None:
    limit_mb = settings().max_archive_mb
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size_bytes = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(
            "The spreadsheet {name} cannot be read: {error}. Save it as 'CSV UTF-8'.",
            name=name,
            error=error,
        ) from None
    if size_bytes > limit_mb * _MB:
        raise Refused(
            "The spreadsheet {name} unpacks to more than {limit_mb:g} MB.",
            name=name,
            limit_mb=limit_mb,
        )


def _cell_text(cell: JsonValue) -> str:
    """A cell as it would stand in a CSV: numbers without a needless .0, dates in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
