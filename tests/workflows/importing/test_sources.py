"""Files are found however their names were written; none is ever taken for another."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.recordings import Recording
from core.errors import Refused
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.importing.import_archive import ArchiveSource
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.importing.import_sources import FolderSource, UploadSource
from tests.workflows.recorded import recording

NAME = "\u00e9t\u00e9.wav"
DECOMPOSED = unicodedata.normalize("NFD", NAME)


def zipped_as(files: dict[str, bytes], encoding: str) -> bytes:
    """A zip whose names are in an encoding that it does not name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, data in enumerate(files.values()):
            archive.writestr(f"entry-{number}.bin".ljust(20, "x"), data)
    written = file.getvalue()
    for number, name in enumerate(files):
        raw = name.encode(encoding)
        padded = b"/".join([b"p" * (19 - len(raw)), raw])
        written = written.replace(f"entry-{number}.bin".ljust(20, "x").encode(), padded)
    return written


def send(*files: tuple[str, bytes]) -> ImportResult:
    return import_recordings.import_uploads(files, actor=COMMAND_LINE)


def everything() -> list[Recording]:
    return [item.recording for item in recording_search.search_recordings().items]


@pytest.mark.parametrize(("there", "named"), [(NAME, DECOMPOSED), (DECOMPOSED, NAME), ("A.WAV", "a.wav")])
def test_a_file_of_a_folder_is_found_in_another_form(tmp_path: Path, there: str, named: str) -> None:
    (tmp_path / there).write_bytes(b"x")
    assert FolderSource(tmp_path).find(named) == there


def test_two_files_that_look_the_same_are_never_guessed_between(tmp_path: Path) -> None:
    for name in (NAME, DECOMPOSED):
        (tmp_path / name).write_bytes(name.encode())
    assert FolderSource(tmp_path).find(DECOMPOSED) == DECOMPOSED
    with pytest.raises(Refused, match="several files could be meant"):
        FolderSource(tmp_path).find(NAME.upper())


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "mac_roman"])
def test_names_of_a_zip_are_read_whatever_their_encoding(encoding: str) -> None:
    (name,) = ArchiveSource(zipped_as({NAME: b"x"}, encoding)).names()
    assert name.endswith(NAME)


def test_a_manifest_tells_code_pages_of_other_scripts() -> None:
    archive = ArchiveSource(zipped_as({"мама.wav": b"x"}, "cp866"))
    archive.use_names_of(["мама.wav"])
    assert archive.names()[0].endswith("мама.wav")


def test_a_manifest_decides_between_code_pages() -> None:
    archive = ArchiveSource(zipped_as({"\u00ca.wav": b"x"}, "cp850"))  # one letter alone may be any
    archive.use_names_of(["\u00ca.wav"])
    assert archive.names()[0].endswith("\u00ca.wav")


@pytest.mark.usefixtures("database")
def test_two_uploads_of_one_name_both_come_in() -> None:
    result = send(("rec.wav", recording(1)), ("rec.wav", recording(2)), ("rec.wav", recording(2)))
    assert (result.recordings, result.known, result.refused) == (2, 1, [])
    assert {one.filename for one in everything()} == {"rec.wav"}


@pytest.mark.usefixtures("database")
def test_a_row_never_takes_one_of_two_uploads_of_its_name() -> None:
    manifest = b"filename,child\nmon/rec.wav,c1\ntue/rec.wav,c2\nc.wav,c3\n"
    result = send(
        ("manifest.csv", manifest), ("rec.wav", recording(1)), ("rec.wav", recording(2)), ("c.wav", recording(3))
    )
    assert [one.child for one in everything()] == ["c3"]
    assert [(one["file"], one["row"]) for one in result.refused] == [("mon/rec.wav", 2), ("tue/rec.wav", 3)]
    assert all("zip" in str(one["reason"]) for one in result.refused)


@pytest.mark.usefixtures("database")
def test_two_rows_never_share_one_upload() -> None:
    result = send(("manifest.csv", b"filename,child\nmon/rec.wav,c1\ntue/rec.wav,c2\n"), ("rec.wav", recording(1)))
    assert (result.recordings, len(result.refused)) == (0, 2)


def test_an_upload_with_folders_is_not_that_of_another_folder() -> None:
    source = UploadSource([("tue/rec.wav", b"x"), ("loose.wav", b"y")])
    assert (source.find("tue/rec.wav"), source.find("mon/loose.wav")) == ("tue/rec.wav", "loose.wav")
    with pytest.raises(Refused, match="not sent along"):
        source.find("mon/rec.wav")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b'{"device": 1}'),
        ("a.json", b"["),
        ("log.csv", b"at,what\n1,2\n"),
        ("a.parquet", b"PAR1"),
        ("n.txt", b"hi"),
    ],
)
def test_what_lies_beside_recordings_does_not_stop_them(name: str, data: bytes) -> None:
    result = send(("a.wav", recording(1)), (name, data))
    assert result.recordings == 1
    assert name in str(result.refused) + str(result.notes)


@pytest.mark.usefixtures("database")
def test_a_manifest_that_cannot_be_read_stops_the_recordings_that_need_it() -> None:
    with pytest.raises(Refused, match="no column 'filename'"):
        send(("a.wav", recording(1)), ("manifest.csv", b"file,child\na.wav,c1\n"))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "name", ["recordings.csv", "manifest.tsv", "manifest.csv.txt", "Manifest.CSV", "deep/manifest.csv"]
)
def test_a_table_of_recordings_is_used_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    (file.parent / "a.wav").write_bytes(recording(1))
    file.write_text("filename\tchild\na.wav\tc1\n")
    import_recordings.import_path(tmp_path, actor=COMMAND_LINE)
    assert [one.child for one in everything()] == ["c1"]


@pytest.mark.usefixtures("database")
def test_every_manifest_of_a_folder_counts_and_a_row_in_two_of_them_once(tmp_path: Path) -> None:
    for day in ("mon", "tue"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "rec.wav").write_bytes(recording(len(day + day) + (day == "tue")))
        (tmp_path / day / "manifest.csv").write_text(f"filename,child\nrec.wav,{day}\n")
        (tmp_path / day / "manifest.tsv").write_text(f"filename\tchild\nrec.wav\t{day}\n")
    result = import_recordings.import_path(tmp_path, actor=COMMAND_LINE)
    assert (result.recordings, result.known, result.refused) == (2, 0, [])
    assert {(one.filename, one.child) for one in everything()} == {("rec.wav", "mon"), ("rec.wav", "tue")}


@pytest.mark.usefixtures("database")
def test_labels_of_a_folder_are_no_manifest_and_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(recording(1))
    (tmp_path / "labels.csv").write_text("filename,judge,label\na.wav,anna,Noise\n")
    result = import_recordings.import_path(tmp_path, actor=COMMAND_LINE)
    assert (result.recordings, result.judgements) == (1, 0)
    assert any("labels.csv holds labels" in note for note in result.notes)


@pytest.mark.usefixtures("database")
def test_a_name_that_is_no_text_is_named_and_nothing_breaks() -> None:
    result = send((b"\xff.wav".decode("utf-8", "surrogateescape"), recording(1)))
    assert [one["file"] for one in result.refused] == ["\\udcff.wav"]
