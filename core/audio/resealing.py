"""Stored files one by one: which key each needs, and the same bytes under another key or in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.audio import storage_files, store
from core.config import settings
from core.sealing import sealed_bytes
from core.sealing.chunks import damaged
from core.sealing.keys import SealingKey

RECORDINGS = "recordings"
FOLDERS = (RECORDINGS, "features", "copies", "learned")
"""All of a storage by which a child can be heard: sound, its copies, and features, of which sound can be made again.

And what was learned, where a storage that is elsewhere holds it: `core.workflows.training.stored_folders`.
"""


@dataclass(frozen=True)
class SealableFile:
    """A file of the storage; `key_id` is of the key that opens it, None: it is not encrypted."""

    path: str
    key_id: str | None

    @property
    def sha256(self) -> str:
        """Of the recording that it belongs to, as its name says."""
        return PurePosixPath(self.path).stem


def stored_files(storage: str) -> Iterator[SealableFile]:
    """Every file that is encrypted where a key is set, by its first bytes."""
    for folder in FOLDERS:
        for path in storage_files.paths_below(storage, folder):
            head = storage_files.read_head(storage, path, sealed_bytes.HEAD_BYTES)
            if head is not None:  # erased meanwhile
                yield SealableFile(path, sealed_bytes.key_id(head) if sealed_bytes.is_sealed(head) else None)


def reseal(storage: str, file: SealableFile, key: SealingKey | None) -> bool:
    """Write a file anew under a key, or in the clear; False where it is gone meanwhile.

    Raises
    ------
    Damaged
        It does not open, or a recording holds other bytes than its name says. It stays as it is.
    SettingsError
        Its key is none of those in force.
    """
    stored = storage_files.read(storage, file.path)
    if stored is None:
        return False
    is_sealed = sealed_bytes.is_sealed(stored)
    data = sealed_bytes.unseal(stored, settings().encryption_keys, name=file.path) if is_sealed else stored
    if file.path.startswith(f"{RECORDINGS}/") and store.sha256_of(data) != file.sha256:
        raise damaged(file.path)
    storage_files.write(storage, file.path, data if key is None else sealed_bytes.seal(data, key, name=file.path))
    return True
