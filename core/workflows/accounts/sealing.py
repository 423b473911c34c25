"""Small secrets that the database stores sealed: a copy of the database alone does not give them.

The key is derived from the secret of this installation, which is not in the database. `seal` and `unseal` are the only
two that know how; what is stored begins with the name of the way it was sealed, so that another way can be added.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from core.errors import Unavailable
from core.workflows.accounts import server_secret

WAY = "secret-1:"
PURPOSE = b"earshot sealed secrets"


def seal(secret: str) -> str:
    """The text to store."""
    return WAY + _sealer().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret in a stored text.

    Raises
    ------
    Unavailable
        It was sealed by an installation with another secret.
    """
    try:
        return _sealer().decrypt(sealed.removeprefix(WAY).encode()).decode()
    except InvalidToken:
        raise Unavailable(
            "The secret of this account's authenticator cannot be opened: the secret of this installation is another "
            "one. Use a recovery code, or let an administrator turn the second step off."
        ) from None


def _sealer() -> Fernet:
    key = hmac.digest(server_secret.server_secret().encode(), PURPOSE, hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
