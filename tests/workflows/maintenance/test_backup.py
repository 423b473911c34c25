from __future__ import annotations

import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from core import config
from core.audio import feature_cache, features, store
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts import accounts, audit_log, sign_ins
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import backup, backup_restore
from core.workflows.maintenance.long_archive import LongArchive
from db import accounts as account_rows
from db import schema, session
from tests.workflows.recorded import folder_with_manifest, recording

PASSWORD = "correct horse battery"
TABLE = [
    {
        "filename": "a.wav",
        "child": "c1",
        "collected_at": "2026-01-31",
        "judge_1": "Noise",
        "judge_2": "Noise",
        "x": "y",
    },
    {"filename": "b.wav", "child": "c2", "split": "test", "judge_1": "Accepted"},
]


@pytest.fixture
def house(database: Path, tmp_path: Path) -> Path:
    """A house with an administrator, two recordings and a model; the path for its backup."""
    accounts.create_first_administrator("root", PASSWORD)
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", TABLE), actor=COMMAND_LINE)
    (config.settings().models / "m1" / "networks").mkdir(parents=True)
    (config.settings().models / "m1" / "card.json").write_text("{}")
    (config.settings().models / "m1" / "networks" / "w.bin").write_bytes(b"weights")
    (config.settings().models / ".unfinished").mkdir()
    return tmp_path / "backups" / "house.zip"


def move_to(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty house at another place."""
    monkeypatch.setenv("EARSHOT_STORAGE", str(place / "storage"))
    monkeypatch.setenv("EARSHOT_MODELS", str(place / "models"))
    config.settings.cache_clear()


def test_everything_comes_back_at_another_place(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = recording_search.search_recordings().items
    made = backup.backup(house)
    assert (made.recordings, made.models, made.missing) == (2, 1, [])
    move_to(tmp_path / "new", monkeypatch)
    back = backup_restore.restore(house)
    assert (back.recordings, back.models, back.rows) == (2, 1, made.rows)
    assert recording_search.search_recordings().items == before
    assert recording_search.original_audio(1).data == recording(0)
    assert (tmp_path / "new" / "models" / "m1" / "networks" / "w.bin").read_bytes() == b"weights"
    assert sign_ins.sign_in("root", PASSWORD)[0].role is Role.ADMIN


@pytest.mark.usefixtures("any_database")
def test_an_annotator_who_is_a_later_account_comes_back(tmp_path: Path) -> None:
    with session.writing() as tx:
        external = account_rows.add(tx, "Dupont (file)", Role.JUDGE, None, is_external=True)
        later = account_rows.add(tx, "Dupont", Role.JUDGE, None)
        account_rows.match(tx, external.id, later.id)
    backup.backup(tmp_path / "a.zip")
    backup_restore.restore(tmp_path / "a.zip", replace=True)
    with session.reading() as tx:
        assert account_rows.by_name(tx, external.name) == replace(external, matched_to=later.id)


def test_work_goes_on_after_a_restore(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup.backup(house)
    move_to(tmp_path / "new", monkeypatch)
    backup_restore.restore(house)
    (tmp_path / "c.wav").write_bytes(recording(9))
    assert import_recordings.import_path(tmp_path / "c.wav", actor=COMMAND_LINE).recordings == 1
    assert [found.recording.id for found in recording_search.search_recordings().items] == [1, 2, 3]
    assert [entry.action for entry in audit_log.entries().items][:2] == ["import", "restore"]


def test_a_database_that_is_not_empty_is_left_alone_unless_asked(house: Path, tmp_path: Path, storage: Path) -> None:
    backup.backup(house)
    (tmp_path / "c.wav").write_bytes(recording(9))
    import_recordings.import_path(tmp_path / "c.wav", actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="not empty"):
        backup_restore.restore(house)
    assert recording_search.search_recordings().total == 3
    backup_restore.restore(house, replace=True)
    assert recording_search.search_recordings().total == 2
    assert len(list((storage / "recordings").rglob("*.wav"))) == 2


def stored(storage: Path) -> set[str]:
    """The recordings of which there are bytes or features in the storage."""
    return {file.stem for folder in ("recordings", "features") for file in (storage / folder).rglob("*.*")}


def with_more(tmp_path: Path, storage: Path) -> str:
    """One more recording, with features, a model and a checkpoint that have learned from it; its SHA-256."""
    (tmp_path / "c.wav").write_bytes(recording(9))
    import_recordings.import_path(tmp_path / "c.wav", actor=COMMAND_LINE)
    family = features.family("dynamics", vggish="", yamnet="")
    for number in (0, 9):
        data = recording(number)
        feature_cache.load_or_extract(family, str(storage), store.sha256_of(data), lambda data=data: data)
    with session.writing() as tx:
        tx.execute(insert(schema.snapshots).values(id=1, hash="h", created_at=session.now()))
        model = {"id": "m2", "name": "m", "snapshot_id": 1, "seconds": 1.0, "created_at": session.now(), "card": {}}
        tx.execute(insert(schema.models).values(model))
    for folder in ("m2", ".parts/key"):
        (config.settings().models / folder).mkdir(parents=True)
    return store.sha256_of(recording(9))


def test_nothing_of_what_a_restore_replaced_stays_behind(house: Path, tmp_path: Path, storage: Path) -> None:
    backup.backup(house)
    replaced = with_more(tmp_path, storage)
    assert replaced in stored(storage)
    backup_restore.restore(house, replace=True)
    assert stored(storage) == {store.sha256_of(recording(0)), store.sha256_of(recording(1))}
    assert {folder.name for folder in config.settings().models.iterdir()} == {"m1", ".unfinished"}
    assert replaced.encode() not in b"".join(file.read_bytes() for file in storage.glob("earshot.db*"))


def test_a_replacement_that_fails_half_way_is_finished_by_the_next(
    house: Path, tmp_path: Path, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_disk(*_: object) -> None:
        raise OSError("no disk")

    backup.backup(house)
    replaced = with_more(tmp_path, storage)
    with monkeypatch.context() as patch:
        patch.setattr(feature_cache, "delete_cached", no_disk)
        with pytest.raises(OSError, match="no disk"):
            backup_restore.restore(house, replace=True)
    assert recording_search.search_recordings().total == 3
    backup_restore.restore(house, replace=True)
    assert replaced not in stored(storage)


def test_the_bytes_of_a_backup_that_is_refused_do_not_stay(house: Path, storage: Path, tmp_path: Path) -> None:
    backup.backup(house)
    more = store.sha256_of(b"more")
    with zipfile.ZipFile(altered(house, "tables/children.jsonl", b'{"id": 1}\n'), "a") as archive:
        archive.writestr(f"recordings/{more}.wav", b"more")
    with pytest.raises(Refused, match="damaged"):
        backup_restore.restore(house.with_name("altered.zip"), replace=True)
    assert more not in stored(storage)
    assert recording_search.search_recordings().total == 2


def test_bytes_that_no_row_of_a_backup_names_do_not_stay(house: Path, storage: Path) -> None:
    backup.backup(house)
    more = store.sha256_of(b"more")
    backup_restore.restore(altered(house, f"recordings/{more}.wav", b"more"), replace=True)
    assert more not in stored(storage)


def test_nobody_is_signed_in_after_a_restore(house: Path) -> None:
    _, token = sign_ins.sign_in("root", PASSWORD)
    backup.backup(house)
    backup_restore.restore(house, replace=True)
    assert sign_ins.account_of_token(token) is None


def test_a_backup_is_for_its_owner_only_and_overwrites_nothing(house: Path) -> None:
    backup.backup(house)
    assert stat.S_IMODE(house.stat().st_mode) == 0o600
    assert [file.name for file in house.parent.iterdir()] == ["house.zip"]
    with pytest.raises(Refused, match="exists already"):
        backup.backup(house)


def test_a_backup_that_fails_leaves_nothing_behind(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.backup(house, on_progress=stop)
    assert list(house.parent.iterdir()) == []


def test_lost_bytes_are_named_in_the_backup(house: Path, storage: Path) -> None:
    sha256 = recording_search.get_recording(1).recording.sha256
    next((storage / "recordings").rglob(f"{sha256}.wav")).unlink()
    assert backup.backup(house).missing == [f"{sha256}.wav"]


def altered(house: Path, name: str, data: bytes) -> Path:
    """The backup with one entry added or replaced."""
    copy = house.with_name("altered.zip")
    with zipfile.ZipFile(house) as old, zipfile.ZipFile(copy, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, old.read(entry)) if entry != name else None
        new.writestr(name, data)
    return copy


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (f"recordings/{'0' * 64}.wav", b"other", "other bytes than it says"),
        ("recordings/../../out.wav", b"out", "other bytes than it says"),
        ("models/../../out/card.json", b"{}", "leads out"),
        ("backup.json", json.dumps({"format": 1, "version": "9999"}).encode(), "tables 9999"),
        ("backup.json", json.dumps({"format": 2}).encode(), "format 2"),
        ("backup.json", b"no json", "no backup, or damaged"),
        ("tables/children.jsonl", b'{"id": 1}\n', "damaged"),
        ("tables/children.jsonl", b"[1]\n", "damaged"),
        ("tables/accounts.jsonl", b'{"id": 1, "created_at": 5}\n', "damaged"),
        ("backup.json", b"[1]", "format None"),
    ],
)
def test_a_backup_that_was_tampered_with_changes_nothing(house: Path, name: str, data: bytes, words: str) -> None:
    backup.backup(house)
    with pytest.raises(Refused, match=words):
        backup_restore.restore(altered(house, name, data), replace=True)
    assert recording_search.search_recordings().total == 2
    assert accounts.account_named("root").role is Role.ADMIN


@pytest.mark.usefixtures("database")
def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    with pytest.raises(Refused, match="no backup"):
        backup_restore.restore(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(Refused, match="no backup"):
        backup_restore.restore(tmp_path / "b.zip")
    with pytest.raises(NotFound, match="no file"):
        backup_restore.restore(tmp_path / "c.zip")


def test_a_backup_is_read_through_without_restoring_it(house: Path) -> None:
    written = backup.backup(house)
    read = backup_restore.verify(house)
    assert (read.recordings, read.models, read.rows) == (written.recordings, written.models, written.rows)
    name = next(name for name in zipfile.ZipFile(house).namelist() if name.startswith("recordings/"))
    for entry, data in [(name, b"other"), ("tables/children.jsonl", b""), ("models/m2/card.json", b"{}")]:
        with pytest.raises(Refused, match="damaged"):
            backup_restore.verify(altered(house, entry, data))


def test_what_an_archive_writes_at_its_end_waits_in_a_file(tmp_path: Path) -> None:
    with (tmp_path / "long.zip").open("wb") as file, LongArchive(file) as archive:
        for number in range(3000):
            archive.writestr(f"recordings/{number}", str(number).encode(), zipfile.ZIP_STORED)
        assert not list.__len__(archive.filelist)
        assert not archive.NameToInfo
    with zipfile.ZipFile(tmp_path / "long.zip") as written:
        assert written.testzip() is None
        assert written.namelist() == [f"recordings/{number}" for number in range(3000)]
        assert written.read("recordings/2999") == b"2999"
