from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core import config
from core.audio import store
from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState, Label, Split
from core.errors import NotFound, Refused
from core.workflows.accounts import accounts
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.importing.import_recordings import ImportResult
from db import children, session
from tests.audio_files import CONTAINERS
from tests.workflows.recorded import folder_with_manifest, recording, write_manifest

pytestmark = pytest.mark.usefixtures("database")


def take_in(path: Path) -> ImportResult:
    return import_recordings.import_path(path, actor=COMMAND_LINE)


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.recordings, result.known, result.judgements, len(result.refused)


def stands(pseudonym: str) -> tuple[str | None, Split | None]:
    with session.reading() as tx:
        child = children.by_pseudonym(tx, pseudonym)
    assert child is not None
    return child.pool, child.split


def rows(number: int, **cells: str) -> list[dict[str, str]]:
    return [{"filename": f"audio/{index}.wav", **cells} for index in range(number)]


def test_a_folder_comes_in_and_what_is_no_recording_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    for name, data in {
        "README.md": b"hello",
        "deep/a.wav": recording(1),
        "b.wav": recording(2),
        "same.wav": recording(2),
        "picture.png": b"\x89PNG",
        "empty.wav": b"",
        "cut.wav": recording(3)[:-2000],
    }.items():
        (folder / name).write_bytes(data)
    result = take_in(folder)
    assert counts(result) == (2, 1, 0, 3)
    assert {refusal["file"] for refusal in result.refused} == {"picture.png", "empty.wav", "cut.wav"}
    assert all(refusal["reason"] and refusal["row"] is None for refusal in result.refused)
    assert result.notes == ["Left out, as they are no recordings: README.md."]


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    manifest = folder_with_manifest(tmp_path, rows(3, child="c1", judge_1="Accepted", judge_2="Noise"))
    assert counts(take_in(manifest)) == (3, 0, 6, 0)
    assert counts(take_in(manifest)) == (0, 3, 0, 0)
    assert take_in(manifest).notes == []
    assert recording_search.search_recordings().total == 3


def test_a_manifest_brings_children_labels_and_what_else_it_says(tmp_path: Path) -> None:
    cells = {"child": "c1", "language": "fr", "word": "été", "source": "school", "mood": "glad", "judge_1": "noise"}
    take_in(folder_with_manifest(tmp_path, rows(1, **cells)))
    (found,) = recording_search.search_recordings().items
    kept = found.recording
    assert (kept.child, kept.language, kept.word, kept.source) == ("c1", "fr", "été", "school")
    assert (kept.filename, kept.extra) == ("audio/0.wav", {"mood": "glad"})
    assert (kept.duration_s, kept.sample_rate_hz) == (pytest.approx(0.3), 16_000)
    assert [(said.judge, said.label) for said in found.judgements] == [("judge_1", Label.NOISE)]


def test_the_bytes_are_kept_as_they_were_under_their_hash(tmp_path: Path, storage: Path) -> None:
    (tmp_path / "a.webm").write_bytes(recording(1))  # a WAV, whatever it is called
    take_in(tmp_path / "a.webm")
    (kept,) = (found.recording for found in recording_search.search_recordings().items)
    assert (kept.sha256, kept.extension) == (store.sha256_of(recording(1)), "wav")
    file = storage / "recordings" / kept.sha256[:2] / f"{kept.sha256}.wav"
    assert file.read_bytes() == recording(1) == recording_search.original_audio(kept.id).data


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_comes_in(container: str, tmp_path: Path) -> None:
    (tmp_path / "recording").write_bytes(recording(1, container))
    assert counts(take_in(tmp_path / "recording")) == (1, 0, 0, 0)


def test_rows_that_cannot_be_used_are_refused_with_their_row_and_the_rest_goes_in(tmp_path: Path) -> None:
    good = rows(2)
    folder_with_manifest(tmp_path / "corpus", good)
    (tmp_path / "outside.wav").write_bytes(recording(9))
    bad = [
        {"filename": "audio/missing.wav"},
        {"filename": "../outside.wav"},
        {"filename": "audio/0.wav", "judge_1": "great"},
    ]
    manifest = write_manifest(tmp_path / "corpus" / "manifest.csv", [good[0], *bad, good[1]])
    result = take_in(manifest)
    assert counts(result) == (2, 0, 0, 3)
    assert [(refusal["row"], refusal["file"]) for refusal in result.refused] == [
        (3, "audio/missing.wav"),
        (4, "../outside.wav"),
        (5, "audio/0.wav"),
    ]
    assert [refusal["reason"] for refusal in result.refused] == [
        "there is no such file",
        "the path leads out of its folder",
        "judge_1 says 'great'; expected one of Accepted, Noise, Speechless",
    ]


def test_recordings_too_long_too_short_and_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").write_bytes(recording(1))
    for name, value in {"MAX_DURATION_S": "0.2", "MIN_DURATION_S": "0.4", "MAX_RECORDING_MB": "0.001"}.items():
        with monkeypatch.context() as patch:
            patch.setenv(f"EARSHOT_{name}", value)
            config.settings.cache_clear()
            assert counts(take_in(tmp_path / "a.wav")) == (0, 0, 0, 1)
    config.settings.cache_clear()
    assert counts(take_in(tmp_path / "a.wav")) == (1, 0, 0, 0)


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_recordings, "BATCH", 4)
    manifest = folder_with_manifest(tmp_path, rows(10, child="c1", judge_1="Accepted"))

    def stop_at_seven(done: int, total: int) -> None:
        assert total == 10
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_recordings.import_path(manifest, actor=COMMAND_LINE, on_progress=stop_at_seven)
    assert recording_search.search_recordings().total == 4
    assert import_recordings.import_runs()[0].ended_at is None
    assert counts(take_in(manifest)) == (6, 4, 6, 0)
    assert import_recordings.import_runs()[0].ended_at is not None


def test_a_known_recording_still_receives_new_labels(tmp_path: Path) -> None:
    manifest = folder_with_manifest(tmp_path, rows(1, judge_1="Accepted"))
    take_in(manifest)
    write_manifest(manifest, rows(1, judge_1="Accepted", judge_2="Accepted"))
    assert counts(take_in(manifest)) == (0, 1, 1, 0)
    assert recording_search.search_recordings().items[0].judging_state is JudgingState.AGREED


def test_a_label_that_contradicts_an_earlier_one_is_noted_and_changes_nothing(tmp_path: Path) -> None:
    manifest = folder_with_manifest(tmp_path, rows(2, judge_1="Accepted"))
    take_in(manifest)
    write_manifest(manifest, rows(2, judge_1="Noise"))
    result = take_in(manifest)
    assert counts(result) == (0, 2, 0, 0)
    assert len(result.notes) == 1
    assert result.notes[0].endswith("(rows 2, 3)")
    assert recording_search.search_recordings().items[0].judgements[0].label is Label.ACCEPTED


def test_judges_known_from_an_import_cannot_sign_in(tmp_path: Path) -> None:
    take_in(folder_with_manifest(tmp_path, rows(1, judge_1="Accepted")))
    judge = accounts.account_named("judge_1")
    assert not judge.can_sign_in
    assert [account.name for account in accounts.all_accounts()] == ["judge_1"]


def test_the_manifest_says_where_a_child_stands(tmp_path: Path) -> None:
    splits = {"a": "train", "b": "test", "c": "validation", "d": ""}
    table = [{"filename": f"{child}.wav", "child": child, "split": split} for child, split in splits.items()]
    take_in(folder_with_manifest(tmp_path, table))
    assert [stands(child) for child in splits] == [
        ("train", None),
        (None, Split.TEST),
        (None, Split.VALIDATION),
        (None, None),
    ]


def test_a_child_never_moves_whatever_a_manifest_says(tmp_path: Path) -> None:
    first = [
        {"filename": "a.wav", "child": "c1", "split": "test"},
        {"filename": "b.wav", "child": "c2", "split": "train"},
    ]
    take_in(folder_with_manifest(tmp_path / "first", first))
    second = [{"filename": f"{name}.wav", "child": "c1", "split": "train"} for name in "xyz"]
    second.append({"filename": "w.wav", "child": "c2", "split": "test"})
    manifest = folder_with_manifest(tmp_path / "second", second)
    for number, row in enumerate(second):
        (tmp_path / "second" / row["filename"]).write_bytes(recording(100 + number))
    result = take_in(manifest)
    assert counts(result) == (4, 0, 0, 0)
    assert result.notes == [
        "Child 'c1' stands in test and stays there; the manifest says train (rows 2, 3, 4)",
        "Child 'c2' stands in train and stays there; the manifest says test (row 5)",
    ]
    assert (stands("c1"), stands("c2")) == ((None, Split.TEST), ("train", None))


def test_a_recording_without_a_child_is_a_child_of_its_own(tmp_path: Path) -> None:
    take_in(folder_with_manifest(tmp_path, rows(2)))
    for found in recording_search.search_recordings().items:
        assert found.recording.child == f"unknown-{found.recording.sha256[:12]}"


def test_a_zip_with_a_folder_and_a_manifest_in_it_comes_in(tmp_path: Path) -> None:
    folder_with_manifest(tmp_path / "corpus", rows(2, judge_1="Noise"))
    (tmp_path / "corpus" / "extra.wav").write_bytes(recording(50))
    with zipfile.ZipFile(tmp_path / "corpus.zip", "w") as archive:
        for file in sorted((tmp_path / "corpus").rglob("*.*")):
            archive.write(file, f"corpus/{file.relative_to(tmp_path / 'corpus')}")
    result = take_in(tmp_path / "corpus.zip")
    assert counts(result) == (2, 0, 2, 0)
    assert result.notes == ["Left out, because the manifest does not name them: corpus/extra.wav."]


def test_a_zip_entry_that_climbs_out_is_refused_and_the_rest_goes_in(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../climbs.wav", recording(1))
        archive.writestr("stays.wav", recording(2))
    result = take_in(tmp_path / "a.zip")
    assert counts(result) == (1, 0, 0, 1)
    assert result.refused[0]["file"] == "../climbs.wav"
    assert not (tmp_path.parent / "climbs.wav").exists()


def test_files_of_a_browser_come_in_with_their_manifest_and_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("z.wav", recording(3))
    manifest = b"filename,word,judge_1\naudio/a.wav,cat,Accepted\naudio/gone.wav,dog,Noise\n"
    files = [("manifest.csv", manifest), ("a.wav", recording(1)), ("more.zip", tmp_path / "more.zip")]
    result = import_recordings.import_uploads(files, actor=COMMAND_LINE)
    assert counts(result) == (2, 0, 1, 1)
    assert result.refused == [{"file": "audio/gone.wav", "row": 3, "reason": "this file was not sent along"}]
    broken = import_recordings.import_uploads([("a.zip", b"no zip"), ("b.wav", recording(2))], actor=COMMAND_LINE)
    assert counts(broken) == (1, 0, 0, 1)


def test_lost_bytes_come_back_with_a_new_import(tmp_path: Path, storage: Path) -> None:
    (tmp_path / "a.wav").write_bytes(recording(1))
    take_in(tmp_path / "a.wav")
    (lost,) = (storage / "recordings").rglob("*.wav")
    lost.unlink()
    assert counts(take_in(tmp_path / "a.wav")) == (0, 1, 0, 0)
    assert lost.read_bytes() == recording(1)


def test_what_is_not_there_and_what_is_no_manifest_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        take_in(tmp_path / "nothing")
    (tmp_path / "manifest.csv").write_text("name\na.wav\n")
    with pytest.raises(Refused, match="no column 'filename'"):
        take_in(tmp_path)
    assert import_recordings.import_runs() == []


@pytest.mark.slow
def test_the_whole_corpus_comes_in_once(corpus: Path) -> None:
    first = take_in(corpus / "manifest.csv")
    assert counts(first) == (1600, 0, 3200, 0)
    assert counts(take_in(corpus / "manifest.csv")) == (0, 1600, 0, 0)


def test_a_recording_that_is_refused_is_not_called_unnamed_as_well(tmp_path: Path) -> None:
    split = [{"filename": "audio/1.wav", "split": "nonsense"}]
    result = take_in(folder_with_manifest(tmp_path, [*rows(1), *split]))
    assert [refusal["file"] for refusal in result.refused] == ["audio/1.wav"]
    assert not any("does not name" in note for note in result.notes)


def test_a_refused_file_of_a_manifest_is_named_once_and_one_that_it_does_not_name_once(tmp_path: Path) -> None:
    for name in ("good.wav", "refused.wav", "beside.wav"):
        (tmp_path / name).write_bytes(recording(len(name)))
    rows = "filename,child,judge_1\ngood.wav,a,Accepted\nrefused.wav,a,Perhaps\n"
    (tmp_path / "manifest.csv").write_text(rows)

    result = take_in(tmp_path)

    named = [*(str(refusal["file"]) for refusal in result.refused), *result.notes]
    assert sum("refused.wav" in text for text in named) == 1
    assert sum("beside.wav" in text for text in named) == 1
