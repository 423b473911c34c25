"""Signed receipts of erasures: what was erased, when, by whom, how much; not who.

`hash` is SHA-256 over the canonical JSON of everything else, `signature` HMAC-SHA256 of it with the secret of this
installation: a receipt that was changed, or comes from elsewhere, does not pass `is_genuine`. The audit log holds the
hash too, in its chain.
"""

from __future__ import annotations

import hashlib

from core.domain.actor import Actor
from core.domain.audit import canonical_json
from core.domain.erasure import Receipt
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import NotFound
from core.workflows.accounts import authorisation, server_secret
from db import erasure_records, session

FORMAT = 1
PURPOSE = "earshot erasure receipt"
NOT_SIGNED = ("hash", "signature")


def signed(body: JsonObject) -> JsonObject:
    """The body with its hash and its signature."""
    digest = _hash({"format": FORMAT, **body})
    signature = server_secret.signature(digest, purpose=PURPOSE)
    return {"format": FORMAT, **body, "hash": digest, "signature": signature}


def is_genuine(body: JsonObject) -> bool:
    """Whether this installation signed exactly this receipt."""
    content = {key: value for key, value in body.items() if key not in NOT_SIGNED}
    digest, signature = body.get("hash"), body.get("signature")
    if not isinstance(digest, str) or not isinstance(signature, str):
        return False
    return _hash(content) == digest and server_secret.is_signed(digest, signature, purpose=PURPOSE)


def all_receipts(*, actor: Actor) -> list[Receipt]:
    """Newest first."""
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        return erasure_records.receipts(tx)


def receipt(number: int, *, actor: Actor) -> Receipt:
    """One receipt, or NotFound."""
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        stored = erasure_records.receipt(tx, number)
    if stored is None:
        raise NotFound(
            "There is no receipt {number}.",
            number=number,
        )
    return stored


def _hash(content: JsonObject) -> str:
    return hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()
