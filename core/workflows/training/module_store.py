"""Hub modules in the storage, where the workers of every machine find them.

`<storage>/modules/<sha256>/` is a module, named by the hash of its files; `<storage>/modules/<name>.json` says which is
in force, and is written last. A machine whose storage is elsewhere copies a module once to its local folder. A
module is published software, and stays as it is where recordings are encrypted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from core.audio import storage_files
from core.config import settings
from core.domain.catalogue import MODULE_NAMES
from core.domain.json_types import object_of
from core.domain.stored_modules import StoredModule
from core.errors import NotFound, Unavailable
from core.workflows.training import shared_folders

FOLDER, MARK = "modules", "saved_model.pb"
FILE_LIST = "files.json"  # of a module in a storage that is no folder of this machine
CHUNK_BYTES = 1 << 20


def address(name: str) -> str:
    """Where the module in force lies: the folder of the setting, what was brought in, or else a hub address.

    Raises
    ------
    Unavailable
        The storage has lost what was brought in.
    """
    configured = configured_address(name)
    if not is_hub_address(configured):
        return configured
    module = stored(name)
    return configured if module is None else str(local_copy(module))


def configured_address(name: str) -> str:
    """The setting of a module."""
    if name not in MODULE_NAMES:
        raise NotFound(
            "There is no module called {name!r}; expected one of {module_names}.",
            name=name,
            module_names=", ".join(MODULE_NAMES),
        )
    return settings().vggish if name == "vggish" else settings().yamnet


def is_hub_address(configured: str) -> bool:
    """Whether a setting names a hub; a folder otherwise."""
    return "://" in configured


def is_there(name: str) -> bool:
    """Whether a module can be used without a download."""
    configured = configured_address(name)
    if is_hub_address(configured):
        return stored(name) is not None
    return Path(configured, MARK).is_file()


def stored(name: str) -> StoredModule | None:
    """The module that was brought in; None before."""
    data = storage_files.read(settings().storage, f"{FOLDER}/{name}.json")
    return None if data is None else StoredModule.from_json(object_of(json.loads(data)))


def put(folder: Path) -> tuple[str, int]:
    """Take a folder with a module into the storage; the hash of its files and their bytes. The folder is gone then."""
    sha256, size_bytes = digest(folder)
    if not _is_local():
        for name in (names := [str(file.relative_to(folder)) for file in _files(folder)]):
            storage_files.write(settings().storage, f"{FOLDER}/{sha256}/{name}", (folder / name).read_bytes())
        storage_files.write(settings().storage, f"{FOLDER}/{sha256}/{FILE_LIST}", json.dumps(names).encode())
    target = _local_folder(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    shared_folders.put(folder, target, mark=MARK)
    return sha256, size_bytes


def record(module: StoredModule) -> None:
    """Let this be the module in force."""
    storage_files.write(settings().storage, f"{FOLDER}/{module.name}.json", json.dumps(module.as_json()).encode())


def local_copy(module: StoredModule) -> Path:
    """The folder of a module on this machine; copied from the storage where that is elsewhere.

    Raises
    ------
    Unavailable
        The storage has lost it.
    """
    folder = _local_folder(module.sha256)
    if not (folder / MARK).is_file():
        _copy(module, folder)
    return folder


def digest(folder: Path) -> tuple[str, int]:
    """SHA-256 over the names, sizes and hashes of all files, and their bytes together."""
    together, size_bytes = hashlib.sha256(), 0
    for file in _files(folder):
        size_bytes += file.stat().st_size
        line = f"{file.relative_to(folder).as_posix()} {file.stat().st_size} {file_sha256(file)}\n"
        together.update(line.encode())
    return together.hexdigest(), size_bytes


def file_sha256(file: Path) -> str:
    """Of the bytes of a file, however large."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def working_folder() -> Path:
    """Where downloads and what is unpacked of them lie until they are whole: beside the modules of this machine."""
    folder = settings().local_folder / FOLDER / ".unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copy(module: StoredModule, folder: Path) -> None:
    listed = None if _is_local() else storage_files.read(settings().storage, f"{FOLDER}/{module.sha256}/{FILE_LIST}")
    if listed is None:
        raise Unavailable(
            "The files of {module_names} are gone from the storage: `python -m core fetch {name}` "
            "brings them in again.",
            module_names=MODULE_NAMES[module.name],
            name=module.name,
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = shared_folders.fresh(folder)
    for name in json.loads(listed):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_bytes(storage_files.read(settings().storage, f"{FOLDER}/{module.sha256}/{name}") or b"")
    if digest(new)[0] != module.sha256:
        shared_folders.remove(new)
        raise Unavailable(
            "The files of {module_names} in the storage are damaged: fetch it again.",
            module_names=MODULE_NAMES[module.name],
        )
    shared_folders.put(new, folder, mark=MARK)


def _local_folder(sha256: str) -> Path:
    return settings().local_folder / FOLDER / sha256


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(file for file in folder.rglob("*") if file.is_file()))


def _is_local() -> bool:
    return "://" not in settings().storage
