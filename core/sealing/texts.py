"""Small secrets sealed for a database column: short texts in, short texts out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from core.errors import Damaged
from core.sealing import sealed_bytes
from core.sealing.keys import SealingKey

WAY = "sealed-1:"


def seal_text(text: str, keys: Sequence[SealingKey], *, purpose: str) -> str:
    """The text sealed with the first key, for one purpose such as `two-step 17`; as it is where there is no key.

    What begins as sealed texts do is never passed on as it is.
    """
    if not keys:
        if text.startswith(WAY):
            raise Damaged(f"The secret for {purpose} looks sealed already.")
        return text
    return WAY + base64.b64encode(sealed_bytes.seal(text.encode(), keys[0], name=purpose)).decode()


def unseal_text(stored: str, keys: Sequence[SealingKey], *, purpose: str) -> str:
    """The text of what `seal_text` gave for that purpose; what is not sealed, as it is.

    Raises
    ------
    Damaged
        It was changed, or sealed for another purpose.
    SettingsError
        Its key is none of `keys`.
    """
    if not stored.startswith(WAY):
        return stored
    try:
        data = base64.b64decode(stored.removeprefix(WAY), validate=True)
    except binascii.Error:
        raise Damaged(f"The secret for {purpose} is damaged.") from None
    return sealed_bytes.unseal(data, keys, name=purpose).decode()


def is_sealed_with(stored: str, key: SealingKey) -> bool:
    """Whether a stored text is sealed with this key; what is not is sealed anew when used, as after a rotation."""
    if not stored.startswith(WAY):
        return False
    return sealed_bytes.key_id(base64.b64decode(stored.removeprefix(WAY))) == key.id
