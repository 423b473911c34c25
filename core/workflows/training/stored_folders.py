"""Folders of models and checkpoints in the storage, where the machines of an installation find each other's.

Where EARSHOT_STORAGE is a folder, every process uses the models folder itself, and nothing here does anything. Where
it is a URL, such as `s3://bucket/prefix`, what counts is `<storage>/learned/<name>/`, and the models folder of a
machine is a cache of it: `files.json` there, written last and removed first, holds the SHA-256 of each file, and a copy
of it lies in the folder of the cache. A folder that the storage has no more is removed from the cache when it is next
asked for, and at a start. Where recordings are encrypted these files are as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from core.audio import storage_files, store
from core.config import settings
from core.errors import Unavailable
from core.workflows.training import shared_folders

FOLDER, FILE_LIST = "learned", "files.json"
CACHE_MARK = ".stored.json"
MODELS, CHECKPOINTS = "models", "checkpoints"


def is_used() -> bool:
    """Whether the storage is elsewhere, and holds what the machines share."""
    return "://" in settings().storage


def put(folder: Path, name: str) -> None:
    """Store what a folder of the cache holds, beside what others stored under the name.

    Raises
    ------
    FileNotFoundError
        The folder is gone, as when all checkpoints are removed.
    """
    if not is_used():
        return
    known = _listed(name) or {}
    listed = dict(known)
    for path in _visible_files(folder):
        file, data = path.relative_to(folder).as_posix(), path.read_bytes()
        listed[file] = hashlib.sha256(data).hexdigest()
        if known.get(file) != listed[file]:
            store.write(settings().storage, f"{FOLDER}/{name}/{file}", data)
    text = _as_text(listed)
    store.write(settings().storage, f"{FOLDER}/{name}/{FILE_LIST}", text.encode())
    shared_folders.write(folder / CACHE_MARK, text)


def bring(folder: Path, name: str, *, mark: str) -> None:
    """Let a folder of the cache be what the storage holds under the name; removed where it holds nothing.

    mark : the file that only a whole folder has

    Raises
    ------
    Unavailable
        The storage does not answer, or a file there is damaged.
    """
    if not is_used():
        return
    listed = _listed(name)
    if listed is None:
        _forget(folder)
    elif not _is_current(folder, listed):
        _fetch(folder, name, listed, mark=mark)


def remove(name: str) -> None:
    """Remove what the storage holds under a name, the list first: from then on it is not there."""
    if not is_used():
        return
    storage_files.remove(settings().storage, f"{FOLDER}/{name}/{FILE_LIST}")
    for path in list(storage_files.paths_below(settings().storage, f"{FOLDER}/{name}")):
        storage_files.remove(settings().storage, path)


def names(kind: str) -> list[str]:
    """What the storage holds of a kind, `MODELS` or `CHECKPOINTS`, by its name below the kind; sorted."""
    if not is_used():
        return []
    begin = f"{FOLDER}/{kind}/"
    paths = storage_files.paths_below(settings().storage, f"{FOLDER}/{kind}")
    return sorted({path.removeprefix(begin).split("/")[0] for path in paths if path.endswith(f"/{FILE_LIST}")})


def remove_all(kind: str) -> None:
    """Remove everything of a kind."""
    for path in list(storage_files.paths_below(settings().storage, f"{FOLDER}/{kind}")) if is_used() else ():
        storage_files.remove(settings().storage, path)


def forget_removed(folder: Path, kind: str) -> None:
    """Remove from the cache what the storage no longer holds; what this machine has not stored yet stays."""
    if not is_used():
        return
    stored = set(names(kind))
    for entry in shared_folders.entries(folder):
        if entry.name not in stored:
            _forget(entry)


def _forget(folder: Path) -> None:
    if (folder / CACHE_MARK).is_file():
        shared_folders.remove(folder)


def _listed(name: str) -> dict[str, str] | None:
    data = store.read_cache(settings().storage, f"{FOLDER}/{name}/{FILE_LIST}")
    return None if data is None else {str(file): str(sha256) for file, sha256 in json.loads(data).items()}


def _is_current(folder: Path, listed: Mapping[str, str]) -> bool:
    try:
        return (folder / CACHE_MARK).read_text() == _as_text(listed)
    except FileNotFoundError:
        return False


def _fetch(folder: Path, name: str, listed: Mapping[str, str], *, mark: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = shared_folders.fresh(folder)
    try:
        for file, sha256 in listed.items():
            _bring_file(new / file, folder / file, f"{FOLDER}/{name}/{file}", sha256)
        (new / CACHE_MARK).write_text(_as_text(listed))
    except BaseException:
        shared_folders.remove(new)
        raise
    shared_folders.replace(new, folder) if mark in listed else shared_folders.put(new, folder, mark=mark)


def _bring_file(target: Path, cached: Path, path: str, sha256: str) -> None:
    """A file from the cache where that has it already, else from the storage."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for data in (cached.read_bytes() if cached.is_file() else None, store.read_cache(settings().storage, path)):
        if data is not None and hashlib.sha256(data).hexdigest() == sha256:
            target.write_bytes(data)
            return
    raise Unavailable(
        "{path} in the storage is damaged or was removed meanwhile. Try again; if it stays so, "
        "remove this folder from the storage, and retrain or restore a backup.",
        path=path,
    )


def _as_text(listed: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(listed.items())), indent=1)


def _visible_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
