from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert

from core.audio import feature_cache, features, store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotFound
from core.workflows.accounts import accounts, audit_log
from core.workflows.annotation import audio_access, recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import erasure
from db import children, erasures, schema, session
from tests.audio_files import encode_as, noise
from tests.workflows.recorded import folder_with_manifest, recording, write_manifest

SECRET = "secretpseudonym"
LABELS = {"judge_1": "Accepted", "judge_2": "Accepted"}


@pytest.fixture
def two_children(database: Path, tmp_path: Path) -> Path:
    """Two recordings of the child to erase, one of another; a model has learned from all three."""
    table = [{"filename": f"{SECRET}-{number}.wav", "child": SECRET, "split": "test", **LABELS} for number in (1, 2)]
    table.append({"filename": "other.wav", "child": "other", "split": "train", **LABELS})
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", table), actor=COMMAND_LINE)
    with session.writing() as tx:
        tx.execute(insert(schema.snapshots).values(id=1, hash="h", created_at=session.now()))
        model = {"id": "m1", "name": "m", "snapshot_id": 1, "seconds": 1.0, "created_at": session.now(), "card": {}}
        tx.execute(insert(schema.models).values(model))
        for number in (1, 2, 3):
            item = {"first_snapshot_id": 1, "recording_id": number, "label": "Accepted", "split": "train"}
            tx.execute(insert(schema.snapshot_items).values(item))
            tx.execute(insert(schema.probabilities).values(model_id="m1", recording_id=number, p_accepted=0.5))
    return database


def test_everything_of_the_child_is_gone_and_nothing_of_the_other(two_children: Path, storage: Path) -> None:
    erased = erasure.erase_child(SECRET, actor=COMMAND_LINE)
    assert (erased.recordings, erased.judgements, erased.models) == (2, 4, ("m1",))
    assert erased.is_complete
    (left,) = recording_search.search_recordings().items
    assert (left.recording.child, len(left.judgements)) == ("other", 2)
    assert [file.read_bytes() for file in (storage / "recordings").rglob("*.wav")] == [recording(2)]
    assert recording_search.filter_choices().children == ["other"]


def test_the_child_is_in_no_file_of_the_database_any_more(two_children: Path, tmp_path: Path) -> None:
    again = [{"filename": "more.wav", "child": SECRET, "split": "train"}]
    (tmp_path / "again").mkdir()
    import_recordings.import_path(folder_with_manifest(tmp_path / "again", again), actor=COMMAND_LINE)
    assert SECRET.encode() in b"".join(file.read_bytes() for file in two_children.parent.glob("earshot.db*"))
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    kept = b"".join(file.read_bytes() for file in two_children.parent.glob("earshot.db*"))
    assert SECRET.encode() not in kept


def test_what_networks_made_of_the_child_goes_with_the_parts_of_models(two_children: Path) -> None:
    part = settings().models / ".parts" / "key"
    part.mkdir(parents=True)
    (part / "probabilities.npz").write_bytes(b"of every recording")
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    assert not part.exists()


def test_cached_features_go_too(two_children: Path, storage: Path) -> None:
    family = features.family("dynamics", vggish="", yamnet="")
    for number in (0, 2):
        data = recording(number)
        feature_cache.load_or_extract(family, str(storage), store.sha256_of(data), lambda data=data: data)
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    (left,) = (storage / "features").rglob("*.npy")
    assert left.stem == store.sha256_of(recording(2))
    assert np.isfinite(np.load(left)).all()


@pytest.mark.usefixtures("two_children")
def test_the_log_says_that_somebody_was_erased_but_not_whom() -> None:
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    (entry,) = audit_log.entries(action="erase child").items
    assert entry.actor == "command line"
    assert entry.detail == {"recordings": 2, "judgements": 4, "models": ["m1"]}
    assert not any(SECRET in str(entry) for entry in audit_log.entries().items)


@pytest.mark.usefixtures("two_children")
def test_notes_of_imports_forget_the_child(tmp_path: Path) -> None:
    table = [{"filename": "more.wav", "child": SECRET, "split": "train"}]
    manifest = folder_with_manifest(tmp_path / "more", table)
    (tmp_path / "more" / "more.wav").write_bytes(recording(77))
    assert SECRET in import_recordings.import_path(manifest, actor=COMMAND_LINE).notes[0]
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    assert import_recordings.import_runs()[0].notes == (
        "Child a child that was erased stands in test and stays there; the manifest says train (row 2)",
    )


@pytest.mark.usefixtures("two_children")
def test_numbers_of_erased_recordings_are_not_given_again(tmp_path: Path) -> None:
    erasure.erase_child("other", actor=COMMAND_LINE)
    (tmp_path / "new.wav").write_bytes(recording(50))
    import_recordings.import_path(tmp_path / "new.wav", actor=COMMAND_LINE)
    assert [found.recording.id for found in recording_search.search_recordings().items] == [1, 2, 4]


@pytest.mark.usefixtures("two_children")
def test_an_erasure_that_fails_half_way_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_disk(*_: object) -> None:
        raise OSError("no disk")

    with monkeypatch.context() as patch:
        patch.setattr(feature_cache, "delete_cached", no_disk)
        with pytest.raises(OSError, match="no disk"):
            erasure.erase_child(SECRET, actor=COMMAND_LINE)
    assert recording_search.search_recordings().total == 3
    assert erasure.erase_child(SECRET, actor=COMMAND_LINE).recordings == 2


@pytest.mark.usefixtures("database")
def test_an_unknown_child_is_named() -> None:
    with pytest.raises(NotFound, match="no child 'nobody'"):
        erasure.erase_child("nobody", actor=COMMAND_LINE)


def test_every_table_about_recordings_is_emptied_in_an_erasure() -> None:
    emptied = {table.name for table in erasures.tables_of_recordings()}
    follows = {"changed_recordings", "recording_states"}  # made from the others: see the next test
    about = {name for name, table in schema.metadata.tables.items() if "recording_id" in table.columns}
    assert emptied == about - follows


@pytest.mark.usefixtures("two_children")
def test_what_is_kept_of_recordings_goes_with_them() -> None:
    with session.reading() as tx:
        before = {(row.recording_id, row.child_id) for row in tx.execute(schema.recording_states.select())}
        child_id = next(child.id for child in children.all_children(tx) if child.pseudonym == SECRET)
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    with session.reading() as tx:
        after = {(row.recording_id, row.child_id) for row in tx.execute(schema.recording_states.select())}
        assert tx.execute(schema.changed_recordings.select()).all() == []
        assert child_id not in tx.execute(schema.child_counts.select()).scalars().all()
    assert child_id not in {child for _, child in after}
    assert len(after) == 1
    assert before <= after | {(number, child_id) for number in (1, 2, 3)}


def test_the_copy_that_browsers_play_is_gone_too(database: Path, storage: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "alac.m4a").write_bytes(encode_as(noise(0.4), "ipod alac"))
    write_manifest(tmp_path / "in" / "manifest.csv", [{"filename": "alac.m4a", "child": SECRET}])
    import_recordings.import_path(tmp_path / "in", actor=COMMAND_LINE)
    staff = accounts.create("staff", None, Role.STAFF, actor=COMMAND_LINE)
    assert audio_access.audio_for(staff, 1).extension == "flac"
    assert len(list((storage / "copies").rglob("*.flac"))) == 1
    erasure.erase_child(SECRET, actor=COMMAND_LINE)
    assert list((storage / "copies").rglob("*.flac")) == []
