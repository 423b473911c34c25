"""Keys out of passphrases, by Argon2id; what it costs stands in the head of the file, bounded when it is read."""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from core.errors import Refused
from core.sealing.keys import KEY_BYTES, SealingKey

LEAST_SIGNS = 12
MOST_PASSES, MOST_MEMORY_KIB, MOST_LANES = 16, 1 << 20, 16


@dataclass(frozen=True)
class Argon2Cost:
    """Between the two settings that RFC 9106 recommends: somebody who has the file may try for years."""

    passes: int = 3
    memory_kib: int = 256 * 1024
    lanes: int = 4

    def packed(self) -> bytes:
        return _COST.pack(self.passes, self.memory_kib, self.lanes)

    @staticmethod
    def unpacked(data: bytes) -> Argon2Cost:
        """What `packed` gave.

        Raises
        ------
        Refused
            More than this machine should spend on a file from anywhere.
        """
        cost = Argon2Cost(*_COST.unpack(data))
        is_sane = (
            1 <= cost.passes <= MOST_PASSES
            and 1 <= cost.lanes <= MOST_LANES
            and 8 * cost.lanes <= cost.memory_kib <= MOST_MEMORY_KIB
        )
        if not is_sane:
            raise Refused(
                f"The file is damaged: its passphrase would take {cost.memory_kib} KiB and {cost.passes} passes."
            )
        return cost


_COST = struct.Struct("<III")
COST_BYTES = _COST.size


def require_long(passphrase: str) -> None:
    """Refuse what is guessed too soon.

    Raises
    ------
    Refused
        It is shorter than `LEAST_SIGNS`.
    """
    if len(passphrase.strip()) < LEAST_SIGNS:
        raise Refused(f"The passphrase is too short: at least {LEAST_SIGNS} signs, such as five words drawn at random.")


def key_from(passphrase: str, salt: bytes, cost: Argon2Cost) -> SealingKey:
    """The key of a passphrase, however a machine writes its accents."""
    secret = unicodedata.normalize("NFC", passphrase).encode()
    return SealingKey(hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID))
