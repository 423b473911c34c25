"""A storage of before is encrypted, rotated and decrypted while it is used."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from core.audio import encryption_marker, resealing, store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.labels import Role
from core.errors import Refused, SettingsError
from core.sealing import texts
from core.workflows.accounts import accounts, audit_log, sealing
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import encryption, erasure, exporting_dataset
from core.workflows.training import feature_extraction
from db import recordings, schema, session, two_step
from tests.annotation.people import add_recordings
from tests.encryption_keys import KEY, OTHER_KEY, put_in_force
from tests.workflows.recorded import folder_with_manifest, recording

ROWS = [{"filename": f"{number}.wav", "child": f"child {number}"} for number in range(3)]


@pytest.fixture
def plain(database: Path, tmp_path: Path) -> list[bytes]:
    """Three recordings and their features, stored without a key."""
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", ROWS), actor=COMMAND_LINE)
    sounds = [recording(number) for number in range(3)]
    feature_extraction.extract_chunk("dynamics", [(store.sha256_of(data), "wav") for data in sounds])
    return sounds


def heard() -> list[bytes]:
    return [recording_search.original_audio(number).data for number in (1, 2, 3)]


def test_a_storage_of_before_stays_readable_and_what_is_new_is_encrypted(plain, tmp_path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    (tmp_path / "new.wav").write_bytes(recording(9))
    import_recordings.import_path(tmp_path / "new.wav", actor=COMMAND_LINE)
    assert heard() == plain
    status = encryption.status()
    assert (status.n_plain, status.n_by_key) == (6, {settings().encryption_keys[0].id: 1})


def test_encrypting_leaves_nothing_in_the_clear_and_is_done_once(plain, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    progress: list[tuple[int, int]] = []
    result = encryption.encrypt(on_progress=lambda done, total: progress.append((done, total)))
    assert (result.changed, result.failed, result.status.n_plain) == (6, (), 0)
    assert progress[-1] == (6, 6)
    assert heard() == plain
    assert (encryption.encrypt().changed, encryption.rotate().changed) == (0, 0)
    assert audit_log.entries(action="encrypt").items[-1].detail["files"] == 6


def test_encrypting_leaves_files_of_an_older_key_to_rotation(plain, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    assert encryption.encrypt().changed == 0
    assert encryption.rotate().changed == 6
    put_in_force(monkeypatch, OTHER_KEY)
    assert heard() == plain


def test_after_decrypting_no_key_is_needed(plain, storage: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    assert encryption.decrypt().status.n_plain == 6
    put_in_force(monkeypatch)
    encryption.require_keys()
    assert heard() == plain
    assert not (storage / encryption_marker.PATH).exists()


def test_a_store_behind_a_url_is_encrypted_rotated_and_decrypted_the_same_way(
    database: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", settings().database)
    monkeypatch.setenv("EARSHOT_STORAGE", f"memory://{tmp_path.name}/prefix")
    put_in_force(monkeypatch)
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", ROWS), actor=COMMAND_LINE)
    sounds = [recording(number) for number in range(3)]
    for keys, verb, n_plain in [
        ([KEY], encryption.encrypt, 0),
        ([OTHER_KEY, KEY], encryption.rotate, 0),
        ([OTHER_KEY], encryption.rotate, 0),
        ([OTHER_KEY], encryption.decrypt, 3),
    ]:
        put_in_force(monkeypatch, *keys)
        assert verb().status.n_plain == n_plain
        assert heard() == sounds
    put_in_force(monkeypatch)
    assert store.put(settings().storage, recording(7), "wav") == store.sha256_of(recording(7))


def test_a_store_behind_a_url_takes_nothing_in_the_clear_once_it_is_encrypted(database, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", settings().database)
    monkeypatch.setenv("EARSHOT_STORAGE", f"memory://{tmp_path.name}")
    put_in_force(monkeypatch, KEY)
    store.put(settings().storage, recording(1), "wav")
    put_in_force(monkeypatch)
    with pytest.raises(SettingsError, match="is encrypted with the key"):
        store.put(settings().storage, recording(2), "wav")


def test_without_a_key_there_is_nothing_to_encrypt_with(plain, monkeypatch) -> None:
    put_in_force(monkeypatch)
    for verb in (encryption.encrypt, encryption.rotate):
        with pytest.raises(Refused, match="new-key"):
            verb()


def test_a_key_that_the_storage_does_not_know_rotates_nothing(plain, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    put_in_force(monkeypatch, OTHER_KEY)
    with pytest.raises(SettingsError, match="Put the old key behind the new one"):
        encryption.rotate()
    assert encryption.status().unknown_keys == tuple(encryption.status().n_by_key)


def test_a_plain_recording_with_other_bytes_than_its_name_is_not_made_genuine(plain, storage, monkeypatch) -> None:
    file = next((storage / "recordings").rglob("*.wav"))
    file.write_bytes(b"RIFF of somebody else")
    put_in_force(monkeypatch, KEY)
    result = encryption.encrypt()
    assert [failed.path for failed in result.failed] == [str(file.relative_to(storage))]
    assert file.read_bytes() == b"RIFF of somebody else"


def test_bytes_that_a_lost_key_holds_are_replaced_by_an_import(plain, storage, tmp_path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    (storage / encryption_marker.PATH).unlink()
    put_in_force(monkeypatch, OTHER_KEY)
    import_recordings.import_path(tmp_path / "in" / "manifest.csv", actor=COMMAND_LINE)
    assert heard() == plain


@pytest.mark.parametrize("after", [1, 2, 3])
def test_what_is_erased_meanwhile_does_not_come_back(plain, storage, monkeypatch, after: int) -> None:
    put_in_force(monkeypatch, KEY)

    def erase(done: int, _total: int) -> None:
        if done == after:
            erasure.erase_child("child 1", models=ModelsChoice.WITHDRAW, actor=COMMAND_LINE)

    encryption.encrypt(on_progress=erase)
    gone = store.sha256_of(plain[1])
    assert not [file for file in storage.rglob("*") if gone in file.name]


def test_an_erasure_that_is_under_way_removes_what_was_written_anew(plain, storage, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    gone, remove_rows = store.sha256_of(plain[1]), erasure._remove_rows

    def written_between(*arguments: object) -> object:
        file = resealing.SealableFile(f"recordings/{gone[:2]}/{gone}.wav", None)
        store.put(settings().storage, plain[1], "wav")
        encryption._write_one(file, settings().encryption_keys[0])
        return remove_rows(*arguments)

    monkeypatch.setattr(erasure, "_remove_rows", written_between)
    erasure.erase_child("child 1", models=ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    assert not [file for file in (storage / "recordings").rglob("*") if gone in file.name]


def test_what_a_killed_process_left_half_written_goes(plain, storage: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    folder = next((storage / "recordings").iterdir())
    old, young = folder / ".a.wav.0123", folder / ".b.wav.4567"
    for file in (old, young):
        file.write_bytes(recording(1))
    os.utime(old, (time.time() - 7200,) * 2)
    encryption.encrypt()
    assert (old.exists(), young.exists()) == (False, True)


def test_one_damaged_recording_stops_no_export_and_is_named(plain, storage: Path, tmp_path: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    encryption.encrypt()
    file = next((storage / "recordings").rglob(f"{store.sha256_of(plain[1])}.wav"))
    file.write_bytes(file.read_bytes()[:-1])
    result = exporting_dataset.dataset(tmp_path / "out", actor=COMMAND_LINE)
    assert (result.recordings, result.missing) == (2, ("1.wav",))
    exported = [path.read_bytes() for path in (tmp_path / "out").rglob("*.wav")]
    assert sorted(exported) == sorted([plain[0], plain[2]])


@pytest.mark.usefixtures("any_database")
def test_rows_of_a_recording_stay_while_its_file_is_written_anew() -> None:
    add_recordings(1)
    sha256 = recording_search.get_recording(1).recording.sha256
    order, is_held = [], threading.Event()

    def write_anew() -> None:
        with session.writing() as tx:
            recordings.hold_by_sha256(tx, sha256)
            is_held.set()
            time.sleep(0.3)
            order.append("written")

    writer = threading.Thread(target=write_anew)
    writer.start()
    assert is_held.wait(10)
    with session.writing() as tx:
        tx.execute(delete(schema.recordings))
        order.append("removed")
    writer.join()
    assert order == ["written", "removed"]


@pytest.mark.parametrize("content", [b"", b"no json", b"[1]", b'{"keys": 5}'])
def test_a_damaged_list_of_keys_is_no_reason_to_go_on_without(storage: Path, content: bytes) -> None:
    storage.mkdir(exist_ok=True)
    (storage / encryption_marker.PATH).write_bytes(content)
    with pytest.raises(SettingsError, match="is damaged"):
        encryption.require_keys()


def stored_secret(account_id: int) -> str:
    with session.reading() as tx:
        stored = two_step.authenticator(tx, account_id)
    assert stored is not None
    return stored.secret


def test_secrets_of_authenticators_follow_the_key_of_the_storage(database: Path, monkeypatch) -> None:
    account = accounts.create("ada", "a horse in the library", Role.ADMIN, actor=COMMAND_LINE)
    with session.writing() as tx:
        two_step.set_secret(tx, account.id, sealing.seal("JBSWY3DPEHPK3PXP"))
    for keys, change in ((KEY, encryption.encrypt), (f"{OTHER_KEY},{KEY}", encryption.rotate)):
        put_in_force(monkeypatch, keys)
        change()
        assert texts.is_sealed_with(stored_secret(account.id), settings().encryption_keys[0])
    put_in_force(monkeypatch, OTHER_KEY)
    assert sealing.unseal(stored_secret(account.id)) == "JBSWY3DPEHPK3PXP"
    encryption.decrypt()
    put_in_force(monkeypatch, "")
    assert sealing.unseal(stored_secret(account.id)) == "JBSWY3DPEHPK3PXP"
