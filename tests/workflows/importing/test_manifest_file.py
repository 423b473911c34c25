from __future__ import annotations

from datetime import datetime

import pytest

from core.domain.labels import Label, Split
from core.errors import Refused
from core.workflows.importing import manifest_file, manifest_rows

HEADER = "filename,language,word,child,source,collected_at,split,judge_1,judge_2\n"


def reason_for(row: str, header: str = HEADER) -> str:
    refused = manifest_file.read((header + row).encode()).refused
    assert len(refused) == 1
    return refused[0].reason


def test_every_column_is_read() -> None:
    row = "a.wav,en,cat,c1,school,2026-01-31T09:30:00+02:00,Train,accepted,NOISE\n"
    (wanted,) = manifest_file.read((HEADER + row).encode()).rows
    assert (wanted.filename, wanted.row, wanted.language, wanted.word) == ("a.wav", 2, "en", "cat")
    assert (wanted.child, wanted.source, wanted.split) == ("c1", "school", Split.TRAIN)
    assert wanted.collected_at == datetime(2026, 1, 31, 7, 30)
    assert wanted.labels == {"judge_1": Label.ACCEPTED, "judge_2": Label.NOISE}


def test_empty_cells_stay_empty() -> None:
    (wanted,) = manifest_file.read((HEADER + "a.wav,,,,,,,,\n").encode()).rows
    assert wanted == manifest_rows.ManifestRow("a.wav", 2)


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    data = 'filename,word\n\na.wav,"two\nlines"\n,no name\nb.wav,\n'
    manifest = manifest_file.read(data.encode())
    assert [(wanted.filename, wanted.row) for wanted in manifest.rows] == [("a.wav", 3), ("b.wav", 5)]
    assert [(refusal.row, refusal.reason) for refusal in manifest.refused] == [(4, "the cell 'filename' is empty")]


def test_unknown_columns_are_kept_aside_and_named() -> None:
    manifest = manifest_file.read(b"Filename, Snr dB ,mood\na.wav,3.5,\n")
    assert manifest.rows[0].extra == {"snr db": "3.5"}
    assert manifest.notes.lines() == ["Columns kept aside: snr db, mood."]


def test_a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_read() -> None:
    (wanted,) = manifest_file.read("\ufefffilename;word\r\na.wav;été, oui\r\n".encode()).rows
    assert (wanted.filename, wanted.word) == ("a.wav", "été, oui")


def test_a_label_that_is_none_is_refused_with_its_word_and_the_three_labels() -> None:
    reason = reason_for("a.wav,,,,,,,Accepted,maybe\n")
    assert reason == "judge_2 says 'maybe'; expected one of Accepted, Noise, Speechless"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a.wav,,,,,,holdout,,", "split is 'holdout'; expected one of train, validation, test"),
        ("a.wav,,,,,,,,,more", "the row has 10 cells, the header 9"),
        (f"a.wav,,,{'c' * 121},,,,,", "child has 121 characters"),
        ("a\0.wav,,,,,,,,", "NUL"),
    ],
)
def test_rows_that_cannot_be_used_say_why(row: str, words: str) -> None:
    assert words in reason_for(row)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no column 'filename'"),
        (b"file,word\na.wav,cat\n", "its columns are: file, word"),
        (b"filename,Filename\na,b\n", "more than once"),
        (b"filename,word\na.wav,x\xf7y\n", "not UTF-8"),
    ],
)
def test_what_is_no_manifest_is_refused_as_a_whole(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        manifest_file.read(data)
