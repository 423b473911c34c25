"""Keys for programs: made, listed, revoked, and recognised when a request comes with one.

A secret is 256 random bits and shown once; its SHA-256 is stored, which is enough for what nobody can guess.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.api_keys import (
    MOST_PER_MINUTE,
    PREFIX,
    SECRET_BYTES,
    ApiKey,
    KeyLimits,
    Scope,
    parse_networks,
    sorted_scopes,
)
from core.domain.decisions import LONGEST_SOURCE
from core.domain.names import checked_person_name
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused, Unavailable
from core.workflows.accounts import authorisation, passwords
from db import api_keys, audit, session

LONGEST_NAME = 60
USE_NOTED_EVERY = timedelta(minutes=1)


def create(
    name: str, scopes: Collection[Scope], limits: KeyLimits | None = None, *, actor: Actor
) -> tuple[ApiKey, str]:
    """A new key, and its secret, which cannot be read again.

    Raises
    ------
    Refused
        The name, the scopes or a limit cannot be used; the message says which.
    Conflict
        A key, in force or revoked, has the name.
    """
    authorisation.require_confirmed_first(actor, Permission.MANAGE_KEYS)
    limits = limits or KeyLimits()
    name = checked_person_name(name)
    _check(name, scopes, limits)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_KEYS)
        key_id = api_keys.add(tx, name, passwords.hash_secret(secret), scopes, limits, account_id=actor.account_id)
        audit.record(tx, actor.account_id, actor.name, "add key", name, _audited(scopes, limits))
        return _existing(api_keys.get(tx, key_id), name), secret


def revoke(name: str, *, actor: Actor) -> ApiKey:
    """Take a key out of force at once, for good.

    Raises
    ------
    NotFound, Conflict
        There is no such key; it was revoked before.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_KEYS)
        key = _existing(api_keys.by_name(tx, name), name)
        if key.revoked_at is not None:
            raise Conflict(
                "The key {name!r} was revoked on {revoked_at:%d %B %Y} already.",
                name=name,
                revoked_at=key.revoked_at,
            )
        api_keys.revoke(tx, key.id)
        audit.record(tx, actor.account_id, actor.name, "revoke key", name)
        return _existing(api_keys.get(tx, key.id), name)


def revoke_own(name: str, *, actor: Actor) -> ApiKey:
    """`revoke` for a key that the actor made; NotFound for everybody else's."""
    authorisation.require_first(actor, Permission.MANAGE_KEYS)
    with session.reading() as tx:
        key = api_keys.by_name(tx, name)
    if key is None or key.created_by != actor.name:
        raise NotFound("There is no key named {name!r} that you made.", name=name)
    return revoke(name, actor=actor)


def all_keys() -> list[ApiKey]:
    """Every key, revoked ones included, oldest first. Of no key is the secret stored."""
    with session.reading() as tx:
        return api_keys.all_keys(tx)


def key_of_secret(secret: str) -> ApiKey | None:
    """The key in force that has this secret; None for an unknown, a revoked and an expired one alike.

    Read from the database each time: a key that was revoked opens nothing any more. Its last use is stored once a
    minute.
    """
    if not secret.startswith(PREFIX):
        return None
    with session.reading() as tx:
        key = api_keys.by_secret_hash(tx, passwords.hash_secret(secret))
    now = session.now()
    if key is None or not key.is_in_force(now):
        return None
    if key.used_at is None or now - key.used_at >= USE_NOTED_EVERY:
        with suppress(Unavailable), session.writing() as tx:  # for a list only: no reason to turn a program away
            api_keys.note_use(tx, key.id, now)
    return key


def _check(name: str, scopes: Collection[Scope], limits: KeyLimits) -> None:
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(
            "The name of a key has 1 to {longest_name} characters, not {n_name}.",
            longest_name=LONGEST_NAME,
            n_name=len(name),
        )
    if not scopes:
        raise Refused(
            "A key needs at least one scope of: {scope}.",
            scope=", ".join(Scope),
        )
    if not 1 <= limits.per_minute <= MOST_PER_MINUTE:
        raise Refused(
            "{per_minute} requests a minute cannot be set; expected 1 to {most_per_minute}.",
            per_minute=limits.per_minute,
            most_per_minute=MOST_PER_MINUTE,
        )
    if limits.expires_at is not None and limits.expires_at <= session.now():
        raise Refused(
            "The key would be over already: {expires_at:%d %B %Y} has passed.",
            expires_at=limits.expires_at,
        )
    try:
        parse_networks(limits.networks)
    except ValueError as error:
        raise Refused(
            "{error}; expected an address or a network such as 10.0.0.0/8.",
            error=error,
        ) from None
    for source in limits.sources:
        if not source or len(source) > LONGEST_SOURCE:
            raise Refused(
                "{source!r} is no source: expected 1 to {longest_source} characters.",
                source=source[:40],
                longest_source=LONGEST_SOURCE,
            )


def _existing(key: ApiKey | None, name: str) -> ApiKey:
    if key is None:
        raise NotFound(
            "There is no key named {name!r}.",
            name=name,
        )
    return key


def _audited(scopes: Collection[Scope], limits: KeyLimits) -> dict[str, object]:
    return {
        "scopes": [str(scope) for scope in sorted_scopes(scopes)],
        "per_minute": limits.per_minute,
        "expires_at": limits.expires_at.isoformat() if limits.expires_at else None,
        "networks": list(limits.networks),
        "sources": list(limits.sources),
    }
