"""A small table that unpacks to gigabytes is refused in words, and takes no memory of the server."""

from __future__ import annotations

import io
import resource
import zipfile

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from core.errors import Refused
from core.workflows.importing import label_files, packed_tables, spreadsheets
from core.workflows.importing.table_worker import PARQUET, XLSX

COLUMNS = ("judge", "label", "filename")


def parquet_of(columns: dict[str, pyarrow.Array], **options: object) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file, **options)
    return file.getvalue()


def repeated(word: str, count: int) -> pyarrow.Array:
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * count, pyarrow.int32()), pyarrow.array([word]))


def long_words() -> bytes:
    """Four megabytes of one word, named in 1,000 rows."""
    comment = repeated("a" * 4_000_000, 1000)
    same = {name: repeated(name, 1000) for name in COLUMNS}
    return parquet_of(same | {"comment": comment}, compression="zstd")


def many_rows() -> bytes:
    return parquet_of({name: repeated(name, 4_000_000) for name in COLUMNS}, compression="zstd")


def wide_sheet() -> bytes:
    """A sheet whose rows are few bytes each, packed a thousand to one."""
    row = "<row>" + '<c t="inlineStr"><is><t>' + "a" * 2000 + "</t></is></c></row>"
    book = openpyxl.Workbook()
    packed, file = io.BytesIO(), io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as read, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            content = read.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", row.encode() * 120_000 + b"</sheetData>")
                assert len(content) > 200_000_000
            written.writestr(entry.filename, content)
    return file.getvalue()


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("bomb", [long_words, many_rows])
def test_a_parquet_bomb_is_refused_and_takes_no_memory_here(bomb) -> None:
    data = bomb()
    assert len(data) < 2_000_000
    before = peak_mb()
    with pytest.raises(Refused, match="unpacks to more than"):
        for _ in packed_tables.read_rows(PARQUET, data):
            pass
    assert peak_mb() - before < 200


def test_a_spreadsheet_bomb_is_refused_and_takes_no_memory_here() -> None:
    data = wide_sheet()
    assert len(data) < 2_000_000
    before = peak_mb()
    with pytest.raises(Refused, match="unpacks to more than"):
        for _ in packed_tables.read_rows(XLSX, data):
            pass
    assert peak_mb() - before < 200


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"PK\x03\x04" + bytes(100)])
def test_what_is_damaged_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Refused, match=r"The Parquet file cannot be read"):
        label_files.of_parquet(data)
    with pytest.raises(Refused, match=r"The spreadsheet a\.xlsx cannot be read"):
        spreadsheets.read_spreadsheet("a.xlsx", data)


def test_a_sound_table_is_read_whole() -> None:
    words = {"judge": ["ana"] * 700, "label": ["Noise"] * 700, "filename": [f"{number}.wav" for number in range(700)]}
    read = label_files.of_parquet(parquet_of({name: pyarrow.array(cells) for name, cells in words.items()}))
    assert [label.filename for label in read.labels] == words["filename"]
    assert [read.labels[0].row, read.labels[-1].row] == [2, 701]
