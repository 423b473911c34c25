"""The storage is away, full, read-only or rotted: words that say what to do, nothing half-written, losses named."""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from core import config
from core.audio import local_files, storage_files, store
from core.domain.labels import Role
from core.errors import NotFound, SettingsError, Unavailable
from core.workflows.annotation import recording_search
from core.workflows.maintenance import startup
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture
from tests.workflows.recorded import folder_with_manifest

FILES = [{"filename": f"{name}.wav", "child": "c1"} for name in "abc"]


@pytest.fixture
def recordings(run: Run, tmp_path: Path, storage: Path) -> list[Path]:  # noqa: F811
    """Three recordings that came in, as files of the storage."""
    done = run("import", str(folder_with_manifest(tmp_path / "in", FILES)))
    files = sorted((storage / "recordings").rglob("*.wav"))
    assert len(files) == len(FILES), done.output
    return files


def rot(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def fill_the_disk(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENOSPC) -> None:
    def full(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(local_files.os, "fsync", full)


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "full"), (errno.EROFS, "refuses"), (errno.EIO, "disk")])
def test_an_import_onto_a_disk_that_fails_says_so_and_leaves_nothing_half(
    number: int,
    words: str,
    run: Run,  # noqa: F811
    tmp_path: Path,
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    startup.prepare()
    fill_the_disk(monkeypatch, number)
    done = run("import", str(folder_with_manifest(tmp_path / "in", FILES)))
    assert (done.exit_code, words in done.stderr) == (1, True)
    assert not [file for file in (storage / "recordings").rglob("*") if file.is_file()]
    assert recording_search.search_recordings().total == 0


def test_a_backup_onto_a_full_disk_says_so_and_leaves_no_file(
    recordings: list[Path],
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    done = run("backup", str(tmp_path / "out" / "b.zip"))
    assert (done.exit_code, "The disk is full" in done.stderr) == (1, True)
    assert not list((tmp_path / "out").iterdir())


def test_a_storage_that_is_away_is_no_lost_recording(recordings: list[Path], storage: Path, run: Run, visitor) -> None:  # noqa: F811
    (storage / "recordings").rename(storage / "elsewhere")
    with pytest.raises(Unavailable, match="Mount its disk"):
        recording_search.original_audio(1)
    assert visitor(Role.STAFF).get("/audio/1").status_code == 503
    done = run("backup", str(storage.parent / "b.zip"))
    assert (done.exit_code, "is away" in done.stderr) == (1, True)
    (storage / "elsewhere").rename(storage / "recordings")
    assert recording_search.original_audio(1).data
    recordings[0].unlink()
    with pytest.raises(NotFound):
        store.get(str(storage), recordings[0].stem, "wav")


def test_a_storage_elsewhere_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("EndpointConnectionError: could not connect to name:secret@host")

    monkeypatch.setattr(MemoryFileSystem, "cat_file", broken)
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", lambda *_: (_ for _ in ()).throw(FileNotFoundError("bucket")))
    with pytest.raises(Unavailable, match="does not answer"):
        storage_files.read("memory://bucket/prefix", "recordings/x")
    with pytest.raises(Unavailable, match="Make its folder or bucket"):
        storage_files.write("memory://bucket/prefix", "recordings/x", b"")


@pytest.mark.parametrize("storage_url", ["s3://bucket/prefix", "nonsense://x"])
def test_a_storage_without_its_driver_is_refused_at_the_start(
    storage_url: str, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    monkeypatch.delitem(_registry, "s3", raising=False)  # where a test before has used it
    storage_files._file_system.cache_clear()
    monkeypatch.setenv("EARSHOT_STORAGE", storage_url)
    monkeypatch.setenv("EARSHOT_DATABASE_URL", f"sqlite:///{storage}/e.db")
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match=r"Install the driver into Earshot's \.venv"):
        startup.prepare()


def test_a_backup_names_what_rotted_or_is_lost_and_holds_the_rest(
    recordings: list[Path],
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rot(recordings[0])
    recordings[1].unlink()
    done = run("backup", str(tmp_path / "b.zip"))
    assert done.exit_code == 1
    assert f"damaged, and left out: {recordings[0].name}" in done.stderr
    assert f"bytes are missing: {recordings[1].name}" in done.stderr
    assert run("backup", str(tmp_path / "c.zip"), "--without-lost").exit_code == 0
    assert run("backup", str(tmp_path / "b.zip"), "--verify").exit_code == 1
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "new"))
    config.settings.cache_clear()
    assert run("restore", str(tmp_path / "b.zip"), "--without-lost").exit_code == 0
    assert [file.name for file in (tmp_path / "new" / "recordings").rglob("*.wav")] == [recordings[2].name]


def rotted_backup(path: Path, name: str) -> None:
    """The same archive with other bytes under one recording's name, as an older Earshot wrote it."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(path.with_suffix(".new"), "w") as other:
        for item in whole.namelist():
            other.writestr(item, b"rot" if item == f"recordings/{name}" else whole.read(item))
    path.with_suffix(".new").replace(path)


def test_a_restore_of_rotted_bytes_leaves_nothing_or_goes_on_without_them(
    recordings: list[Path],
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (config.settings().models / "m1").mkdir(parents=True)
    (config.settings().models / "m1" / "card.json").write_text("{}")
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    rotted_backup(tmp_path / "b.zip", recordings[2].name)
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "new"))
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "new-models"))
    config.settings.cache_clear()
    refused = run("restore", str(tmp_path / "b.zip"))
    assert (refused.exit_code, "Nothing was restored" in refused.stderr) == (1, True)
    assert not list((tmp_path / "new").rglob("*.wav"))
    assert not list((tmp_path / "new-models").glob("*"))
    done = run("restore", str(tmp_path / "b.zip"), "--without-lost", "--json")
    assert (done.exit_code, recordings[2].name in done.stdout) == (0, True)
    assert len(list((tmp_path / "new").rglob("*.wav"))) == 2


def test_checking_the_storage_names_rot_losses_and_strays(recordings: list[Path], storage: Path, run: Run) -> None:  # noqa: F811
    assert run("check", "storage").exit_code == 0
    rot(recordings[0])
    recordings[1].unlink()
    stray = storage / "recordings" / "00" / f"{'0' * 64}.wav"
    stray.parent.mkdir(exist_ok=True)
    shutil.copy(recordings[2], stray)
    done = run("check", "storage")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines == [
        "1 recording whole",
        f"Rotted, its bytes are not what they were: {recordings[0].name}",
        f"Lost, there are no bytes: {recordings[1].name}",
        f"Belongs to no recording: recordings/00/{stray.name}",
    ]


def test_a_mount_point_without_its_disk_is_a_storage_that_is_away(tmp_path: Path) -> None:
    place = tmp_path / "mounted"
    place.mkdir()
    with pytest.raises(Unavailable, match="is away"):
        store.get(str(place), "0" * 64, "wav")
    (place / "secret").write_text("x")
    with pytest.raises(NotFound):
        store.get(str(place), "0" * 64, "wav")


def test_a_bucket_that_is_not_there_is_named_and_loses_nothing(
    object_storage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", f"sqlite:///{tmp_path}/e.db")
    for address in ("s3://nowhere", "s3://nowhere/prefix"):
        monkeypatch.setenv("EARSHOT_STORAGE", address)
        config.settings.cache_clear()
        with pytest.raises(Unavailable, match=r"is not there: no bucket is called 'nowhere'"):
            startup.prepare()
        for ask in (storage_files.read, storage_files.size_of):
            with pytest.raises(Unavailable, match="no bucket"):
                ask(address, "recordings/x")
    assert storage_files.read(object_storage, "recordings/x") is None
    storage_files.write(object_storage, "recordings/x", b"bytes")
    assert storage_files.read(object_storage, "recordings/x") == b"bytes"
    assert list(storage_files.paths_below(object_storage, "recordings")) == ["recordings/x"]
