"""Reading a manifest: a table with one row a recording. Opens no file and no database.

Columns: `filename` (required), `language`, `word`, `child`, `source`, `collected_at`, `split`, `consent`, `judge_1`,
`judge_2`; in any order, in whatever case. Others are kept aside and named. Rows are counted as a spreadsheet shows
them: the header is row 1, the first recording row 2. A row that cannot be used is refused with the reason; a cell that
is not needed and cannot be read is named and left empty. The rest goes in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core import languages
from core.domain import names
from core.domain.labels import Label, Split
from core.domain.names import readable
from core.domain.recordings import LONGEST_CONSENT
from core.errors import EarshotError, Refused
from core.messages import Message, listed
from core.translation import mark
from core.workflows.importing import dates, tables
from core.workflows.importing.cells import is_blank, label_of, split_of
from core.workflows.importing.import_options import DEFAULT, DateOrder, ImportOptions
from core.workflows.importing.notes import Notes
from core.workflows.importing.text_table import TextTable, TextTableRow

JUDGES = ("judge_1", "judge_2")
LONGEST_CHILD = 120
LONGEST = {"language": 20, "source": 120, "word": 1000, "consent": LONGEST_CONSENT}
LONGEST_OTHER = 10_000
COLUMNS = ("filename", "language", "word", "child", "source", "collected_at", "split", "consent", *JUDGES)


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
class ManifestRow:
    """One recording that is to come in, and what is stated of it; what is empty is not known."""

    filename: str
    row: int | None = None
    language: str = ""
    word: str = ""
    child: str = ""
    source: str = ""
    collected_at: datetime | None = None
    split: Split | None = None
    consent: str = ""
    labels: dict[str, Label] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


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
            rows.append(_manifest_row(row.number, cells, order, notes))
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


def _manifest_row(number: int, cells: dict[str, str], order: DateOrder | None, notes: Notes) -> ManifestRow:
    _check_filename(cells)
    known = {name: cell for name, cell in cells.items() if name and not is_blank(name, cell)}
    child = names.child_name(known.get("child", ""))
    if len(child) > LONGEST_CHILD:
        raise Refused(
            "child has {n_child} characters; at most {longest_child} are taken",
            n_child=len(child),
            longest_child=LONGEST_CHILD,
        )
    labels = {judge: label_of(judge, known[judge]) for judge in JUDGES if judge in known}
    split = split_of(known["split"]) if "split" in known else None
    if cells.get("child") and not child:
        notes.add(Message("child is {child!r}: taken as not known", {"child": cells["child"]}), number)
    extra = _others(known, number, notes)
    language = _language(known, extra, number, notes)
    return ManifestRow(
        filename=names.file_name(cells["filename"]),
        row=number,
        language=language,
        word=_short(known, "word", number, notes),
        child=child,
        source=_short(known, "source", number, notes),
        collected_at=_time(known, order, number, notes),
        split=split,
        consent=_short(known, "consent", number, notes),
        labels=labels,
        extra=extra,
    )


def _check_filename(cells: Mapping[str, str]) -> None:
    filename = cells.get("filename", "")
    if "\0" in filename:
        raise Refused("the file name has a NUL character in it")
    if not names.file_name(filename):
        raise Refused("the cell 'filename' is empty")


def _others(known: Mapping[str, str], number: int, notes: Notes) -> dict[str, str]:
    extra = {}
    for name, cell in known.items():
        if name in COLUMNS:
            continue
        if len(cell) > LONGEST_OTHER:
            words = mark("{name} has {n:,} characters; at most {most:,} are kept, it was left out")
            notes.add(Message(words, {"name": name, "n": len(cell), "most": LONGEST_OTHER}), number)
        else:
            extra[name] = cell.replace("\0", "")
    return extra


def _language(known: Mapping[str, str], extra: dict[str, str], number: int, notes: Notes) -> str:
    written = names.normal_form(known.get("language", ""))
    if not written:
        return ""
    tag = languages.read(written[:100])
    if tag is None or len(tag) > LONGEST["language"]:
        return _language_as_written(written, extra, number, notes)
    if languages.standard_tag(written) is None:
        notes.add(Message("language {written!r} was read as {tag}", {"written": written, "tag": tag}), number)
    return tag


def _language_as_written(written: str, extra: dict[str, str], number: int, notes: Notes) -> str:
    """What is no code stays as it is, so that nothing is lost, and is named."""
    words = mark("language is {written!r}, which is no BCP 47 code such as fr or en-GB")
    message = Message(words, {"written": _excerpt(written)})
    meant = languages.tag_of_country(written)
    if meant:
        message = Message("{words} (the language of that country is {tag})", {"words": message, "tag": meant})
    if len(written) <= LONGEST["language"]:
        notes.add(Message("{words}; kept as it is written", {"words": message}), number)
        return written
    notes.add(Message("{words}; left empty", {"words": message}), number)
    extra["language"] = written[:LONGEST_OTHER]
    return ""


def _short(known: Mapping[str, str], name: str, number: int, notes: Notes) -> str:
    cell = names.normal_form(known.get(name, ""))
    if len(cell) <= LONGEST[name]:
        return cell
    words = mark("{name} has {n:,} characters; at most {most} are taken, it was left out")
    notes.add(Message(words, {"name": name, "n": len(cell), "most": LONGEST[name]}), number)
    return ""


def _time(known: Mapping[str, str], order: DateOrder | None, number: int, notes: Notes) -> datetime | None:
    if "collected_at" not in known:
        return None
    try:
        return dates.read_time(known["collected_at"][:100], order)
    except Refused as reason:
        notes.add(Message("collected_at was left empty: {reason}", {"reason": reason}), number)
        return None


def _excerpt(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
