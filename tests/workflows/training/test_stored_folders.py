"""Models and checkpoints of several machines, which share a storage and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from core import config
from core.audio import resealing, storage_files
from core.errors import NotFound, Unavailable
from core.workflows.training import checkpoints, model_folders, stored_folders
from tests.encryption_keys import KEY

MODEL = "20261125-120000-dynamics-svm-binary-ab12"
Machine = Callable[[str], Path]


@pytest.fixture
def machine(storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Goes to a machine by its name: another models folder, the same storage. Gives its models folder."""
    monkeypatch.setenv("EARSHOT_STORAGE", "memory://shared/prefix")
    monkeypatch.setenv("EARSHOT_DATABASE_URL", f"sqlite:///{tmp_path}/e.db")

    def go_to(name: str) -> Path:
        monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / name))
        config.settings.cache_clear()
        return tmp_path / name

    yield go_to
    MemoryFileSystem.store.clear()


def publish(models: Path, weights: bytes = b"weights") -> None:
    (models / MODEL / "net").mkdir(parents=True)
    (models / MODEL / "net" / "w.bin").write_bytes(weights)
    (models / MODEL / "card.json").write_text("{}")
    model_folders.share(MODEL)


def test_a_model_of_one_machine_is_there_on_another(machine: Machine) -> None:
    publish(machine("one"))
    machine("two")
    assert model_folders.names() == [MODEL]
    assert (model_folders.folder_of(MODEL) / "net" / "w.bin").read_bytes() == b"weights"


def test_what_is_in_the_cache_is_not_fetched_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(machine("one"))
    machine("two")
    model_folders.folder_of(MODEL)
    read: list[str] = []
    monkeypatch.setattr(
        storage_files, "read", lambda storage, path, real=storage_files.read: read.append(path) or real(storage, path)
    )
    model_folders.folder_of(MODEL)
    assert read == [f"learned/models/{MODEL}/files.json"]


def test_a_file_that_is_added_later_comes_too(machine: Machine) -> None:
    one = machine("one")
    publish(one)
    machine("two")
    model_folders.folder_of(MODEL)
    machine("one")
    (one / MODEL / "elsewhere.json").write_text("[]")
    model_folders.share(MODEL)
    machine("two")
    assert (model_folders.folder_of(MODEL) / "elsewhere.json").read_text() == "[]"
    assert (model_folders.folder_of(MODEL) / "card.json").is_file()


def test_what_is_removed_leaves_every_cache(machine: Machine) -> None:
    publish(machine("one"))
    two = machine("two")
    model_folders.folder_of(MODEL)
    machine("one")
    model_folders.unshare(MODEL)
    machine("two")
    with pytest.raises(NotFound):
        model_folders.folder_of(MODEL)
    assert [path for path in two.rglob("*") if path.is_file()] == []
    assert model_folders.names() == []


def test_a_start_removes_what_the_storage_has_no_more_and_leaves_what_is_being_made(machine: Machine) -> None:
    one = machine("one")
    publish(one)
    (one / ".parts" / "unfinished").mkdir(parents=True)
    (one / ".parts" / "unfinished" / "part.json").write_text("{}")
    stored_folders.remove_all(stored_folders.MODELS)
    model_folders.forget_removed()
    assert [path.name for path in one.rglob("*") if path.is_file()] == ["part.json"]


def test_a_file_that_was_damaged_in_the_storage_is_named_and_leaves_nothing(machine: Machine) -> None:
    publish(machine("one"))
    storage_files.write("memory://shared/prefix", f"learned/models/{MODEL}/net/w.bin", b"other")
    two = machine("two")
    with pytest.raises(Unavailable, match=r"net/w\.bin in the storage is damaged"):
        model_folders.folder_of(MODEL)
    assert not (two / MODEL).exists()


def test_checkpoints_are_forgotten_on_all_machines(machine: Machine) -> None:
    one = machine("one")
    (one / ".parts" / "abc").mkdir(parents=True)
    (one / ".parts" / "abc" / "part.json").write_text("{}")
    stored_folders.put(one / ".parts" / "abc", "checkpoints/abc")
    two = machine("two")
    stored_folders.bring(two / ".parts" / "abc", "checkpoints/abc", mark="part.json")
    assert (two / ".parts" / "abc" / "part.json").is_file()
    machine("one")
    checkpoints.delete_all()
    machine("two")
    checkpoints.forget_removed()
    assert not (two / ".parts" / "abc").exists()


def test_they_are_encrypted_where_recordings_are_and_turned_with_the_key(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_ENCRYPTION_KEY", KEY)
    publish(machine("one"))
    stored = MemoryFileSystem.store
    assert all(b"weights" not in bytes(file.getbuffer()) for file in stored.values())
    machine("two")
    assert (model_folders.folder_of(MODEL) / "net" / "w.bin").read_bytes() == b"weights"
    assert {file.path for file in resealing.stored_files("memory://shared/prefix") if file.key_id} == {
        f"learned/models/{MODEL}/{name}" for name in ("card.json", "files.json", "net/w.bin")
    }


def test_a_storage_in_a_folder_has_the_models_folder_alone(storage: Path) -> None:
    publish(config.settings().models)
    assert not (storage / "learned").exists()
    assert model_folders.names() == [MODEL]
    assert os.listdir(config.settings().models) == [MODEL]  # noqa: PTH208 - hidden ones too
