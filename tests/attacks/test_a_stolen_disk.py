"""Whoever has the disk hears nobody, and cannot change what others hear, where recordings are encrypted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core import config
from core.audio import feature_cache, features, store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Damaged, SettingsError
from core.sealing import sealed_bytes
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.jobs import local_cluster
from core.workflows.maintenance import encryption, startup
from core.workflows.training import feature_extraction
from tests.audio_files import encode, encode_as, noise
from tests.encryption_keys import KEY, OTHER_KEY, PASSPHRASE, put_in_force
from tests.serving import ROOT

RUN = 64  # bytes of the original that nobody may find again
RANGES = ["bytes=0-9", "bytes=65000-66000", "bytes=-1", "bytes=100-"]
KILLED_BETWEEN_WRITING_AND_RENAMING = """
import os, signal
from core.audio import local_files
synced, sync = [], os.fsync
def fsync(file):
    synced.append(file)
    if len(synced) == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(file)
local_files.os.fsync = fsync
from core.__main__ import app
app(["encryption", "rotate"])
"""


def sounds() -> dict[str, bytes]:
    """Noise, so that no run of bytes comes by chance: as browsers play it, and as they get a copy of."""
    plain = {f"{number}.wav": encode(noise(3.0, seed=number)) for number in range(3)}
    return plain | {"copied.m4a": encode_as(noise(1.0, seed=9), "ipod alac")}


@pytest.fixture
def house(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Four recordings, imported with a key in force; their bytes."""
    put_in_force(monkeypatch, KEY)
    return brought_in(tmp_path / "in")


def brought_in(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    files = sounds()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    assert import_recordings.import_path(folder, actor=COMMAND_LINE).recordings == len(files)
    return files


def stored(data: bytes) -> Path:
    return next((Path(settings().storage) / "recordings").rglob(f"{store.sha256_of(data)}.*"))


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def runs_of(originals: list[bytes]) -> set[bytes]:
    return {data[at : at + RUN] for data in originals for at in range(0, len(data) - RUN, RUN)}


def has_run(data: bytes, runs: set[bytes]) -> bool:
    return any(data[at : at + RUN] in runs for at in range(len(data) - RUN + 1))


def test_nothing_below_the_storage_holds_a_run_of_what_was_recorded(house, visitor) -> None:
    originals = [*house.values(), *(noise(3.0, seed=number).astype("<f4").tobytes() for number in range(3))]
    family = features.FAMILIES["mfcc"]
    for number, data in enumerate(house.values(), start=1):
        assert visitor(Role.STAFF).get(f"/audio/{number}").status_code == 200
        originals.append(
            feature_cache.load_or_extract(family, settings().storage, store.sha256_of(data), lambda d=data: d)
        )
    copies = [data for data in files_below(Path(settings().storage)) if data.suffix == ".flac"]
    assert len(copies) == 1
    assert not copies[0].read_bytes().startswith(b"fLaC")
    runs = runs_of([bytes(memoryview(data).cast("B")) for data in originals])
    assert not [file for file in files_below(Path(settings().storage)) if has_run(file.read_bytes(), runs)]


def test_the_test_would_find_a_run_if_there_were_one(database: Path, tmp_path: Path) -> None:
    files = brought_in(tmp_path / "in")
    assert sum(has_run(file.read_bytes(), runs_of(list(files.values()))) for file in files_below(tmp_path)) >= len(
        files
    )


@pytest.mark.parametrize("wanted", RANGES)
def test_players_get_the_parts_they_ask_for(house, visitor, wanted: str) -> None:
    data = house["0.wav"]
    answer = visitor(Role.STAFF).get("/audio/1", headers={"Range": wanted})
    first, last = answer.headers["content-range"].removeprefix("bytes ").split("/")[0].split("-")
    assert (answer.status_code, answer.content) == (206, data[int(first) : int(last) + 1])


def test_the_identity_of_a_recording_stays_the_hash_of_its_own_bytes(house) -> None:
    for number, data in enumerate(house.values(), start=1):
        assert recording_search.get_recording(number).recording.sha256 == store.sha256_of(data)
        assert recording_search.original_audio(number).data == data


def flip(data: bytes) -> bytes:
    return data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]


def swap_chunks(data: bytes) -> bytes:
    head, body, size = data[: sealed_bytes.HEAD_BYTES], data[sealed_bytes.HEAD_BYTES :], 65_552
    return head + body[size : 2 * size] + body[:size] + body[2 * size :]


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a bit turned": flip,
    "cut off": lambda data: data[:-100],
    "cut off behind a chunk": lambda data: data[: sealed_bytes.HEAD_BYTES + 65_552],
    "longer": lambda data: data + b"x",
    "empty but for its head": lambda data: data[: sealed_bytes.HEAD_BYTES],
    "chunks swapped": swap_chunks,
    "another, not encrypted": lambda _: encode(noise(1.0, seed=77)),
    "the key's id of another": lambda data: data[:8] + bytes(8) + data[16:],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_file_that_was_tampered_with_is_not_played(house, visitor, how: str) -> None:
    file = stored(house["0.wav"])
    file.write_bytes(TAMPERED[how](file.read_bytes()))
    answer = visitor(Role.STAFF).get("/audio/1")
    assert answer.status_code in (422, 500)
    assert b"RIFF" not in answer.content
    assert "encrypted" in answer.json()["error"]
    assert visitor(Role.STAFF).get("/audio/2").status_code == 200


def test_one_childs_file_in_the_place_of_anothers_is_not_played(house, visitor) -> None:
    stored(house["0.wav"]).write_bytes(stored(house["1.wav"]).read_bytes())
    answer = visitor(Role.STAFF).get("/audio/1")
    assert (answer.status_code, "was changed after it was encrypted" in answer.json()["error"]) == (422, True)


def test_without_the_key_nothing_starts_opens_or_is_written_in_the_clear(house, monkeypatch) -> None:
    put_in_force(monkeypatch)
    with pytest.raises(SettingsError, match="set EARSHOT_ENCRYPTION_KEY"):
        startup.prepare()
    with pytest.raises(SettingsError, match="set EARSHOT_ENCRYPTION_KEY"):
        recording_search.original_audio(1)
    with pytest.raises(SettingsError, match="is encrypted with the key"):
        store.put(settings().storage, encode(noise(0.5, seed=5)), "wav")


def test_with_another_key_nothing_starts_and_both_keys_are_named(house, monkeypatch) -> None:
    put_in_force(monkeypatch, OTHER_KEY)
    with pytest.raises(SettingsError, match=r"Put the old key behind the new one") as refusal:
        startup.prepare()
    assert all(key.id in str(refusal.value) for key in settings().encryption_keys)
    with pytest.raises(SettingsError, match="encrypted with the key"):
        recording_search.original_audio(1)


def test_a_cache_that_was_tampered_with_is_computed_anew(house) -> None:
    data = house["0.wav"]
    item = (store.sha256_of(data), "wav")
    feature_extraction.extract_chunk("mfcc", [item])
    file = next((Path(settings().storage) / "features").rglob("*.npy"))
    before = feature_cache.load_or_extract(features.FAMILIES["mfcc"], settings().storage, item[0], lambda: data)
    file.write_bytes(flip(file.read_bytes()))
    again = feature_cache.load_or_extract(features.FAMILIES["mfcc"], settings().storage, item[0], lambda: data)
    assert (again == before).all()


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_rotation_that_is_killed_loses_nothing_and_goes_on(house, monkeypatch, nth: int) -> None:
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    script = KILLED_BETWEEN_WRITING_AND_RENAMING.format(nth=nth)
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    startup.prepare()
    for number, data in enumerate(house.values(), start=1):
        assert recording_search.original_audio(number).data == data
    encryption.rotate()
    put_in_force(monkeypatch, OTHER_KEY)
    startup.prepare()
    assert recording_search.original_audio(1).data == house["0.wav"]
    assert encryption.status().n_by_key == {settings().encryption_keys[0].id: len(house)}


def test_the_old_key_cannot_go_before_the_rotation_is_finished(house, monkeypatch) -> None:
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    startup.prepare()
    put_in_force(monkeypatch, OTHER_KEY)
    with pytest.raises(SettingsError, match="until `python -m core encryption rotate` has finished"):
        startup.prepare()


def test_a_damaged_file_stops_no_rotation_and_is_named(house, monkeypatch) -> None:
    file = stored(house["0.wav"])
    file.write_bytes(flip(file.read_bytes()))
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    result = encryption.rotate()
    assert (result.changed, [failed.path.rsplit("/", 1)[-1] for failed in result.failed]) == (3, [file.name])
    with pytest.raises(Damaged):
        recording_search.original_audio(1)


def test_the_key_stands_in_no_file_no_settings_and_no_error(house, tmp_path, monkeypatch, capfd) -> None:
    from core.__main__ import app

    monkeypatch.setenv("EARSHOT_BACKUP_PASSPHRASE", PASSPHRASE)
    config.settings.cache_clear()
    for words in (["settings"], ["settings", "--json"], ["encryption", "status"], ["encryption", "rotate"]):
        with pytest.raises(SystemExit):
            app(words)
    shown = "".join(capfd.readouterr()) + repr(settings()) + json.dumps(settings().model_dump(mode="json"))
    assert "EARSHOT_ENCRYPTION_KEY" in shown
    secrets = [KEY, PASSPHRASE, settings().encryption_keys[0].material.hex()]
    assert not [secret for secret in secrets if secret in shown]
    written = b"".join(file.read_bytes() for file in files_below(tmp_path))
    assert not [secret for secret in secrets if secret.encode() in written]
    assert settings().encryption_keys[0].material not in written


@pytest.mark.parametrize("wrong", ["secret", f"{KEY},secret", "secret,"])
def test_a_malformed_key_is_refused_without_repeating_it(monkeypatch, wrong: str) -> None:
    put_in_force(monkeypatch, wrong)
    with pytest.raises(SettingsError, match="EARSHOT_ENCRYPTION_KEY cannot be used: key") as refusal:
        settings()
    assert "secret" not in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_the_key_may_stand_in_a_file(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "key").write_text(f"{OTHER_KEY}\n{KEY}\n")
    monkeypatch.setenv("EARSHOT_ENCRYPTION_KEY_FILE", str(tmp_path / "key"))
    config.settings.cache_clear()
    from_file = settings().encryption_keys
    put_in_force(monkeypatch, KEY)
    with pytest.raises(SettingsError, match="both set"):
        settings()
    monkeypatch.delenv("EARSHOT_ENCRYPTION_KEY_FILE")
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    assert settings().encryption_keys == from_file


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("", "holds no key"), ("nothing", "no key")])
def test_a_file_without_a_key_is_no_reason_to_go_on_without(tmp_path, monkeypatch, content, words) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)
    monkeypatch.setenv("EARSHOT_ENCRYPTION_KEY_FILE", str(tmp_path / "key"))
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match=words):
        settings()


def test_the_processes_that_decode_foreign_bytes_do_not_have_the_key(house) -> None:
    import psutil

    surroundings = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # ended, and not collected yet
            if "core.audio.decoding_worker" in child.cmdline():
                surroundings.append(child.environ())
    assert surroundings
    assert not [names for names in surroundings if any("ENCRYPTION" in name for name in names)]


def test_another_key_starts_another_cluster(house, monkeypatch) -> None:
    before = local_cluster.cluster_fingerprint()
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    assert local_cluster.cluster_fingerprint() != before


def test_a_stranger_learns_nothing_of_encryption(house, stranger: TestClient) -> None:
    assert stranger.get("/audio/1").status_code == 401
