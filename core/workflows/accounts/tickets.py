"""What stands between a right password and the code of the authenticator: a signed note, good for some minutes.

It is bound to the password as it was then. By itself it opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.domain.accounts import Credentials
from core.workflows.accounts import passwords, server_secret

LIFETIME_S = 300


@dataclass(frozen=True)
class Ticket:
    """`fingerprint`: of the password hash at that time. `speaks`: the language of whoever signs in."""

    account_id: int
    fingerprint: str
    speaks: str
    by: str


def issue(known: Credentials, speaks: str, *, by: str = "password") -> str:
    """The note for an account that has passed its first step."""
    return _serializer().dumps([known.account.id, fingerprint(known), speaks, by])


def read(written: str) -> Ticket | None:
    """What a note says; None for one that is none of ours, changed, or too old."""
    try:
        account_id, print_, speaks, by = _serializer().loads(written, max_age=LIFETIME_S)
    except (BadSignature, ValueError, TypeError):
        return None
    return Ticket(int(account_id), str(print_), str(speaks), str(by))


def fingerprint(known: Credentials) -> str:
    return passwords.hash_secret(known.password_hash or "")[:20]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(server_secret.server_secret(), salt="earshot second step")
