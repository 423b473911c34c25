"""Backups that a passphrase or the storage's key opens, and nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.backups import BackupProtection
from core.errors import Damaged, Refused, SettingsError
from core.sealing.passphrases import Argon2Cost
from core.workflows.accounts import audit_log
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import backup, backup_envelope, backup_restore, encryption
from tests.encryption_keys import KEY, OTHER_KEY, PASSPHRASE, put_in_force
from tests.workflows.recorded import folder_with_manifest, recording

ROWS = [{"filename": f"{number}.wav", "child": f"the child {number}"} for number in range(3)]
OTHER_PASSPHRASE = "eight cows read aloud"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_envelope, "COST", Argon2Cost(passes=1, memory_kib=64, lanes=1))


@pytest.fixture
def house(database: Path, tmp_path: Path) -> Path:
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", ROWS), actor=COMMAND_LINE)
    return tmp_path / "backups" / "house.zip"


def move(patch: pytest.MonkeyPatch, place: Path, *keys: str) -> None:
    """To an empty storage elsewhere."""
    patch.setenv("EARSHOT_STORAGE", str(place / "storage"))
    patch.setenv("EARSHOT_MODELS", str(place / "models"))
    put_in_force(patch, *keys)


def test_a_backup_with_a_passphrase_comes_back_elsewhere(house: Path, tmp_path: Path, monkeypatch) -> None:
    made = backup.backup(house, passphrase=PASSPHRASE)
    assert made.protection is BackupProtection.PASSPHRASE
    assert not zipfile.is_zipfile(house)
    data = house.read_bytes()
    assert not [word for word in (b"the child", b"RIFF", b"backup.json", recording(0)[500:564]) if word in data]
    assert backup_restore.verify(house, passphrase=PASSPHRASE).rows == made.rows
    move(monkeypatch, tmp_path / "new")
    assert backup_restore.restore(house, passphrase=PASSPHRASE).recordings == 3
    assert recording_search.original_audio(1).data == recording(0)
    assert audit_log.entries(action="backup").total == 0


@pytest.mark.parametrize("passphrase", [None, OTHER_PASSPHRASE, PASSPHRASE.upper()])
def test_without_its_passphrase_a_backup_does_not_open(house: Path, passphrase: str | None) -> None:
    backup.backup(house, passphrase=PASSPHRASE)
    for verb in (backup_restore.verify, backup_restore.restore):
        with pytest.raises(Refused, match="passphrase") as refusal:
            verb(house, passphrase=passphrase)
        assert not passphrase or passphrase not in str(refusal.value)


def test_the_passphrase_may_stand_in_the_settings(house: Path, monkeypatch) -> None:
    monkeypatch.setenv("EARSHOT_BACKUP_PASSPHRASE", PASSPHRASE)
    config.settings.cache_clear()
    assert backup.backup(house).protection is BackupProtection.PASSPHRASE
    assert backup_restore.verify(house).recordings == 3
    assert backup_restore.verify(house, passphrase=PASSPHRASE).recordings == 3
    backup.backup(house.with_name("typed.zip"), passphrase=OTHER_PASSPHRASE)
    with pytest.raises(Refused, match="does not open"):
        backup_restore.verify(house.with_name("typed.zip"))


def test_a_short_passphrase_is_refused_before_anything_is_written(house: Path) -> None:
    with pytest.raises(Refused, match="too short"):
        backup.backup(house, passphrase="secret")
    assert not house.parent.exists()


def test_a_backup_of_an_encrypted_storage_is_never_in_the_clear(house: Path, tmp_path: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    assert backup.backup(house).protection is BackupProtection.STORAGE_KEY
    assert recording(0)[500:564] not in house.read_bytes()
    assert backup_restore.verify(house).recordings == 3
    move(monkeypatch, tmp_path / "other", OTHER_KEY)
    with pytest.raises(SettingsError, match="is encrypted with the key"):
        backup_restore.restore(house)
    move(monkeypatch, tmp_path / "none")
    with pytest.raises(SettingsError, match="set EARSHOT_ENCRYPTION_KEY"):
        backup_restore.restore(house)


def test_after_a_rotation_the_old_key_still_opens_it_and_the_new_one_stores_it(house, tmp_path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    backup.backup(house)
    move(monkeypatch, tmp_path / "new", OTHER_KEY, KEY)
    backup_restore.restore(house)
    assert recording_search.original_audio(2).data == recording(1)
    assert encryption.status().n_by_key == {config.settings().encryption_keys[0].id: 3}


def test_with_a_passphrase_the_key_of_the_storage_is_not_needed(house: Path, tmp_path: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    assert backup.backup(house, passphrase=PASSPHRASE).protection is BackupProtection.PASSPHRASE
    move(monkeypatch, tmp_path / "new")
    backup_restore.restore(house, passphrase=PASSPHRASE)
    assert recording_search.original_audio(3).data == recording(2)


def test_a_plain_backup_in_the_place_of_an_encrypted_one_is_refused(house: Path) -> None:
    backup.backup(house)
    with pytest.raises(Refused, match="not encrypted with a passphrase"):
        backup_restore.restore(house, replace=True, passphrase=PASSPHRASE)


@pytest.mark.parametrize("key", [(), (KEY,)])
@pytest.mark.parametrize("at", [0.0, 0.001, 0.3, 0.6, 0.999])
def test_a_bit_that_is_turned_anywhere_is_noticed_and_restores_nothing(house, tmp_path, monkeypatch, key, at) -> None:
    put_in_force(monkeypatch, *key)
    passphrase = None if key else PASSPHRASE
    backup.backup(house, passphrase=passphrase)
    data = bytearray(house.read_bytes())
    data[int(at * len(data))] ^= 16
    house.write_bytes(data)
    move(monkeypatch, tmp_path / "new", *key)
    for verb in (backup_restore.verify, backup_restore.restore):
        with pytest.raises((Refused, SettingsError)):
            verb(house, passphrase=passphrase)
    assert not list((tmp_path / "new").rglob("*.wav"))


@pytest.mark.parametrize("n_left_out", [1, 16, 200, 70_000])
def test_a_backup_that_is_cut_off_is_refused_at_once(house: Path, n_left_out: int) -> None:
    backup.backup(house, passphrase=PASSPHRASE)
    data = house.read_bytes()
    house.write_bytes(data[: max(30, len(data) - n_left_out)])
    with pytest.raises(Damaged):
        backup_restore.verify(house, passphrase=PASSPHRASE)


def test_a_backup_that_fails_leaves_nothing_behind(house: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.backup(house, passphrase=PASSPHRASE, on_progress=stop)
    assert list(house.parent.iterdir()) == []


def test_a_damaged_recording_stops_no_backup_and_is_named(house: Path, storage: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    file = next((storage / "recordings").rglob("*.wav"))
    file.write_bytes(file.read_bytes()[:-1])
    assert backup.backup(house).missing == [file.name]


@pytest.mark.parametrize("below", ["storage", "storage/backups", "models/x"])
def test_the_folder_for_backups_is_not_where_erasures_look_for_traces(tmp_path: Path, monkeypatch, below: str) -> None:
    monkeypatch.setenv("EARSHOT_BACKUP_FOLDER", str(tmp_path / below))
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match="EARSHOT_BACKUP_FOLDER"):
        config.settings()
