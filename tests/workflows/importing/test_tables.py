"""Tables as people save them: separators, encodings, quotes, spreadsheets, dates."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from core.errors import Refused
from core.workflows.importing import dates, manifest_file
from core.workflows.importing.import_options import DateOrder, ImportOptions, options
from core.workflows.importing.tables import ending, read_table

WORDS = ("été", "Zoé", "garçon", "Noël", "élève")


def rows_of(data: bytes, name: str = "manifest.csv", **more: str) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(name, data, options(**more)).rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_a_table_is_read_however_it_was_saved(separator: str, line_end: str, encoding: str) -> None:
    text = line_end.join((f"filename{separator}word", *(f"{word}.wav{separator}{word}" for word in WORDS)))
    assert rows_of(text.encode(encoding)) == [(f"{word}.wav", word) for word in WORDS]


def test_a_hint_of_the_separator_is_no_row_and_signs_in_a_quoted_header_are_no_separators() -> None:
    table = read_table("m.csv", b'sep=;\nfilename;"a, b, c, d"\na.wav;x,y,z\n')
    assert (table.columns, [(row.number, row.cells) for row in table.rows]) == (
        ["filename", "a, b, c, d"],
        [(2, ("a.wav", "x,y,z"))],
    )


@pytest.mark.parametrize("closing", ["", '\nd.wav,c4,"fine"', '\nd.wav,"c4",fine', '\nd.wav,c4,""\ne.wav,c5,'])
def test_a_quote_that_nobody_closed_takes_no_row_along(closing: str) -> None:
    table = read_table("m.csv", f'filename,child,remark\na.wav,c1,"open\nb.wav,c2,x\nc.wav,c3,y{closing}'.encode())
    assert [row.cells[0] for row in table.rows][:3] == ["a.wav", "b.wav", "c.wav"]
    assert [row.number for row in table.rows if row.problem] == [2]


def test_a_row_with_an_open_quote_in_a_remark_comes_in_and_is_named() -> None:
    manifest = manifest_file.read(b'filename,child,remark\na.wav,c1,"open\nb.wav,c2,x\n')
    assert [(row.filename, row.child) for row in manifest.rows] == [("a.wav", "c1"), ("b.wav", "c2")]
    assert "not closed" in manifest.notes.lines()[1]


def test_an_open_quote_before_what_is_needed_refuses_the_row_alone() -> None:
    manifest = manifest_file.read(b'filename,child\n"a.wav,c1\nb.wav,c2\n')
    assert ([row.filename for row in manifest.rows], [refusal.row for refusal in manifest.refused]) == (["b.wav"], [2])


def test_cells_that_are_closed_before_an_open_quote_are_read() -> None:
    manifest = manifest_file.read(b'filename;child;remark\n"a.wav";"Zo\xc3\xa9";"open; all right\n"b.wav";x;"y"\n')
    assert [(row.filename, row.child) for row in manifest.rows] == [("a.wav", "Zo\u00e9"), ("b.wav", "x")]


def test_lines_within_a_quoted_cell_stay_in_it() -> None:
    assert rows_of(b'filename,remark\na.wav,"two\nlines"\nb.wav,x\n') == [("a.wav", "two\nlines"), ("b.wav", "x")]


def test_a_spreadsheet_is_read_with_its_numbers_and_dates() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Please fill in"])
    sheet = book.create_sheet("recordings")
    for row in (["File name", "Child", "Collected at", "Judge 1"], ["a.wav", 7.0, datetime(2026, 1, 31), None]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    manifest = manifest_file.read(file.getvalue(), "manifest.xlsx")
    (row,) = manifest.rows
    assert (row.filename, row.child, row.collected_at, row.labels) == ("a.wav", "7", datetime(2026, 1, 31), {})
    assert "left out: Sheet" in manifest.notes.lines()[0]


@pytest.mark.parametrize(
    ("name", "data"), [("m.xlsx", b"PK no zip"), ("m.xlsx", b""), ("m.xls", b"\xd0\xcf"), ("m.ods", b"")]
)
def test_a_spreadsheet_that_cannot_be_read_says_how_to_save_it(name: str, data: bytes) -> None:
    with pytest.raises(Refused, match="CSV UTF-8"):
        read_table(name, data)


def test_an_encoding_that_cannot_be_told_is_asked_for_and_can_be_named() -> None:
    data = "filename,word\na.wav,łódź\n".encode("cp1250")
    assert rows_of(data, encoding="cp1250") == [("a.wav", "łódź")]
    with pytest.raises(Refused, match="not in utf-8"):
        read_table("m.csv", data, options(encoding="utf-8"))
    assert read_table("m.csv", "filename\nÿ.wav".encode("cp1252")).notes.lines()[0].startswith("m.csv is not UTF-8")


def test_names_of_files_that_lie_beside_help_to_tell_code_pages_apart() -> None:
    data = "filename\nÊtre.wav\n".encode("cp850")
    assert read_table("m.csv", data, names=["Être.wav"]).rows[0].cells == ("Être.wav",)


def test_the_ending_within_the_name_counts_before_txt() -> None:
    assert [ending(name) for name in ("manifest.csv.txt", "M.TSV", "a/b.txt", "none")] == [".csv", ".tsv", ".txt", ""]


@pytest.mark.parametrize(
    "written",
    ["2026-01-31", "2026-1-31", "31/01/2026", "31.1.2026", "31.1.26", "1/31/2026", "46053", "2026/01/31", "20260131"],
)
def test_dates_of_people_and_spreadsheets_are_read(written: str) -> None:
    assert dates.read_time(written) == datetime(2026, 1, 31)


def test_a_date_with_two_meanings_is_asked_for_unless_its_column_or_somebody_says() -> None:
    with pytest.raises(Refused, match="--dates dmy or --dates mdy"):
        dates.read_time("03/04/2026")
    assert dates.read_time("03/04/2026", DateOrder.MDY) == datetime(2026, 3, 4)
    assert dates.order_of(["03/04/2026", "31/04/2026"]) is DateOrder.DMY
    assert dates.order_of(["13/04/2026", "04/13/2026"]) is None


def test_a_column_of_dates_with_two_meanings_is_left_empty_and_named() -> None:
    data = b"filename,collected_at\na.wav,03/04/2026\n"
    manifest = manifest_file.read(data)
    assert manifest.rows[0].collected_at is None
    assert "the day 3 of the month 4" in manifest.notes.lines()[0]
    named = manifest_file.read(data, options=ImportOptions(dates=DateOrder.DMY))
    assert named.rows[0].collected_at == datetime(2026, 4, 3)


def test_cells_that_mean_nothing_and_cells_that_do_not_matter_refuse_no_row() -> None:
    long = "y" * 140_000
    lines = [
        "filename,child,judge_1,collected_at,remark,language",
        "a.wav,c1,NA,soon,,-",
        f"b.wav,n/a,-,,{long},kid-speak",
    ]
    manifest = manifest_file.read("\n".join(lines).encode())
    first, second = manifest.rows
    assert (first.child, first.labels, first.collected_at, first.language) == ("c1", {}, None, "")
    assert (second.child, second.labels, second.language, second.extra) == ("", {}, "kid-speak", {})
    assert not manifest.refused
    assert len(manifest.notes.lines()) == 5


def test_a_child_may_be_asked_to_read_none_and_may_speak_nauruan() -> None:
    (row,) = manifest_file.read(b"filename,word,language\na.wav,none,na\n").rows
    assert (row.word, row.language) == ("none", "na")


@pytest.mark.parametrize("wrong", [{"separator": "::"}, {"encoding": "klingon"}, {"dates": "ymd"}])
def test_options_that_are_not_known_are_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(Refused, match=next(iter(wrong.values()))):
        options(**wrong)
