"""Keys for programs: found by the hash of their secret, revoked and never deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.api_keys import ApiKey, KeyLimits, Scope, sorted_scopes
from core.errors import Conflict
from db import session
from db.schema import accounts, api_keys

COMMAND_LINE = "command line"


def add(
    tx: Connection,
    name: str,
    secret_hash: str,
    scopes: Collection[Scope],
    limits: KeyLimits,
    *,
    account_id: int | None,
) -> int:
    """A new key; its number. Conflict when a key, in force or revoked, has the name."""
    values = {
        "name": name,
        "secret_hash": secret_hash,
        "scopes": [str(scope) for scope in sorted_scopes(scopes)],
        "per_minute": limits.per_minute,
        "networks": list(limits.networks),
        "sources": list(limits.sources),
        "expires_at": limits.expires_at,
        "account_id": account_id,
        "created_at": session.now(),
    }
    try:
        with tx.begin_nested():
            return int(tx.execute(insert(api_keys).values(values).returning(api_keys.c.id)).scalar_one())
    except IntegrityError:
        raise Conflict(
            "There is, or was, a key named {name!r}; choose another name.",
            name=name,
        ) from None


def get(tx: Connection, key_id: int) -> ApiKey | None:
    return _first(tx, _query().where(api_keys.c.id == key_id))


def by_secret_hash(tx: Connection, secret_hash: str) -> ApiKey | None:
    """The key, in force or not."""
    return _first(tx, _query().where(api_keys.c.secret_hash == secret_hash))


def by_name(tx: Connection, name: str) -> ApiKey | None:
    return _first(tx, _query().where(api_keys.c.name == name))


def all_keys(tx: Connection) -> list[ApiKey]:
    """Every key, revoked ones included, oldest first."""
    return [_key(row) for row in tx.execute(_query().order_by(api_keys.c.id))]


def revoke(tx: Connection, key_id: int) -> None:
    """Take a key out of force; one that was revoked before keeps its time."""
    is_meant = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    tx.execute(update(api_keys).where(is_meant).values(revoked_at=session.now()))


def note_use(tx: Connection, key_id: int, at: datetime) -> None:
    tx.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=at))


def revoked_hashes(tx: Connection) -> set[str]:
    """The hashes of the secrets of revoked keys: a restore must not bring one back into force."""
    return set(tx.execute(select(api_keys.c.secret_hash).where(api_keys.c.revoked_at.is_not(None))).scalars())


def revoke_hashes(tx: Connection, secret_hashes: Collection[str]) -> None:
    """Revoke those of these keys that are in force."""
    for secret_hash in secret_hashes:
        is_meant = (api_keys.c.secret_hash == secret_hash) & api_keys.c.revoked_at.is_(None)
        tx.execute(update(api_keys).where(is_meant).values(revoked_at=session.now()))


def _query() -> Select[*tuple[Any, ...]]:
    return select(api_keys, accounts.c.name.label("created_by")).outerjoin(accounts)


def _first(tx: Connection, query: Select[*tuple[Any, ...]]) -> ApiKey | None:
    row = tx.execute(query).one_or_none()
    return None if row is None else _key(row)


def _key(row: Row[Any]) -> ApiKey:
    known = {scope.value for scope in Scope}
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=frozenset(Scope(word) for word in row.scopes if word in known),  # of a newer version: opens nothing here
        limits=KeyLimits(row.per_minute, row.expires_at, tuple(row.networks), tuple(row.sources)),
        created_by=row.created_by or COMMAND_LINE,
        created_at=row.created_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
