"""The cookie that says who is there: a sign-in's secret token, signed, unreadable to scripts.

The signature turns away made-up cookies before the database is asked; whether a sign-in is still in force, the
database alone says. Signed by itsdangerous with the secret of `settings().secret_key`, or with one that is made once
and kept in the file `secret` of the local folder.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, TimestampSigner
from starlette.responses import Response

from core.config import settings
from core.workflows.accounts import server_secret

NAME = "earshot"
HOST_PREFIX = "__Host-"  # browsers take such a cookie over HTTPS only, for this host and all of its paths
DEVICE_NAME = "earshot_device"
DEVICE_DAYS = 180
MOST_NAMES = 8  # of people who signed in on one device


def sign(token: str) -> str:
    """The cookie's value for a sign-in's token."""
    return _signer().sign(token).decode()


def read(value: str | None) -> str | None:
    """The token in a cookie's value; None where there is none, it was changed, or it is too old."""
    if not value:
        return None
    try:
        token, signed_at = _unsigned(value, server_secret.server_secret())
    except (BadSignature, UnicodeError):
        return None
    age_s = time.time() - signed_at.timestamp()
    return token if 0 <= age_s <= settings().session_hours * 3600 else None


@lru_cache(1024)
def _unsigned(value: str, secret: str) -> tuple[str, datetime]:
    """The token and when it was signed: what a signature is worth does not change while the secret is the same."""
    token, signed_at = _signer_with(secret).unsign(value, return_timestamp=True)
    return token.decode(), signed_at


def name() -> str:
    """What the cookie of a new sign-in is called."""
    return _named(NAME)


def token_of(cookies: Mapping[str, str]) -> str | None:
    """The token among a browser's cookies; a cookie of before `EARSHOT_SECURE_COOKIE` counts until it ends."""
    return read(cookies.get(name())) or read(cookies.get(NAME))


def has_sign_in(cookies: Mapping[str, str]) -> bool:
    """Whether a browser sends the cookie of a sign-in, in force or not."""
    return name() in cookies or NAME in cookies


def put(response: Response, token: str) -> None:
    """Set the cookie of a new sign-in."""
    response.set_cookie(name(), sign(token), **attributes())
    if name() != NAME:
        response.delete_cookie(NAME, path="/")


def remove(response: Response) -> None:
    """Take the sign-in's cookie away, under each name it may have."""
    for cookie_name in {name(), NAME}:
        response.delete_cookie(cookie_name, path="/", secure=settings().secure_cookie, httponly=True, samesite="lax")


def device_of(cookies: Mapping[str, str], person: str) -> str:
    """The device's id, if this person signed in on it before; else empty. `person`: the hash of a name."""
    device_id, people = _device(cookies)
    return device_id if _short(person) in people else ""


def remember_device(response: Response, cookies: Mapping[str, str], person: str) -> None:
    """Note in the browser that this person signed in on it: a stranger's wrong passwords then lock nobody out here."""
    device_id, people = _device(cookies)
    others = [known for known in people if known != _short(person)]
    newest = [*others[-MOST_NAMES + 1 :], _short(person)]
    value = _device_signer().sign(f"{device_id or secrets.token_hex(12)}:{','.join(newest)}").decode()
    lifetime_s = DEVICE_DAYS * 24 * 3600
    response.set_cookie(_named(DEVICE_NAME), value, **{**attributes(), "max_age": lifetime_s})


def put_note(response: Response, name: str, value: str, *, lifetime_s: int) -> None:
    """Let the browser hold something for some minutes, which is signed by whoever reads it again."""
    response.set_cookie(_named(name), value, **{**attributes(), "max_age": lifetime_s})


def note_of(cookies: Mapping[str, str], name: str) -> str:
    return cookies.get(_named(name), "")


def remove_note(response: Response, name: str) -> None:
    response.delete_cookie(_named(name), path="/", secure=settings().secure_cookie, httponly=True, samesite="lax")


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


def _named(plain_name: str) -> str:
    return f"{HOST_PREFIX}{plain_name}" if settings().secure_cookie else plain_name


def _device(cookies: Mapping[str, str]) -> tuple[str, list[str]]:
    value = cookies.get(_named(DEVICE_NAME), "")
    try:
        written = _device_signer().unsign(value, max_age=DEVICE_DAYS * 24 * 3600).decode()
    except (BadSignature, UnicodeError):
        return "", []
    device_id, _, people = written.partition(":")
    return device_id, people.split(",")


def _short(person: str) -> str:
    return person[:20]


def _signer() -> TimestampSigner:
    return _signer_with(server_secret.server_secret())


def _signer_with(secret: str) -> TimestampSigner:
    return TimestampSigner(secret, salt="earshot sign-in")


def _device_signer() -> TimestampSigner:
    return TimestampSigner(server_secret.server_secret(), salt="earshot device")
