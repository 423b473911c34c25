"""Reading a manifest: a table (CSV) with one row a recording. Opens no file and no database.

Columns: `filename` (required), `language`, `word`, `child`, `source`, `collected_at`, `split`, `judge_1`, `judge_2`;
in any order, in whatever case. Others are kept aside and named. Rows are counted as a spreadsheet shows them: the
header is row 1, the first recording row 2. A row that cannot be used is refused with the reason; the rest goes in.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.domain.labels import Label, Split
from core.errors import Refused

JUDGES = ("judge_1", "judge_2")
LONGEST = {"language": 20, "source": 120, "child": 120}
COLUMNS = ("filename", "language", "word", "child", "source", "collected_at", "split", *JUDGES)
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Refusal:
    """What did not come in, and why. `row` is None where there is no manifest."""

    file: str
    row: int | None
    reason: str


@dataclass(frozen=True)
class Wanted:
    """One recording that is to come in, and what is said of it; what is empty is not known."""

    filename: str
    row: int | None = None
    language: str = ""
    word: str = ""
    child: str = ""
    source: str = ""
    collected_at: datetime | None = None
    split: Split | None = None
    labels: dict[str, Label] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    rows: list[Wanted]
    refused: list[Refusal]
    notes: list[str]


def read(data: bytes) -> Manifest:
    """The rows of a manifest, in their order.

    Raises
    ------
    Refused
        It is no table in UTF-8, or has no column `filename`, or the same column twice.
    """
    table = _table(data)
    header = [name.strip().lower() for name in next(table, [])]
    _check_header(header)
    others = [name for name in header if name and name not in COLUMNS]
    notes = [f"Columns kept aside: {', '.join(others)}."] if others else []
    rows, refused = [], []
    for number, line in _numbered(table):
        if not any(cell.strip() for cell in line):
            continue
        cells = dict(zip(header, (cell.strip() for cell in line), strict=False))
        try:
            _check_width(header, line)
            rows.append(_wanted(number, cells))
        except Refused as reason:
            refused.append(Refusal(cells.get("filename", ""), number, str(reason)))
    return Manifest(rows, refused, notes)


def _table(data: bytes):  # type: ignore[no-untyped-def]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The manifest is not UTF-8; save it as 'CSV UTF-8' and import it again.") from None
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _numbered(table):  # type: ignore[no-untyped-def]
    number = 1
    try:
        for line in table:
            number += 1
            yield number, line
    except csv.Error as error:
        raise Refused(f"The manifest cannot be read after row {number}: {error}.") from None


def _check_header(header: list[str]) -> None:
    if "filename" not in header:
        named = ", ".join(name for name in header if name) or "none"
        raise Refused(f"The manifest has no column 'filename' in its first row; its columns are: {named}.")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Refused(f"The manifest has these columns more than once: {', '.join(twice)}.")


def _check_width(header: list[str], line: list[str]) -> None:
    if any(cell.strip() for cell in line[len(header) :]):
        raise Refused(f"the row has {len(line)} cells, the header {len(header)}")


def _wanted(number: int, cells: dict[str, str]) -> Wanted:
    if not cells.get("filename"):
        raise Refused("the cell 'filename' is empty")
    if any("\0" in cell for cell in cells.values()):
        raise Refused("the row has a NUL character in it")
    for column, longest in LONGEST.items():
        if len(cells.get(column, "")) > longest:
            raise Refused(f"{column} has {len(cells[column])} characters; at most {longest} are taken")
    return Wanted(
        filename=cells["filename"],
        row=number,
        language=cells.get("language", ""),
        word=cells.get("word", ""),
        child=cells.get("child", ""),
        source=cells.get("source", ""),
        collected_at=_time(cells.get("collected_at", "")),
        split=_split(cells.get("split", "")),
        labels={judge: _label(judge, cells[judge]) for judge in JUDGES if cells.get(judge)},
        extra={name: cell for name, cell in cells.items() if name and name not in COLUMNS and cell},
    )


def _label(judge: str, word: str) -> Label:
    for label in Label:
        if word.lower() == label.lower():
            return label
    raise Refused(f"{judge} says {word!r}; expected one of {', '.join(Label)}")


def _split(word: str) -> Split | None:
    if not word:
        return None
    try:
        return Split(word.lower())
    except ValueError:
        raise Refused(f"split is {word!r}; expected one of {', '.join(Split)}, or nothing") from None


def _time(word: str) -> datetime | None:
    """A date or a time; without a zone it is taken as UTC."""
    if not word:
        return None
    try:
        time = datetime.fromisoformat(word)
        return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Refused(f"collected_at is {word!r}; expected a date such as 2026-01-31 or 2026-01-31T09:30:00") from None
