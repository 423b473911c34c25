"""Keys that seal files: 32 random bytes each, written as 44 signs of base64, the first of a list for what is new.

A key is named by its id, a digest that says nothing about it; ids may stand in files, logs and messages, keys nowhere.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from core.errors import SettingsError

KEY_BYTES = 32
ID_BYTES = 8
_ID_PURPOSE = b"earshot key id 1"
_BETWEEN_KEYS = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class SealingKey:
    """One key; never shown, not even by `repr`."""

    material: bytes = field(repr=False)

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits."""
        return hmac.digest(self.material, _ID_PURPOSE, "sha256")[:ID_BYTES].hex()


def new_key() -> str:
    """A fresh key as it is written in a setting."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def parse_keys(text: str) -> tuple[SealingKey, ...]:
    """The keys of a setting, with commas, spaces or line ends between; each once.

    Raises
    ------
    ValueError
        One of them is no key. The message says which by its place, and nothing of what was written.
    """
    written = [part for part in _BETWEEN_KEYS.split(text) if part]
    keys = [_parse_key(part, number, len(written)) for number, part in enumerate(written, start=1)]
    return tuple(dict.fromkeys(keys))


def key_of_id(keys: Iterable[SealingKey], key_id: str, what: str) -> SealingKey:
    """The key of that id.

    Raises
    ------
    SettingsError
        It is none of these; `what` is the file that needs it, for the message.
    """
    known = {key.id: key for key in keys}
    if key_id in known:
        return known[key_id]
    if not known:
        raise SettingsError(f"{what} is encrypted with the key {key_id}; set EARSHOT_ENCRYPTION_KEY to that key.")
    raise SettingsError(
        f"{what} is encrypted with the key {key_id}; EARSHOT_ENCRYPTION_KEY has {', '.join(known)}. "
        "Put that key behind the new one, with a comma between."
    )


def _parse_key(written: str, number: int, total: int) -> SealingKey:
    try:
        material = base64.b64decode(written.replace("+", "-").replace("/", "_"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        material = b""
    if len(material) != KEY_BYTES:
        raise ValueError(
            f"key {number} of {total} is no key (it is {len(written)} signs long); expected 44 signs as "
            "`python -m core encryption new-key` prints them, with commas between several"
        )
    return SealingKey(material)
