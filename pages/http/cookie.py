"""The cookie that says who is there: a sign-in's secret token, signed, unreadable to scripts.

The signature turns away made-up cookies before the database is asked; whether a sign-in is still in force, the
database alone says. Signed by itsdangerous with the secret of `settings().secret_key`, or with one that is made once
and kept in the file `secret` of the local folder.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, TimestampSigner

from core.config import settings

NAME = "earshot"
SECRET_FILE = "secret"  # noqa: S105 - the file's name, not a secret


def sign(token: str) -> str:
    """The cookie's value for a sign-in's token."""
    return _signer().sign(token).decode()


def read(value: str | None) -> str | None:
    """The token in a cookie's value; None where there is none, it was changed, or it is too old."""
    if not value:
        return None
    try:
        return _signer().unsign(value, max_age=int(settings().session_hours * 3600)).decode()
    except (BadSignature, UnicodeError):
        return None


def attributes() -> Mapping[str, Any]:
    """How the cookie is set: keyword arguments of Starlette's `set_cookie`.

    Lax and not Strict: a link to a recording in a mail must not look like a stranger.
    """
    return {
        "max_age": int(settings().session_hours * 3600),
        "path": "/",
        "httponly": True,
        "samesite": "lax",
        "secure": settings().secure_cookie,
    }


def _signer() -> TimestampSigner:
    configured = settings().secret_key
    key = configured or _kept_secret(settings().local_folder.absolute())
    return TimestampSigner(key, salt="earshot sign-in")


@lru_cache(maxsize=8)
def _kept_secret(folder: Path) -> str:
    """The secret in `folder`, made on first use. Two processes that start together end up with the same one."""
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
