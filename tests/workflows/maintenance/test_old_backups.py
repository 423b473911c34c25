"""Backups that earlier versions wrote come back as if their database had been upgraded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import config
from core.errors import Refused, Unavailable
from core.sealing.passphrases import Argon2Cost
from core.workflows.accounts import audit_log
from core.workflows.annotation import recording_search
from core.workflows.maintenance import backup, backup_envelope, backup_restore
from db import audit, earlier_tables, kept_counts, migrating, session, table_dump
from tests.encryption_keys import PASSPHRASE
from tests.old_backups import OldInstallation, old_installation
from tests.workflows.recorded import recording

OF_THE_CHAIN = ("salt", "content_hash", "previous_hash", "hash")
NEWEST = migrating.versions()[-1]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> OldInstallation:
    return old_installation(tmp_path_factory.mktemp("old") / "storage", "0012")


def be_at(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("EARSHOT_STORAGE", str(folder))
    config.settings.cache_clear()


def all_rows() -> dict[str, list[str]]:
    """What is in the database, table by table; of the audit log what was recorded, without salts and times."""
    with session.reading() as tx:
        rows = {name: list(table_dump.rows(tx, name)) for name in table_dump.tables() if name != "audit_head"}
    for row in rows["audit"]:
        for name in (*OF_THE_CHAIN, "at"):
            del row[name]
    for row in rows["retention_rules"]:
        del row["set_at"]  # old rules begin to hold a day after a restore
    return {name: sorted(json.dumps(row, sort_keys=True) for row in some) for name, some in rows.items()}


@pytest.mark.parametrize("version", ["0001", "0004", "0012", "0018", migrating.versions()[-2]])
def test_an_old_backup_comes_back_as_its_database_would_have_been_upgraded(
    version: str, tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = old_installation(tmp_path / "old", version)
    path = old.write_backup(tmp_path / "old.zip")
    result = backup_restore.restore(path)
    assert (result.recordings, result.models, result.made_with) == (3, 1, version)
    back = all_rows()
    be_at(old.folder, monkeypatch)
    session.prepare()
    upgraded = all_rows()
    assert {name for name, rows in upgraded.items() if rows} >= {"judgements", "models", "snapshot_items", "audit"}
    restored = [row for row in back.pop("audit") if row not in upgraded["audit"]]
    assert ['"action": "restore"' in row for row in restored] == [True]
    assert f'"tables": "{version}"' in restored[0]
    del upgraded["audit"]
    assert back == upgraded


@pytest.mark.parametrize("version", ["0001", "0018"])
@pytest.mark.usefixtures("any_database")
def test_an_old_backup_can_be_worked_with(version: str, tmp_path: Path) -> None:
    path = old_installation(tmp_path / "old", version).write_backup(tmp_path / "old.zip")
    backup_restore.restore(path)
    assert audit_log.verify().is_intact
    assert recording_search.original_audio(1).data == recording(1)
    with session.writing() as tx:
        assert kept_counts.differences(tx) == {}
        audit.record(tx, None, "somebody", "a deed")
    assert audit_log.verify().is_intact
    backup_restore.restore(path, replace=True)
    assert recording_search.search_recordings().total == 3


@pytest.mark.usefixtures("database")
def test_the_chain_of_an_old_log_is_the_same_afterwards(old: OldInstallation, tmp_path: Path) -> None:
    before = [(row["id"], row["hash"]) for row in old.rows()["audit"]]
    backup_restore.restore(old.write_backup(tmp_path / "old.zip"))
    with session.reading() as tx:
        assert [(entry.id, entry.hash) for entry in audit.oldest_first(tx)][: len(before)] == before


def test_an_old_backup_is_read_through_without_restoring_it(
    old: OldInstallation, tmp_path: Path, storage: Path
) -> None:
    path = old.write_backup(tmp_path / "old.zip")
    read = backup_restore.verify(path)
    assert (read.recordings, read.models, read.made_with) == (3, 1, "0012")
    assert read.rows == sum(map(len, old.rows().values()))
    assert not list(storage.rglob("*.wav"))


@pytest.mark.parametrize(
    ("change", "tables", "words"),
    [
        ({}, {"recordings": b'{"id": 1}\n'}, "table recordings .* damaged"),
        ({}, {"skips": None}, "names .* rows and holds"),
        ({}, {"children": b"[1]\n"}, "damaged"),
        ({}, {"accounts": b'{"id": 1, "created_at": 5}\n'}, "table accounts .* damaged"),
        ({}, {"models": None}, "points to rows of models"),
        ({"rows": None}, {}, "names None rows and holds"),
    ],
)
def test_an_old_backup_that_is_damaged_changes_nothing(
    old: OldInstallation, tmp_path: Path, database: Path, change, tables, words: str
) -> None:
    path = old.write_backup(tmp_path / "old.zip", change=change, tables=tables)
    with pytest.raises(Refused, match=words):
        backup_restore.restore(path)
    with session.reading() as tx:
        assert table_dump.is_empty(tx)
    assert not list(database.parent.rglob("*.wav"))
    assert not list(config.settings().models.glob("*"))


@pytest.mark.parametrize("verb", [backup_restore.verify, backup_restore.restore])
@pytest.mark.usefixtures("database")
def test_a_version_that_is_not_known_is_refused(old: OldInstallation, tmp_path: Path, verb) -> None:
    with pytest.raises(Refused, match=f"newer version.* tables 9999.* up to {NEWEST}.* Upgrade"):
        verb(old.write_backup(tmp_path / "newer.zip", change={"version": "9999"}))
    for version in ("head", "base", "00", "0012@head", "x", "", None, 12, []):
        with pytest.raises(Refused, match="no version of Earshot"):
            verb(old.write_backup(tmp_path / "other.zip", change={"version": version}))


def test_rows_that_no_version_wrote_are_refused(old: OldInstallation, tmp_path: Path, database: Path) -> None:
    card = json.dumps({"id": "m1", "card": 5} | dict.fromkeys(("name", "job_id", "created_at"), "")).encode()
    with pytest.raises(Refused, match="damaged"):
        backup_restore.verify(old.write_backup(tmp_path / "old.zip", tables={"models": card + b"\n"}))


@pytest.mark.usefixtures("database")
def test_rows_that_point_nowhere_are_refused(old: OldInstallation, tmp_path: Path) -> None:
    rows = old.rows()["skips"]
    data = b"".join(json.dumps(row | {"recording_id": 99}).encode() + b"\n" for row in rows)
    with pytest.raises(Refused, match=r"skips .* points to rows of recordings that are not there"):
        backup_restore.verify(old.write_backup(tmp_path / "old.zip", tables={"skips": data}))


@pytest.mark.usefixtures("database")
def test_a_table_that_backups_of_then_did_not_have_cannot_be_slipped_in(old: OldInstallation, tmp_path: Path) -> None:
    path = old.write_backup(tmp_path / "old.zip", tables={"alembic_version": b'{"version_num": "9999"}\n'})
    assert backup_restore.restore(path).made_with == "0012"


def test_nothing_of_an_old_backup_lies_in_a_file_while_it_is_restored(
    old: OldInstallation, tmp_path: Path, database: Path
) -> None:
    storage, path = database.parent, old.write_backup(tmp_path / "old.zip")
    there: list[Path] = []

    def stop(done: int, total: int) -> None:
        there.extend(file for file in storage.rglob("*") if file.is_file() and b"the third child" in file.read_bytes())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup_restore.restore(path, on_progress=stop)
    assert not there
    assert {file.name for file in storage.iterdir() if file.is_file()} <= {
        "earshot.db",
        "earshot.db-wal",
        "earshot.db-shm",
    }


@pytest.mark.parametrize("n_pages", [9, 200])
def test_a_disk_without_room_is_named_and_changes_nothing(
    old: OldInstallation, tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch, n_pages: int
) -> None:
    monkeypatch.setattr(earlier_tables, "PRAGMAS", (*earlier_tables.PRAGMAS, f"max_page_count={n_pages}"))
    many = b"".join(json.dumps({"id": 10 + n, "pseudonym": f"{n:0120}"}).encode() + b"\n" for n in range(5000))
    path = old.write_backup(tmp_path / "old.zip", tables={"children": many})
    with pytest.raises(Unavailable, match="disk is full"):
        backup_restore.restore(path)
    assert {file.name for file in database.parent.iterdir()} <= {"earshot.db", "earshot.db-wal", "earshot.db-shm"}


@pytest.mark.usefixtures("database")
def test_an_old_backup_with_a_passphrase_opens_with_it(old: OldInstallation, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(backup_envelope, "COST", Argon2Cost(passes=1, memory_kib=64, lanes=1))
    path = old.write_backup(tmp_path / "old.zip", passphrase=PASSPHRASE)
    with pytest.raises(Refused, match="passphrase"):
        backup_restore.restore(path)
    assert backup_restore.restore(path, passphrase=PASSPHRASE).made_with == "0012"


@pytest.mark.usefixtures("database")
def test_a_chain_may_begin_with_old_backups(old: OldInstallation, tmp_path: Path) -> None:
    first = old.write_backup(tmp_path / "first.zip")
    second = old.write_backup(tmp_path / "second.zip", since=first)
    assert backup_restore.verify(second).n_earlier == 3
    assert backup_restore.restore(second).recordings == 3
    third = tmp_path / "third.zip"
    assert backup.backup(third, since=second).n_earlier == 3
    again = backup_restore.restore(third, replace=True)
    assert (again.recordings, again.made_with) == (3, None)
