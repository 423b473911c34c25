"""Tables as people save them: CSV with any separator and encoding, Excel's .xlsx. Opens no file and no database.

Rows are counted as a spreadsheet shows them: the header is row 1. Excel's first line `sep=;` is no row. A quote that
nobody closed would swallow the rows below it: it is named, and these rows are read. Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from core.config import settings
from core.domain.names import normal_form
from core.errors import Refused
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.notes import Notes, listed
from core.workflows.importing.text_encoding import decode_text

SPREADSHEETS = frozenset({".xlsx", ".xlsm"})
TEXT_TABLES = frozenset({".csv", ".tsv", ".tab", ".txt"})
OTHER_SPREADSHEETS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
ENDINGS = SPREADSHEETS | TEXT_TABLES
LONGEST_CELL = 10_000_000
LONGEST_COLUMN_NAME = 100
MOST_OPEN_QUOTES = 100
OPEN_QUOTE = "the quote that opens in this row is not closed"

_SEPARATORS = (",", ";", "\t", "|")
_HINT = re.compile(r'"?sep=(?P<sign>.)"?[;,\t]*\s*', re.IGNORECASE)
_SOUND_FILE = re.compile(r".+\.(wav|flac|mp3|ogg|oga|opus|webm|m4a|mp4|aac|amr|3gp|aiff?|wma|caf)", re.IGNORECASE)
_MB = 1_000_000
SIGN_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

csv.field_size_limit(LONGEST_CELL)  # the module's own limit refuses a whole table for one long remark


@dataclass(frozen=True)
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
    """What a column is called whoever wrote it: `Judge 1`, `JUDGE_1` and `judge-1` are judge_1."""
    name = normal_form(text).casefold()
    joined = re.sub(r"[\s_-]+", "_", name)
    numbered = re.fullmatch(r"(judge)_?(\d+)", joined)
    if numbered is not None:
        return f"{numbered[1]}_{numbered[2]}"
    if joined == "file_name":
        return "filename"
    return joined if joined in KNOWN_COLUMNS else name[:LONGEST_COLUMN_NAME]


_COLUMNS = (
    "filename sha256 language word child source collected_at split judge label round decided_at seconds_heard flag "
    "comment consensus replays decision_s brought_by newest_round wanted settled settled_by settled_at settled_why "
    "kind undone_at repeat_of annotator annotation_id created_at updated_at lead_time audio"
)
KNOWN_COLUMNS = frozenset(_COLUMNS.split())


def ending(name: str) -> str:
    """The ending that tells what kind of table a file is: `.csv` of manifest.csv.txt as well."""
    parts = normal_form(name).casefold().rsplit("/", 1)[-1].split(".")
    endings = [f".{part}" for part in parts[1:]]
    if len(endings) > 1 and endings[-1] == ".txt" and endings[-2] in ENDINGS:
        return endings[-2]
    return endings[-1] if endings else ""


def read_table(name: str, data: bytes, options: ImportOptions = DEFAULT, names: Collection[str] = ()) -> TextTable:
    """The rows of a table.

    Parameters
    ----------
    name : of its file; the ending tells a spreadsheet from text
    names : of files beside it, which help to guess an encoding

    Raises
    ------
    Refused
        It cannot be read as a table: damaged, in an encoding that cannot be told, in a format that is not read here.
    """
    kind = ending(name)
    if kind in OTHER_SPREADSHEETS:
        raise Refused(f"{name}: files of the kind {kind} are not read here; save it as .xlsx or as 'CSV UTF-8'.")
    if kind in SPREADSHEETS:
        return _spreadsheet(name, data)
    return _text_table(name, data, options, names)


def _text_table(name: str, data: bytes, options: ImportOptions, names: Collection[str]) -> TextTable:
    decoded = decode_text(data, options.encoding, names)
    notes = Notes()
    if decoded.is_guess:
        notes.add(
            f"{name} is not UTF-8; it was read as {decoded.encoding}. Where accents are wrong, name the encoding."
        )
    lines = list(io.StringIO(decoded.text, newline=""))
    hint = _HINT.fullmatch(lines[0]) if lines else None
    if hint is not None:
        lines = lines[1:]
    separator = options.separator or (hint["sign"] if hint is not None else _separator(lines))
    if separator != "," and not options.separator:
        notes.add(f"{name}: its cells are separated by {SIGN_NAMES.get(separator, repr(separator))}, not by commas.")
    records = _records(lines, separator, name)
    header = next((row.cells for row in records if any(cell.strip() for cell in row.cells)), ())
    return TextTable(header, tuple(_filled(records)), separator, decoded.encoding, notes, decoded.is_guess)


def _filled(rows: Iterable[TextTableRow]) -> Iterator[TextTableRow]:
    return (row for row in rows if row.problem or any(cell.strip() for cell in row.cells))


def _separator(lines: list[str]) -> str:
    """The one that makes most columns that are known here, then most columns."""

    def worth(sign: str) -> tuple[int, int]:
        header = next((cells for cells in csv.reader(lines[:50], delimiter=sign) if any(map(str.strip, cells))), [])
        return sum(column_name(cell) in KNOWN_COLUMNS for cell in header), len(header)

    return max(_SEPARATORS, key=worth)


def _records(lines: list[str], separator: str, name: str) -> Iterator[TextTableRow]:
    """Rows with their numbers. Where a quote swallowed lines, its row ends with its line, and reading goes on there."""
    begin, number, n_open, width = 0, 0, 0, 0
    while begin < len(lines):
        reader = csv.reader(lines[begin:], delimiter=separator)
        first, resumes_at = begin, len(lines)
        try:
            for cells in reader:
                number += 1
                end = begin + reader.line_num
                width = width or len(cells)
                if _is_swallowed(lines[first:end], separator, width, is_last=end == len(lines)):
                    yield _open_row(number, lines[first], separator)
                    n_open, resumes_at = n_open + 1, first + 1
                    break
                yield TextTableRow(number, tuple(cells))
                first = end
        except csv.Error as error:
            raise Refused(f"{name} cannot be read after row {number}: {error}.") from None
        if n_open > MOST_OPEN_QUOTES:
            raise Refused(f"{name} has more than {MOST_OPEN_QUOTES} quotes that are not closed; save it again as CSV.")
        begin = resumes_at


def _is_swallowed(lines: list[str], separator: str, width: int, *, is_last: bool) -> bool:
    """Whether a quote that nobody closed made one row of several lines, or runs to the end of the table."""
    if len(lines) == 1 and not is_last:
        return False
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return len(lines) > 1 or "unexpected end of data" in str(error)
    # closed by a quote of a later row: then a line within looks like a row of its own
    return any(_looks_like_a_row(line, separator, width) for line in lines[1:])


def _looks_like_a_row(line: str, separator: str, width: int) -> bool:
    cells = line.rstrip("\r\n").split(separator)
    return len(cells) == width > 1 and any(_SOUND_FILE.fullmatch(cell.strip().strip('"')) for cell in cells)


def _open_row(number: int, line: str, separator: str) -> TextTableRow:
    """What stands before the open quote, and the cell of the quote to the end of the line."""
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    return TextTableRow(number, tuple(cells), OPEN_QUOTE)


def _spreadsheet(name: str, data: bytes) -> TextTable:
    sheets = {title: rows for title, rows in _sheets(name, data).items() if rows}
    if not sheets:
        return TextTable((), ())
    headers = {title: next(iter(rows)).cells for title, rows in sheets.items()}
    chosen = max(headers, key=lambda title: sum(column_name(cell) in KNOWN_COLUMNS for cell in headers[title]))
    notes = Notes()
    others = [title for title in sheets if title != chosen]
    if others:
        notes.add(f"Of {name} the sheet {chosen!r} was read; left out: {listed(others)}.")
    return TextTable(headers[chosen], tuple(sheets[chosen][1:]), notes=notes)


def _sheets(name: str, data: bytes) -> dict[str, list[TextTableRow]]:
    import openpyxl

    _check_unpacked_size(name, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that no import needs
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets: dict[str, list[TextTableRow]] = {}
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
                cells = enumerate(sheet.iter_rows(values_only=True), start=1)
                rows = (TextTableRow(number, tuple(_cell_text(cell) for cell in row)) for number, row in cells)
                sheets[sheet.title] = list(_filled(rows))
            return sheets
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise Refused(f"The spreadsheet {name} cannot be read: {error}. Save it as 'CSV UTF-8'.") from None


def _check_unpacked_size(name: str, data: bytes) -> None:
    limit_mb = settings().max_archive_mb
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size_bytes = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(f"The spreadsheet {name} cannot be read: {error}. Save it as 'CSV UTF-8'.") from None
    if size_bytes > limit_mb * _MB:
        raise Refused(f"The spreadsheet {name} unpacks to more than {limit_mb:g} MB.")


def _cell_text(cell: object) -> str:
    """A cell as it would stand in a CSV: numbers without a needless .0, dates in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)


def as_mappings(
    table: TextTable, clean: Callable[[str], str] = str
) -> Iterator[tuple[TextTableRow, Mapping[str, str]]]:
    """Each row with its cells by column."""
    columns = table.columns
    for row in table.rows:
        yield row, {name: clean(cell) for name, cell in zip(columns, row.cells, strict=False) if name}
