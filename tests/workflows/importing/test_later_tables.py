"""A table that comes after its recordings; the same sound under other bytes; names in another form."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard
from core.domain.models import Model
from core.domain.recordings import Recording
from core.errors import NotFound
from core.workflows.accounts import accounts
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.maintenance import erasure
from db import children, models, session
from tests import stored_snapshots
from tests.audio_files import encode, tone
from tests.workflows.recorded import recording, write_manifest

pytestmark = pytest.mark.usefixtures("database")
ZOE = ("Zo\u00e9", "Zoe\u0301", " Zo\u00e9\u200b")


def take_in(path: Path) -> ImportResult:
    return import_recordings.import_path(path, actor=COMMAND_LINE)


def folder(path: Path, number: int) -> Path:
    path.mkdir(exist_ok=True)
    for place in range(number):
        (path / f"{place}.wav").write_bytes(recording(place))
    return path


def everything() -> dict[str, Recording]:
    return {item.recording.filename: item.recording for item in recording_search.search_recordings().items}


def place(filename: str, split: Split) -> None:
    with session.writing() as tx:
        child = children.by_pseudonym(tx, everything()[filename].child)
        assert child is not None
        children.place(tx, child.id, split)


def test_what_was_unknown_is_filled_in_and_told(tmp_path: Path) -> None:
    take_in(folder(tmp_path, 3))
    cells = {
        "child": "kid",
        "language": "fr",
        "word": "été",
        "source": "school",
        "collected_at": "2026-01-31",
        "mood": "glad",
    }
    manifest = write_manifest(
        tmp_path / "manifest.csv", [{"filename": "0.wav", **cells}, {"filename": "1.wav", "child": "kid"}]
    )
    result = take_in(manifest)
    first = everything()["0.wav"]
    assert (first.child, first.language, first.word, first.source, first.extra) == (
        "kid",
        "fr",
        "été",
        "school",
        {"mood": "glad"},
    )
    assert result.filled == {"child": 2, "language": 1, "word": 1, "source": 1, "collected_at": 1, "extra": 1}
    assert result.notes[-1].startswith("Filled in for recordings that were here already: child 2")
    with session.reading() as tx:
        assert dict(children.with_recordings(tx))["kid"] == 2
        assert len(children.all_children(tx)) == 2
    assert take_in(manifest).filled == {}


def test_what_contradicts_is_named_and_changes_nothing(tmp_path: Path) -> None:
    folder(tmp_path, 1)
    manifest = write_manifest(tmp_path / "manifest.csv", [{"filename": "0.wav", "child": "kim", "language": "fr"}])
    take_in(manifest)
    write_manifest(manifest, [{"filename": "0.wav", "child": "lou", "language": "en"}])
    result = take_in(manifest)
    assert (everything()["0.wav"].child, everything()["0.wav"].language) == ("kim", "fr")
    assert [note for note in result.notes if "'kim'" in note and "'lou'" in note]
    assert [note for note in result.notes if "'fr'" in note and "'en'" in note]


def test_a_child_whose_recordings_stood_in_several_splits_is_told_with_the_models_that_saw_them(tmp_path: Path) -> None:
    take_in(folder(tmp_path, 3))
    place("0.wav", Split.TRAIN)
    place("1.wav", Split.TEST)
    with session.writing() as tx:
        items = [(everything()["0.wav"].id, Label.NOISE, Split.TRAIN)]
        snapshot_id = stored_snapshots.store(tx, "0" * 64, items)
        models.add(tx, Model("model-1", "svm", snapshot_id, None, 1.0, session.now(), ModelCard.from_json({})))
    rows = [{"filename": f"{number}.wav", "child": "kid"} for number in range(3)]
    result = take_in(write_manifest(tmp_path / "manifest.csv", rows))
    with session.reading() as tx:
        (child,) = children.all_children(tx)
    assert (child.pseudonym, child.split) == ("kid", Split.TEST)
    (note,) = [note for note in result.notes if "stood in" in note]
    assert note.startswith("Recordings of the child 'kid' stood in test and train; all of them stand in test now.")
    assert "model-1" in note


def test_the_same_sound_under_other_bytes_is_named(tmp_path: Path) -> None:
    sound = tone(300.0, 0.4)
    (tmp_path / "a.wav").write_bytes(encode(sound))
    (tmp_path / "b.flac").write_bytes(encode(sound, container="flac"))
    rows = [{"filename": "a.wav", "child": "kim"}, {"filename": "b.flac", "child": "lou"}]
    result = take_in(write_manifest(tmp_path / "manifest.csv", rows))
    assert result.recordings == 2
    assert any(note.startswith("b.flac is the same sound as a.wav; its child 'lou'") for note in result.notes)


def test_a_table_may_come_by_itself_for_recordings_that_are_here(tmp_path: Path) -> None:
    take_in(folder(tmp_path, 2))
    table = b"filename,child,judge_1\n0.wav,kim,Noise\nelse/1.wav,lou,\n"
    result = import_recordings.import_uploads([("manifest.csv", table)], actor=COMMAND_LINE)
    assert (result.known, result.judgements, result.filled) == (1, 1, {"child": 1})
    assert [one["file"] for one in result.refused] == ["else/1.wav"]
    assert everything()["0.wav"].child == "kim"


def test_a_row_without_its_file_means_nothing_that_is_here_when_other_rows_have_theirs(tmp_path: Path) -> None:
    take_in(folder(tmp_path / "first", 2))
    other = tmp_path / "second"
    other.mkdir()
    (other / "9.wav").write_bytes(recording(9))
    rows = [{"filename": "9.wav", "child": "kim"}, {"filename": "0.wav", "child": "kim"}]
    result = take_in(write_manifest(other / "manifest.csv", rows))
    assert (result.recordings, result.known, len(result.refused)) == (1, 0, 1)


def test_the_same_sound_is_known_of_recordings_that_came_before_waveforms_were_hashed(tmp_path: Path) -> None:
    from db import recordings

    sound = tone(300.0, 0.4)
    (tmp_path / "a.wav").write_bytes(encode(sound))
    take_in(tmp_path)
    with session.writing() as tx:
        recordings.fill(tx, everything()["a.wav"].id, waveform_sha256=None)
    (tmp_path / "b.flac").write_bytes(encode(sound, container="flac"))
    assert any("same sound as a.wav" in note for note in take_in(tmp_path / "b.flac").notes)


def test_silence_is_nobodys_sound(tmp_path: Path) -> None:
    for name, container in (("a.wav", "wav"), ("b.flac", "flac")):
        (tmp_path / name).write_bytes(encode(tone(300.0, 0.4, amplitude=0.0), container=container))
    assert take_in(tmp_path).notes == []


def test_a_recording_of_before_gets_its_waveform_when_it_comes_again(tmp_path: Path) -> None:
    from db import recordings

    take_in(folder(tmp_path, 1))
    (one,) = everything().values()
    with session.writing() as tx:
        recordings.fill(tx, one.id, waveform_sha256=None)
    take_in(tmp_path)
    with session.reading() as tx:
        assert recordings.waveform_of(tx, one.sha256) != (one.id, None)


@pytest.mark.parametrize("asked", ZOE)
def test_a_child_is_erased_whole_however_its_name_is_written(tmp_path: Path, asked: str) -> None:
    folder(tmp_path, 3)
    take_in(write_manifest(tmp_path / "manifest.csv", [{"filename": f"{n}.wav", "child": ZOE[n]} for n in range(3)]))
    assert {one.child for one in everything().values()} == {"Zo\u00e9"}
    assert erasure.erase_child(asked, actor=COMMAND_LINE).recordings == 3
    assert everything() == {}
    with pytest.raises(NotFound):
        erasure.erase_child(asked, actor=COMMAND_LINE)


def test_a_judge_is_one_however_the_name_is_written(tmp_path: Path) -> None:
    take_in(folder(tmp_path, 1))
    lines = [f"0.wav,{name},Noise" for name in (*ZOE, "ZO\u00c9")]
    (tmp_path / "labels.csv").write_text("filename,judge,label\n" + "\n".join(lines))
    assert take_in(tmp_path / "labels.csv").judgements == 1
    assert [account.name for account in accounts.all_accounts()] == ["Zo\u00e9"]


def test_languages_have_one_spelling_and_what_was_read_is_told(tmp_path: Path) -> None:
    folder(tmp_path, 4)
    written = ("FR", "fr_FR", "French", "kid-speak")
    rows = [{"filename": f"{n}.wav", "language": language} for n, language in enumerate(written)]
    result = take_in(write_manifest(tmp_path / "manifest.csv", rows))
    assert [one.language for one in everything().values()] == ["fr", "fr-FR", "fr", "kid-speak"]
    assert result.notes == [
        "language 'French' was read as fr (row 4)",
        "language is 'kid-speak', which is no BCP 47 code such as fr or en-GB; kept as it is written (row 5)",
    ]
