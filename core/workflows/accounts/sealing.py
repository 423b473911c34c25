"""Small secrets that the database stores sealed: a copy of the database alone does not give them.

The key is derived from the secret of this installation, which is not in the database. Where recordings are encrypted,
the sealed text is sealed once more with the key of the storage. Only this module knows how.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken

from core.config import settings
from core.errors import Unavailable
from core.sealing import texts
from core.sealing.keys import SealingKey
from core.workflows.accounts import server_secret

WAY = "secret-1:"
PURPOSE = b"earshot sealed secrets"
STORED_PURPOSE = "authenticator"


def seal(secret: str) -> str:
    """The text to store."""
    sealed = WAY + _sealer().encrypt(secret.encode()).decode()
    return texts.seal_text(sealed, settings().encryption_keys, purpose=STORED_PURPOSE)


def unseal(sealed: str) -> str:
    """The secret in a stored text.

    Raises
    ------
    Unavailable
        It was sealed by an installation with another secret.
    SettingsError, Damaged
        It was sealed with an encryption key that is not set, or it was changed.
    """
    inner = texts.unseal_text(sealed, settings().encryption_keys, purpose=STORED_PURPOSE)
    try:
        return _sealer().decrypt(inner.removeprefix(WAY).encode()).decode()
    except InvalidToken:
        raise Unavailable(
            "The secret of this account's authenticator cannot be opened: the secret of this installation is another "
            "one. Use a recovery code, or let an administrator turn the second step off."
        ) from None


def reseal(sealed: str, keys: Sequence[SealingKey]) -> str:
    """A stored text under the first of these keys, or under none; as it is where it is so already.

    Raises
    ------
    SettingsError, Damaged
        As `unseal`.
    """
    if keys and texts.is_sealed_with(sealed, keys[0]):
        return sealed
    inner = texts.unseal_text(sealed, settings().encryption_keys, purpose=STORED_PURPOSE)
    return texts.seal_text(inner, keys, purpose=STORED_PURPOSE)


def _sealer() -> Fernet:
    key = hmac.digest(server_secret.server_secret().encode(), PURPOSE, hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
