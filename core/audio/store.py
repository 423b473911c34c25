"""Storage of bytes: original recordings and what is computed from them, below a folder or an fsspec URL.

A recording's name is its SHA-256: `<storage>/recordings/<ab>/<sha256>.<extension>`, `<ab>` being the first two digits.
A file appears whole or not at all and its content is never changed. Where EARSHOT_ENCRYPTION_KEY is set, what is
written is sealed for its path, so that it opens nowhere else; what was stored before is read as it is.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from core.addresses import shown
from core.audio import encryption_marker, storage_files
from core.config import settings
from core.errors import Damaged, NotFound, SettingsError, Unavailable
from core.sealing import sealed_bytes
from core.sealing.chunks import damaged
from core.sealing.keys import SealingKey

FOLDER = "recordings"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


def sha256_of(data: bytes) -> str:
    """64 hexadecimal digits: the name of a recording."""
    return hashlib.sha256(data).hexdigest()


def is_sha256(name: str) -> bool:
    """Whether it is the name of a recording: 64 hexadecimal digits."""
    return bool(_SHA256.fullmatch(name))


def put(storage: str, data: bytes, extension: str, *, sha256: str | None = None) -> str:
    """Store the original bytes of a recording; the same bytes twice are one file.

    Parameters
    ----------
    sha256 : of these bytes, where it is known

    Returns
    -------
    str
        Their SHA-256.

    Raises
    ------
    SettingsError
        The storage is encrypted, and the key is missing or another one.
    """
    sha256 = sha256 or sha256_of(data)
    path = _recording(sha256, extension)
    if not _is_stored(storage, path, len(data)):
        write(storage, path, data)
    storage_files.note_presence(storage, FOLDER)
    return sha256


def get(storage: str, sha256: str, extension: str) -> bytes:
    """The original bytes of a recording.

    Raises
    ------
    NotFound
        They are not in the storage.
    Unavailable
        The storage is away.
    Damaged
        They were changed since they were stored encrypted, or put in the place of such.
    SettingsError
        Their key is missing.
    """
    path = _recording(sha256, extension)
    stored = storage_files.read(storage, path)
    if stored is None:
        if storage_files.is_away(storage, FOLDER):  # a disk that is not mounted has lost nothing
            raise Unavailable(
                "The storage {storage} is away: it has no folder of recordings. Mount its disk.",
                storage=shown(storage),
            )
        raise NotFound(
            "The recording {sha256}.{extension} is not in the storage {storage}.",
            sha256=sha256[:12],
            extension=extension,
            storage=shown(storage),
        )
    storage_files.note_presence(storage, FOLDER)
    if sealed_bytes.is_sealed(stored):
        return sealed_bytes.unseal(stored, settings().encryption_keys, name=path)
    if settings().encryption_keys and sha256_of(stored) != sha256:  # nobody swaps a sealed file for a plain one
        raise damaged(path)
    return stored


def has(storage: str, sha256: str, extension: str) -> bool:
    """Whether the bytes of a recording are in the storage."""
    return exists(storage, _recording(sha256, extension))


def delete(storage: str, sha256: str, extension: str) -> None:
    """Remove the bytes of a recording, if they are there."""
    storage_files.remove(storage, _recording(sha256, extension))


def read_cache(storage: str, path: str) -> bytes | None:
    """The bytes of a cache at a path; None where there is nothing, or what is there does not open."""
    stored = storage_files.read(storage, path)
    if stored is None or not sealed_bytes.is_sealed(stored):
        return stored
    try:
        return sealed_bytes.unseal(stored, settings().encryption_keys, name=path)
    except (Damaged, SettingsError):
        return None


def write(storage: str, path: str, data: bytes) -> None:
    """Bytes to a path below the storage, sealed where a key is set: whole or not at all.

    Raises
    ------
    SettingsError
        The storage is encrypted, and the key is missing or another one.
    """
    keys = settings().encryption_keys
    if keys:
        _require_keys_once(storage, keys)
        data = sealed_bytes.seal(data, keys[0], name=path)
    else:
        encryption_marker.require_keys(storage, keys)  # each time: somebody may have encrypted the storage meanwhile
    storage_files.write(storage, path, data)


def remove(storage: str, path: str) -> None:
    """Remove what is at a path below the storage, if there is anything."""
    storage_files.remove(storage, path)


def exists(storage: str, path: str) -> bool:
    """Whether there is anything at a path below the storage."""
    return storage_files.size_of(storage, path) is not None


def folders(storage: str, path: str) -> list[str]:
    """Names of the folders directly below a path of the storage."""
    return storage_files.folders(storage, path)


def _is_stored(storage: str, path: str, n_bytes: int) -> bool:
    """Whether that many bytes are there, plain or sealed with a key in force: what was torn is written anew."""
    size, keys = storage_files.size_of(storage, path), settings().encryption_keys
    if size == n_bytes:
        return True
    if not keys or size != sealed_bytes.sealed_size(n_bytes):
        return False
    head = storage_files.read_head(storage, path, sealed_bytes.HEAD_BYTES) or b""
    return sealed_bytes.is_sealed(head) and sealed_bytes.key_id(head) in {key.id for key in keys}


@lru_cache(maxsize=64)
def _require_keys_once(storage: str, keys: tuple[SealingKey, ...]) -> None:
    encryption_marker.require_keys(storage, keys)


def _recording(sha256: str, extension: str) -> str:
    if not _SHA256.fullmatch(sha256) or not _EXTENSION.fullmatch(extension):
        raise NotFound(
            "No recording is called {sha256!r}.{extension!r}: expected a SHA-256 and an extension.",
            sha256=sha256,
            extension=extension,
        )
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{extension}"
