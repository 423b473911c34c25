"""The cookie that says who is there: a sign-in's secret token, signed, unreadable to scripts.

The signature turns away made-up cookies before the database is asked; whether a sign-in is still in force, the
database alone says. Signed by itsdangerous with the secret of `settings().secret_key`, or with one that is made once
and kept in the file `secret` of the local folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itsdangerous import BadSignature, TimestampSigner

from core.config import settings
from core.workflows.accounts import server_secret

NAME = "earshot"


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
    return TimestampSigner(server_secret.server_secret(), salt="earshot sign-in")
