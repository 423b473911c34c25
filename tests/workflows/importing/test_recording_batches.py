"""A batch of files is written as files are one by one: the same rows, counts and notes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from core.domain.actor import COMMAND_LINE
from core.workflows.importing import import_recordings, recording_batches
from core.workflows.importing.import_recordings import ImportResult
from db import children, recordings, schema, session
from tests.audio_files import encode, tone
from tests.workflows.recorded import folder_with_manifest, recording

ROWS = [
    {"filename": "a.wav", "child": "c1", "split": "test", "judge_1": "Noise", "judge_2": "Accepted"},
    {"filename": "b.wav", "child": "C1", "split": "train", "consent": "form 7"},
    {"filename": "c.wav", "child": "", "judge_1": "Speechless"},
    {"filename": "same-bytes.wav", "child": "c2", "judge_1": "Accepted"},
    {"filename": "same-sound.flac", "child": "c3"},
    {"filename": "nothing.wav", "child": "c4"},
]


@pytest.fixture
def manifest(any_database: None, tmp_path: Path) -> Path:
    path = folder_with_manifest(tmp_path / "in", ROWS)
    shutil.copy(path.parent / "a.wav", path.parent / "same-bytes.wav")
    (path.parent / "same-sound.flac").write_bytes(encode(tone(201.0, 0.3), container="flac"))
    (path.parent / "b.wav").write_bytes(encode(tone(201.0, 0.3)))
    (path.parent / "nothing.wav").write_bytes(b"nothing")
    return path


def take_in(manifest: Path) -> tuple[ImportResult, list[object]]:
    result = import_recordings.import_path(manifest, actor=COMMAND_LINE)
    with session.reading() as tx:
        rows: list[object] = [(item.filename, item.child, item.split) for item in recordings.all_recordings(tx)]
        rows += [tuple(row) for row in tx.execute(select(schema.judgements.c.recording_id, schema.judgements.c.label))]
        rows += [(child.pseudonym, child.split, child.consent) for child in children.all_children(tx)]
    return result, rows


def test_a_batch_is_written_as_single_files_are(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together, rows = take_in(manifest)
    assert (together.recordings, together.known, together.judgements, len(together.refused)) == (4, 1, 3, 1)
    assert [note for note in together.notes if "same-bytes.wav" in note or "judge_1: " in note]
    assert len([note for note in together.notes if "is the same sound as" in note]) == 1
    with session.writing() as tx:
        for table in (schema.judgements, schema.recordings, schema.children):
            tx.execute(table.delete())
    monkeypatch.setattr(import_recordings, "BATCH", 1)
    alone, rows_alone = take_in(manifest)
    assert (alone.recordings, alone.known, alone.judgements) == (together.recordings, together.known, 3)
    assert alone.notes == together.notes
    assert len(rows_alone) == len(rows)


def test_what_another_process_took_in_meanwhile_is_known(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = recordings.known_among
    blind = [True]

    def known_among(tx: session.Connection, sha256s: list[str]) -> set[str]:
        return set() if blind.pop() else real(tx, sha256s)

    (manifest.parent / "first").mkdir()
    shutil.copy(manifest.parent / "a.wav", manifest.parent / "first" / "a.wav")
    assert import_recordings.import_path(manifest.parent / "first", actor=COMMAND_LINE).recordings == 1
    blind.append(False)
    monkeypatch.setattr(recording_batches.recordings, "known_among", lambda tx, some: known_among(tx, some))
    blind[:] = [False, False, True]
    result = import_recordings.import_path(manifest, actor=COMMAND_LINE)
    assert result.recordings == 3
    assert recording(0) == (manifest.parent / "a.wav").read_bytes()
