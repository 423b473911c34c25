"""A request that names itself (the header Idempotency-Key) and comes again gets the answer of the first.

Stored are digests and the answer, for a day. The fingerprint of the request is keyed with the header's value, which
is not stored: nobody can find out from it whether a recording was in a request.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

from core.domain.api_keys import ApiKey
from core.domain.json_types import JsonObject
from core.errors import Conflict, Refused
from core.workflows.accounts import passwords
from db import repeated_requests, session

REMEMBERED = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=10)  # of a server that ended meanwhile
LONGEST_NAME = 255


def fingerprint(name: str, *parts: bytes) -> str:
    """What a request asks, as 64 hexadecimal digits; equal for equal parts under the same name."""
    digest = hmac.new(name.encode(), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def answer_once(
    key: ApiKey, name: str, request_fingerprint: str, compute: Callable[[], JsonObject]
) -> tuple[JsonObject, bool]:
    """The answer, and whether it is that of an earlier request. What `compute` raises is not stored.

    Parameters
    ----------
    name : the value of the header; names of two keys are apart

    Raises
    ------
    Refused
        The name is too long, or came with another request before.
    Conflict
        The first request of this name is still being answered.
    """
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(
            "Idempotency-Key has {n_name} characters; expected 1 to {longest_name}.",
            n_name=len(name),
            longest_name=LONGEST_NAME,
        )
    token_hash, now = passwords.hash_secret(name), session.now()
    with session.writing() as tx:
        repeated_requests.forget(tx, before=now - REMEMBERED)
        request_id = repeated_requests.begin(tx, key.id, token_hash, request_fingerprint, now)
        known = None if request_id is not None else repeated_requests.get(tx, key.id, token_hash)
        if known is not None and known.answer is None and now - known.began_at > GIVEN_UP:
            repeated_requests.remove(tx, known.id)
            request_id = repeated_requests.begin(tx, key.id, token_hash, request_fingerprint, now)
    if request_id is None:
        return _known_answer(known, request_fingerprint), True
    try:
        answer = compute()
    except BaseException:
        with session.writing() as tx:
            repeated_requests.remove(tx, request_id)
        raise
    with session.writing() as tx:
        repeated_requests.set_answer(tx, request_id, answer)
    return answer, False


def _known_answer(known: repeated_requests.NamedRequest | None, request_fingerprint: str) -> JsonObject:
    if known is not None and known.fingerprint != request_fingerprint:
        raise Refused("This Idempotency-Key came with another request before; use a new one for each request.")
    if known is None or known.answer is None:
        raise Conflict("The first request with this Idempotency-Key is still being answered; ask again in a moment.")
    return known.answer
