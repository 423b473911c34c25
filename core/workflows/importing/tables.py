"""Reading of tables: CSV with any separator and encoding, Excel's .xlsx. Opens no file and no database.

Rows are counted as a spreadsheet shows them: the header is row 1. Excel's first line `sep=;` is no row. A quote that
nobody closed would swallow the rows below it: it is named, and these rows are read. Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator

from core.domain.names import normal_form
from core.errors import Refused
from core.messages import Message
from core.translation import mark
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.notes import Notes
from core.workflows.importing.spreadsheets import read_spreadsheet
from core.workflows.importing.text_encoding import decode_text
from core.workflows.importing.text_table import KNOWN_COLUMNS, TextTable, TextTableRow, column_name, rows_with_content

SPREADSHEETS = frozenset({".xlsx", ".xlsm"})
TEXT_TABLES = frozenset({".csv", ".tsv", ".tab", ".txt"})
OTHER_SPREADSHEETS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
ENDINGS = SPREADSHEETS | TEXT_TABLES
LONGEST_CELL = 10_000_000
MOST_OPEN_QUOTES = 100
OPEN_QUOTE = mark("the quote that opens in this row is not closed")

_SEPARATORS = (",", ";", "\t", "|")
_HINT = re.compile(r'"?sep=(?P<sign>.)"?[;,\t]*\s*', re.IGNORECASE)
_SOUND_FILE = re.compile(r".+\.(wav|flac|mp3|ogg|oga|opus|webm|m4a|mp4|aac|amr|3gp|aiff?|wma|caf)", re.IGNORECASE)
SIGN_NAMES = {",": mark("commas"), ";": mark("semicolons"), "\t": mark("tabs"), "|": mark("vertical bars")}

csv.field_size_limit(LONGEST_CELL)  # the module's own limit refuses a whole table for one long remark


def ending(name: str) -> str:
    """The ending that decides the kind of table: `.csv` also of manifest.csv.txt."""
    parts = normal_form(name).casefold().rsplit("/", 1)[-1].split(".")
    endings = [f".{part}" for part in parts[1:]]
    if len(endings) > 1 and endings[-1] == ".txt" and endings[-2] in ENDINGS:
        return endings[-2]
    return endings[-1] if endings else ""


def read_table(name: str, data: bytes, options: ImportOptions = DEFAULT, names: Collection[str] = ()) -> TextTable:
    """The rows of a table.

    Parameters
    ----------
    name : of its file; the ending decides between a spreadsheet and text
    names : of files beside it, which help to guess an encoding

    Raises
    ------
    Refused
        It cannot be read as a table: damaged, in an unknown encoding, in a format that is not supported.
    """
    kind = ending(name)
    if kind in OTHER_SPREADSHEETS:
        raise Refused(
            "{name}: files of the kind {kind} are not read here; save it as .xlsx or as 'CSV UTF-8'.",
            name=name,
            kind=kind,
        )
    if kind in SPREADSHEETS:
        return read_spreadsheet(name, data)
    return _text_table(name, data, options, names)


def _text_table(name: str, data: bytes, options: ImportOptions, names: Collection[str]) -> TextTable:
    decoded = decode_text(data, options.encoding, names)
    notes = Notes()
    if decoded.is_guess:
        words = mark("{name} is not UTF-8; it was read as {encoding}. Where accents are wrong, name the encoding.")
        notes.add(Message(words, {"name": name, "encoding": decoded.encoding}))
    lines = list(io.StringIO(decoded.text, newline=""))
    hint = _HINT.fullmatch(lines[0]) if lines else None
    if hint is not None:
        lines = lines[1:]
    separator = options.separator or (hint["sign"] if hint is not None else _separator(lines))
    if separator != "," and not options.separator:
        sign = Message(SIGN_NAMES[separator]) if separator in SIGN_NAMES else repr(separator)
        words = mark("{name}: its cells are separated by {separator}, not by commas.")
        notes.add(Message(words, {"name": name, "separator": sign}))
    records = _records(lines, separator, name)
    header = next((row.cells for row in records if any(cell.strip() for cell in row.cells)), ())
    return TextTable(header, tuple(rows_with_content(records)), separator, decoded.encoding, notes, decoded.is_guess)


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
            raise Refused(
                "{name} cannot be read after row {number}: {error}.",
                name=name,
                number=number,
                error=error,
            ) from None
        if n_open > MOST_OPEN_QUOTES:
            raise Refused(
                "{name} has more than {most_open_quotes} quotes that are not closed; save it again as CSV.",
                name=name,
                most_open_quotes=MOST_OPEN_QUOTES,
            )
        begin = resumes_at


def _is_swallowed(lines: list[str], separator: str, width: int, *, is_last: bool) -> bool:
    """Whether a quote that is not closed made one row of several lines, or runs to the end of the table."""
    if len(lines) == 1 and not is_last:
        return False
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return len(lines) > 1 or "unexpected end of data" in str(error)
    # closed by a quote of a later row: then one of the lines looks like a whole row
    return any(_looks_like_a_row(line, separator, width) for line in lines[1:])


def _looks_like_a_row(line: str, separator: str, width: int) -> bool:
    cells = line.rstrip("\r\n").split(separator)
    return len(cells) == width > 1 and any(_SOUND_FILE.fullmatch(cell.strip().strip('"')) for cell in cells)


def _open_row(number: int, line: str, separator: str) -> TextTableRow:
    """What stands before the open quote, and the cell of the quote to the end of the line."""
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    return TextTableRow(number, tuple(cells), OPEN_QUOTE)
