"""The secret of this installation: it signs cookies and receipts.

It is EARSHOT_SECRET_KEY, or drawn once and stored in the file `secret` of the local folder, for its owner only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from core.config import settings

SECRET_FILE = "secret"  # noqa: S105 - the file's name, not a secret


def server_secret() -> str:
    """The secret in force."""
    return settings().secret_key or _stored_secret(settings().local_folder.absolute())


def signature(message: str, *, purpose: str) -> str:
    """HMAC-SHA256 of a message, 64 hexadecimal digits. Another purpose is another key."""
    key = hmac.digest(server_secret().encode(), purpose.encode(), hashlib.sha256)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def is_signed(message: str, signed: str, *, purpose: str) -> bool:
    """Whether the signature is this installation's."""
    return hmac.compare_digest(signature(message, purpose=purpose).encode(), signed.encode())


@lru_cache(maxsize=8)
def _stored_secret(folder: Path) -> str:
    """The secret in `folder`, drawn on first use. Two processes that start together end up with the same."""
    file = folder / SECRET_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{SECRET_FILE}-{os.getpid()}-{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)  # fails when another process was first, unlike a rename
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()
