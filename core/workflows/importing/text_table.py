"""A table of text cells, and the standard names of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from core.domain.names import normal_form
from core.workflows.importing.notes import Notes

LONGEST_COLUMN_NAME = 100
_COLUMNS = (
    "filename sha256 language word child source collected_at split judge label round decided_at seconds_heard flag "
    "comment consensus replays decision_s brought_by newest_round wanted settled settled_by settled_at settled_why "
    "kind undone_at repeat_of annotator annotation_id created_at updated_at lead_time audio"
)
KNOWN_COLUMNS = frozenset(_COLUMNS.split())


@dataclass(frozen=True, slots=True)
class TextTableRow:
    """problem : why the row as a whole cannot be used; "" where it can."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class TextTable:
    """header : as it is written. separator, encoding : "" of a spreadsheet. notes : guesses that people should know.

    has_guessed_encoding : it is in no encoding that is known by its bytes, so that accents may be wrong.
    """

    header: tuple[str, ...]
    rows: tuple[TextTableRow, ...]
    separator: str = ""
    encoding: str = ""
    notes: Notes = field(default_factory=Notes)
    has_guessed_encoding: bool = False

    @property
    def columns(self) -> list[str]:
        return [column_name(name) for name in self.header]


def column_name(text: str) -> str:
    """The standard name of a column: `Judge 1`, `JUDGE_1` and `judge-1` are judge_1."""
    name = normal_form(text).casefold()
    joined = re.sub(r"[\s_-]+", "_", name)
    numbered = re.fullmatch(r"(judge)_?(\d+)", joined)
    if numbered is not None:
        return f"{numbered[1]}_{numbered[2]}"
    if joined == "file_name":
        return "filename"
    return joined if joined in KNOWN_COLUMNS else name[:LONGEST_COLUMN_NAME]


def rows_with_content(rows: Iterable[TextTableRow]) -> Iterator[TextTableRow]:
    """Those that are not blank; a row that cannot be used is among them."""
    return (row for row in rows if row.problem or any(cell.strip() for cell in row.cells))


def as_mappings(
    table: TextTable, clean: Callable[[str], str] = str
) -> Iterator[tuple[TextTableRow, Mapping[str, str]]]:
    """Each row with its cells by column."""
    columns = table.columns
    for row in table.rows:
        yield row, {name: clean(cell) for name, cell in zip(columns, row.cells, strict=False) if name}
