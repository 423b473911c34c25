"""How an erased child or recording is recognised when an older backup brings it back.

A tombstone is a salted digest. A pseudonym may be short, so its digest is slow to compute (scrypt): trying all likely
pseudonyms costs, and a restore, which tries those in the backup, still takes seconds. All tombstones share one salt,
so that each pseudonym is tried once.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from core.domain.erasure import RECORDING, Tombstone, digest_of_recording
from db import children, erasure_records, recordings, session

CHILD = "child"
SALT_BYTES = 16
SCRYPT_COST, SCRYPT_BLOCK = 2**12, 8


def salt_in_use(tx: session.Connection) -> str:
    """The salt of the tombstones there are, or a new one."""
    known = erasure_records.all_tombstones(tx)
    return known[0].salt if known else secrets.token_hex(SALT_BYTES)


def of_erasure(
    pseudonyms: Iterable[str], sha256s: Mapping[str, datetime | None], *, salt: str, erased_at: str
) -> list[Tombstone]:
    """The tombstones of an erasure; `sha256s` with the time from which retention counted, where it did."""
    children_ = [Tombstone(CHILD, salt, digest_of_child(name, salt), erased_at) for name in pseudonyms]
    return children_ + [
        Tombstone(
            RECORDING, salt, digest_of_recording(sha256, salt), erased_at, counted.isoformat() if counted else None
        )
        for sha256, counted in sha256s.items()
    ]


def matching(tx: session.Connection, stones: Collection[Tombstone]) -> tuple[list[str], list[int]]:
    """What is in the database and was erased: pseudonyms, and numbers of recordings."""
    salts = {stone.salt for stone in stones}
    erased = {(stone.kind, stone.salt, stone.digest) for stone in stones}
    pseudonyms = [
        child.pseudonym
        for child in children.all_children(tx)
        if any((CHILD, salt, digest_of_child(child.pseudonym, salt)) in erased for salt in salts)
    ]
    numbers = [
        recording.id
        for recording in recordings.all_recordings(tx)
        if any((RECORDING, salt, digest_of_recording(recording.sha256, salt)) in erased for salt in salts)
    ]
    return pseudonyms, numbers


@lru_cache(maxsize=10_000)
def digest_of_child(pseudonym: str, salt: str) -> str:
    """64 hexadecimal digits."""
    name = unicodedata.normalize("NFC", pseudonym).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(name, salt=bytes.fromhex(salt), n=SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=32).hex()
