"""The bytes that a browser gets of a stored recording: the original, or a copy where browsers do not play it.

A copy is FLAC of the very samples that models get: 16 kHz, one channel, 24 bits, which holds every sample of up to 24
bits as it is. It is made when it is first wanted and lies at `<storage>/copies/<spec hash>/<ab>/<sha256>.flac`, a cache
that is safe to delete; the original is never touched. Which originals browsers play stands in `formats`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from core.audio import encoding, riff, store
from core.audio.decoding_pool import decode_apart, describe_apart
from core.errors import NotFound, UndecodableAudio

FOLDER = "copies"
EXTENSION = "flac"
_REMEMBERED = 100_000  # of which recordings browsers play the original: a hundred bytes each


@dataclass(frozen=True)
class CopySpec:
    """`version` covers decoding and mixing: it is raised with every change that alters how a copy sounds."""

    version: int = 1
    sample_rate_hz: int = 16_000
    bits: int = 24

    @property
    def hash(self) -> str:
        """16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


SPEC = CopySpec()


def playable(storage: str, sha256: str, extension: str, original: bytes) -> tuple[bytes, str]:
    """The bytes that browsers play, and the extension of their container.

    What can no longer be decoded is given as it is.

    Parameters
    ----------
    original : the bytes of the recording `sha256`.

    Raises
    ------
    Unavailable
        Nothing can be decoded just now.
    """
    try:
        is_played = _PLAYED.get(sha256)
        if is_played is None:
            is_played = _remember(sha256, _is_played(storage, sha256, original))
        return (original, extension) if is_played else (_copy(storage, sha256, original), EXTENSION)
    except UndecodableAudio:
        return original, extension


def forget(storage: str, sha256: str) -> None:
    """Remove every copy of a recording, of whatever version."""
    for spec_hash in store.folders(storage, FOLDER):
        store.remove(storage, _path(spec_hash, sha256))


_PLAYED: dict[str, bool] = {}
"""By SHA-256; bytes under a hash never change."""


def _remember(sha256: str, is_played: bool) -> bool:
    if len(_PLAYED) >= _REMEMBERED:
        _PLAYED.clear()
    _PLAYED[sha256] = is_played
    return is_played


def _is_played(storage: str, sha256: str, original: bytes) -> bool:
    if store.exists(storage, _path(SPEC.hash, sha256)):
        return False
    # most recordings: no other process need decode these to know
    return riff.is_plain(original) or describe_apart(original).is_played_by_browsers


def _copy(storage: str, sha256: str, original: bytes) -> bytes:
    data = store.read_cache(storage, _path(SPEC.hash, sha256))
    if data is None:
        data = encoding.flac(decode_apart(original).samples, bits=SPEC.bits)
        store.write(storage, _path(SPEC.hash, sha256), data)
    return data


def _path(spec_hash: str, sha256: str) -> str:
    if not store.is_sha256(sha256):
        raise NotFound(
            "No recording is called {sha256!r}: expected a SHA-256.",
            sha256=sha256,
        )
    return f"{FOLDER}/{spec_hash}/{sha256[:2]}/{sha256}.{EXTENSION}"
