"""How a table was read: the meaning of each column, and the first rows. Shown in a preview."""

from __future__ import annotations

from dataclasses import dataclass

from core.workflows.importing import dates, label_files, manifest_rows
from core.workflows.importing.import_options import DateOrder, ImportOptions
from core.workflows.importing.text_table import KNOWN_COLUMNS, TextTable

FIRST_ROWS = 5
LONGEST_SHOWN = 200
_TIMES = ("collected_at", *label_files.TIMES)


@dataclass(frozen=True)
class ColumnReading:
    """taken_for : the column that it counts as; None where it is kept aside, or not needed."""

    header: str
    taken_for: str | None


@dataclass(frozen=True)
class TableReading:
    """title : the kind of table. has_open_dates : some dates can be read in two ways."""

    name: str
    title: str
    columns: tuple[ColumnReading, ...]
    first_rows: tuple[tuple[str, ...], ...]
    n_rows: int
    separator: str
    encoding: str
    date_order: DateOrder | None
    has_open_dates: bool
    has_guessed_encoding: bool


def reading_of(name: str, title: str, table: TextTable, options: ImportOptions) -> TableReading:
    known = frozenset(manifest_rows.COLUMNS) if title == "Manifest" else KNOWN_COLUMNS
    pairs = zip(table.header, table.columns, strict=True)
    cells = [
        row.cells[place]
        for place, column in enumerate(table.columns)
        if column in _TIMES
        for row in table.rows
        if place < len(row.cells)
    ]
    order = options.dates or dates.order_of(cells)
    return TableReading(
        name=name,
        title=title,
        columns=tuple(ColumnReading(header, column if column in known else None) for header, column in pairs),
        first_rows=tuple(tuple(cell[:LONGEST_SHOWN] for cell in row.cells) for row in table.rows[:FIRST_ROWS]),
        n_rows=len(table.rows),
        separator=table.separator,
        encoding=table.encoding,
        date_order=order,
        has_guessed_encoding=table.has_guessed_encoding,
        has_open_dates=order is None and any(dates.is_open(cell) for cell in cells),
    )
