"""Reading a manifest: a table with one row a recording. Opens no file and no database.

Columns: `filename` (required), `language`, `word`, `child`, `source`, `collected_at`, `split`, `consent`, `judge_1`,
`judge_2`; in any order, in whatever case. Others are kept aside and named. Rows are counted as a spreadsheet shows
them: the header is row 1, the first recording row 2. A row that cannot be used is refused with the reason; a cell that
is not needed and cannot be read is named and left empty. The rest goes in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.names import readable
from core.errors import EarshotError, Refused
from core.messages import Message, listed
from core.translation import mark
from core.workflows.importing import dates, tables
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.manifest_rows import COLUMNS, ManifestRow, read_row
from core.workflows.importing.notes import Notes
from core.workflows.importing.text_table import TextTable, TextTableRow


@dataclass(frozen=True)
class Refusal:
    """What did not come in, and why.

    row : None where there is no manifest
    message : the reason
    """

    file: str
    row: int | None
    message: Message

    @staticmethod
    def of(error: EarshotError, file: str, row: int | None = None) -> Refusal:
        """With the error's message as the reason."""
        return Refusal(file, row, error.message)

    @property
    def reason(self) -> str:
        """In English."""
        return str(self.message)

    def as_json(self) -> dict[str, object]:
        """What programs read: `file`, `row` and `reason`, in English."""
        return {"file": readable(self.file), "row": self.row, "reason": readable(self.reason)}


@dataclass(frozen=True)
class Manifest:
    rows: list[ManifestRow]
    refused: list[Refusal]
    notes: Notes


def read(
    data: bytes, name: str = "manifest.csv", options: ImportOptions = DEFAULT, beside: Collection[str] = ()
) -> Manifest:
    """The rows of a manifest, in their order.

    Parameters
    ----------
    beside : names of the files that lie beside it, which help to guess an encoding

    Raises
    ------
    Refused
        It is no table that can be read, or has no column `filename`, or the same column twice.
    """
    return of_table(tables.read_table(name, data, options, beside), options)


def of_table(table: TextTable, options: ImportOptions = DEFAULT) -> Manifest:
    """The rows of a table that was read already."""
    columns = table.columns
    check_columns(columns)
    notes = Notes()
    notes.extend(table.notes)
    others = [name for name in columns if name and name not in COLUMNS]
    if others:
        notes.add(Message("Columns kept aside: {names}.", {"names": listed(others, most=30)}))
    order = options.dates or dates.order_of(_column(table, "collected_at"))
    rows, refused = [], []
    for row in table.rows:
        cells = dict(zip(columns, (cell.strip() for cell in row.cells), strict=False))
        try:
            _check_row(columns, row, notes)
            rows.append(read_row(row.number, cells, order, notes))
        except Refused as reason:
            refused.append(Refusal.of(reason, cells.get("filename", ""), row.number))
    return Manifest(rows, refused, notes)


def check_columns(columns: list[str]) -> None:
    """Raises Refused for a table that is no manifest."""
    if "filename" not in columns:
        named = ", ".join(name for name in columns if name) or "none"
        raise Refused(
            "The manifest has no column 'filename' in its first row; its columns are: {named}.",
            named=named,
        )
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise Refused(
            "The manifest has these columns more than once: {twice}.",
            twice=", ".join(twice),
        )


def _column(table: TextTable, name: str) -> list[str]:
    if name not in table.columns:
        return []
    place = table.columns.index(name)
    return [row.cells[place] for row in table.rows if place < len(row.cells)]


def _check_row(columns: list[str], row: TextTableRow, notes: Notes) -> None:
    if any(cell.strip() for cell in row.cells[len(columns) :]):
        raise Refused(
            "the row has {n_cells} cells, the header {n_columns}",
            n_cells=len(row.cells),
            n_columns=len(columns),
        )
    if not row.problem:
        return
    if len(row.cells) < len(columns):
        raise Refused(row.problem)
    words = mark("A quote that opens in a row is not closed; the cell was read to the end of its line")
    notes.add(Message(words), row.number)
