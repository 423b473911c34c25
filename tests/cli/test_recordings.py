"""Import, export, erase, backup and restore from a terminal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core import config
from core.workflows.annotation import recording_search
from tests import audio_files
from tests.cli.conftest import Json, Run

MANIFEST = """filename,language,child,judge_1,judge_2,mood
one.wav,fr,c1,Accepted,Accepted,good
two.wav,en,c2,Noise,Speechless,bad
three.wav,en,c2,Loud,,bad
gone.wav,en,c2,,,
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for number, name in enumerate(("one", "two", "three")):
        (folder / f"{name}.wav").write_bytes(audio_files.encode(audio_files.tone(300 + 100 * number, 1.0)))
    (folder / "manifest.csv").write_text(MANIFEST)
    return folder / "manifest.csv"


def test_an_import_says_what_came_in_and_what_did_not(said: Json, manifest: Path) -> None:
    result = said("import", str(manifest))
    assert (result["recordings"], result["known"], result["judgements"]) == (2, 0, 4)
    assert [(one["file"], one["row"]) for one in result["refused"]] == [("three.wav", 4), ("gone.wav", 5)]
    assert all(one["reason"] for one in result["refused"])
    assert any("mood" in note for note in result["notes"])


def test_importing_twice_changes_nothing(said: Json, manifest: Path) -> None:
    said("import", str(manifest))
    again = said("import", str(manifest))
    assert (again["recordings"], again["known"], again["judgements"]) == (0, 2, 0)


def test_people_read_the_same_in_words(run: Run, manifest: Path) -> None:
    result = run("import", str(manifest))
    assert "2 new recordings, 0 known, 4 new judgements, 2 refused" in result.stdout
    assert "three.wav" in result.stdout


@pytest.mark.parametrize(("ending", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_labels_are_exported_a_judgement_a_row(said: Json, manifest: Path, tmp_path: Path, ending: str, read) -> None:
    said("import", str(manifest))
    out = tmp_path / f"labels.{ending}"
    assert said("export", "labels", str(out)) == {"rows": 4, "file": str(out)}
    rows = read(out)
    assert sorted(rows["label"]) == ["Accepted", "Accepted", "Noise", "Speechless"]
    assert list(rows.loc[rows["filename"] == "one.wav", "consensus"]) == ["Accepted", "Accepted"]


def test_a_preview_says_how_a_table_is_read_and_changes_nothing(said: Json, manifest: Path) -> None:
    shown = said("import", str(manifest), "--preview")
    assert (shown["recordings"], shown["without_child"], shown["labels"], shown["has_questions"]) == (2, 0, 0, False)
    (table,) = shown["tables"]
    assert table["columns"][0] == {"header": "filename", "taken_for": "filename"}
    assert table["columns"][-1] == {"header": "mood", "taken_for": None}
    assert [one["file"] for one in shown["refused"]] == ["three.wav", "gone.wav"]
    assert recording_search.count_recordings().recordings == 0


def test_people_read_a_preview_as_a_table(run: Run, manifest: Path) -> None:
    result = run("import", str(manifest), "--preview")
    assert "Would try 2 recordings (0 without a child)" in result.stdout
    assert "kept aside" in result.stdout


def test_flags_say_how_a_table_is_meant(said: Json, manifest: Path) -> None:
    manifest.write_bytes("filename^word^collected_at\none.wav^\u00e9t\u00e9^03/04/2026\n".encode("cp1252"))
    flags = ("--separator", "^", "--encoding", "cp1252", "--dates", "dmy")
    assert said("import", str(manifest), *flags)["recordings"] == 1
    recording = recording_search.search_recordings().items[0].recording
    assert (recording.word, str(recording.collected_at)) == ("\u00e9t\u00e9", "2026-04-03 00:00:00")


def test_flags_that_are_not_known_are_refused(run: Run, manifest: Path) -> None:
    result = run("import", str(manifest), "--dates", "ymd")
    assert (result.exit_code, "ymd" in result.stderr) == (1, True)


def test_a_table_that_comes_later_tells_what_it_filled_in(said: Json, manifest: Path) -> None:
    table = manifest.read_text()
    manifest.unlink()
    said("import", str(manifest.parent))
    manifest.write_text(table)
    assert said("import", str(manifest))["filled"] == {"child": 2, "language": 2, "extra": 2}


def test_a_data_set_is_written_into_a_folder(said: Json, manifest: Path, tmp_path: Path) -> None:
    said("import", str(manifest))
    out = tmp_path / "set"
    shown = said("export", "dataset", str(out))
    assert shown == {"folder": str(out), "recordings": 2, "judgements": 4, "missing": []}
    assert (out / "croissant.json").is_file()


def test_a_table_for_excel_begins_with_its_mark(said: Json, manifest: Path, tmp_path: Path) -> None:
    said("import", str(manifest))
    said("export", "labels", str(tmp_path / "l.csv"), "--bom")
    assert (tmp_path / "l.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_export_to_another_ending_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("export", "labels", str(tmp_path / "labels.docx"))
    assert result.exit_code == 1
    assert ".csv" in result.stderr


def test_an_erased_child_leaves_nothing_behind(said: Json, run: Run, manifest: Path, storage: Path) -> None:
    said("import", str(manifest))
    assert said("erase", "--child", "c1", "--preview")["judgements"] == 2
    erased = said("erase", "--child", "c1")
    assert (erased["recordings"], erased["judgements"], erased["models"]) == (1, 2, [])
    assert erased["is_complete"]
    assert recording_search.count_recordings().recordings == 1
    assert run("erase", "--child", "c1").exit_code == 1


def test_a_backup_comes_back_in_an_empty_storage(
    said: Json, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("import", str(manifest))
    said("backup", str(tmp_path / "kept.zip"))
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "other models"))
    config.settings.cache_clear()
    said("restore", str(tmp_path / "kept.zip"))
    assert recording_search.count_recordings().recordings == 2
    assert said("import", str(manifest))["known"] == 2
