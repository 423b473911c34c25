"""Accounts of judges, staff and administrators. An account is never deleted, only deactivated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from core.domain.accounts import Account, Credentials
from core.domain.json_types import JsonObject, JsonValue
from core.domain.labels import Role
from core.domain.names import person_key, person_name
from core.errors import Conflict
from db import session
from db.commit_hooks import StoredChanges
from db.prepared import Prepared
from db.schema import accounts, adjudications, judgements, repeats

_STORED = StoredChanges()
_ROLE_IN_FORCE: Prepared[tuple[Role]] = Prepared(
    select(accounts.c.role).where(accounts.c.id == bindparam("account_id"), accounts.c.is_active)
)
_BY_ID = select(accounts).where(accounts.c.id == bindparam("account_id"))


def lock_accounts(tx: Connection) -> None:
    """Let nobody else change accounts until this transaction ends.

    SQLite has one writer at a time anyhow.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))


def add(tx: Connection, name: str, role: Role, password_hash: str | None, *, is_external: bool = False) -> Account:
    """A new account.

    Raises
    ------
    Conflict
        The name is taken, in whatever case it is written.
    """
    name = person_name(name)
    if by_name(tx, name) is not None:
        raise Conflict(
            "There is already an account named {name!r}; choose another name.",
            name=name,
        )
    values = {
        "name": name,
        "role": role,
        "password_hash": password_hash,
        "created_at": session.now(),
        "is_external": is_external,
    }
    try:
        row = tx.execute(insert(accounts).values(values).returning(accounts)).one()
    except IntegrityError:
        raise Conflict(
            "There is already an account named {name!r}; choose another name.",
            name=name,
        ) from None
    return account_of_row(row)


def get(tx: Connection, account_id: int) -> Account | None:
    """The account of that number; None when there is none."""
    return first(tx, _BY_ID, {"account_id": account_id})


def role_in_force(tx: Connection, account_id: int) -> Role | None:
    """The role of an active account; None when there is none of that number, or it is not active."""
    row = _ROLE_IN_FORCE.first(tx, {"account_id": account_id})
    return row[0] if row else None


def first(tx: Connection, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Account | None:
    """The account that a query of all columns of accounts gives, or None."""
    row = tx.execute(query, dict(values)).one_or_none()
    return None if row is None else account_of_row(row)


def by_name(tx: Connection, name: str) -> Account | None:
    """The account of that name, in whatever case."""
    known = credentials(tx, name)
    return None if known is None else known.account


def credentials(tx: Connection, name: str) -> Credentials | None:
    """The account of that name and its password hash; the exact spelling wins over another case."""
    name = person_name(name)
    query = select(accounts).where(_is_named(name)).order_by((accounts.c.name == name).desc()).limit(1)
    row = tx.execute(query).one_or_none()
    if row is None and not name.isascii():
        row = _in_another_case(tx, name)
    return None if row is None else Credentials(account_of_row(row), row.password_hash)


def all_accounts(tx: Connection) -> list[Account]:
    """All accounts by name, deactivated ones included."""
    rows = tx.execute(select(accounts).order_by(func.lower(accounts.c.name)))
    return [account_of_row(row) for row in rows]


def has_any_password(tx: Connection) -> bool:
    """Whether anybody ever had a password."""
    return tx.execute(select(accounts.c.id).where(accounts.c.password_hash.is_not(None)).limit(1)).first() is not None


def count_administrators(tx: Connection) -> int:
    """Administrators who can sign in now."""
    return tx.execute(
        select(func.count())
        .select_from(accounts)
        .where(accounts.c.role == Role.ADMIN, accounts.c.is_active)
        .where(or_(accounts.c.password_hash.is_not(None), accounts.c.oidc_subject.is_not(None)))
    ).scalar_one()


def set_password_hash(tx: Connection, account_id: int, password_hash: str) -> None:
    """Replace what the password is checked against."""
    change(tx, account_id, password_hash=password_hash)


def set_two_step_since(tx: Connection, account_id: int, at: datetime | None) -> None:
    """From when on a code is asked after the password; None: not any more."""
    change(tx, account_id, two_step_since=at)


def set_role(tx: Connection, account_id: int, role: Role) -> None:
    """Change the role; sign-ins stay."""
    change(tx, account_id, role=role)


def match(tx: Connection, external_id: int, account_id: int) -> int:
    """Let an external annotator be somebody of us: what stands under it stands under the account from now on.

    Labels of recordings that the account has labelled itself in the same round stay where they are.

    Returns
    -------
    moved : how many rows.
    """
    change(tx, external_id, matched_to=account_id)
    moved = 0
    for table, of_what in ((judgements, ("recording_id", "round")), (adjudications, ()), (repeats, ())):
        is_external = table.c.account_id == external_id
        query = update(table).where(is_external)
        if of_what:
            own = table.alias()
            same = [own.c[name] == table.c[name] for name in of_what]
            is_taken = select(own.c.id).where(own.c.account_id == account_id, own.c.undone_at.is_(None), *same)
            query = query.where(~is_taken.exists())
        moved += tx.execute(query.values(account_id=account_id)).rowcount
    return moved


def set_active(tx: Connection, account_id: int, *, is_active: bool) -> None:
    """Close an account, or open it again."""
    change(tx, account_id, is_active=is_active)


def set_may_judge(tx: Connection, account_id: int, languages: Sequence[str]) -> None:
    """The languages of the recordings that come to this account; none: all."""
    change(tx, account_id, may_judge=list(languages))


def set_qualified(tx: Connection, account_id: int, at: datetime) -> None:
    """Note when a judge passed the qualification."""
    change(tx, account_id, qualified_at=at)


def set_speaks(tx: Connection, account_id: int, speaks: str) -> None:
    """Change the language of every word the account is shown."""
    change(tx, account_id, speaks=speaks)


def preferences(tx: Connection, account_id: int) -> JsonObject:
    """The desk as this account likes it, as `set_preferences` left it; empty before."""
    return dict(
        tx.execute(select(accounts.c.preferences).where(accounts.c.id == account_id)).scalar_one_or_none() or {}
    )


def set_preferences(tx: Connection, account_id: int, preferences: Mapping[str, JsonValue]) -> None:
    """Replace the desk as this account likes it."""
    change(tx, account_id, preferences=dict(preferences))


def version() -> int:
    """Rises when a change of an account or a sign-in by this process is stored: what was read before is not sure."""
    return _STORED.number


def will_change(tx: Connection) -> None:
    """Note that this transaction changes an account or a sign-in."""
    _STORED.expect(tx)


def change(tx: Connection, account_id: int, **values: object) -> None:
    """Set columns of an account."""
    will_change(tx)
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def account_of_row(row: Row[Any]) -> Account:
    """The account of a row of the table, without what proves who it is."""
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,
        is_active=row.is_active,
        can_sign_in=row.is_active and not row.is_external and _has_a_way_in(row),
        created_at=row.created_at,
        speaks=row.speaks,
        may_judge=tuple(row.may_judge),
        qualified_at=row.qualified_at,
        is_external=row.is_external,
        matched_to=row.matched_to,
        has_password=row.password_hash is not None,
        has_two_steps=row.two_step_since is not None,
        oidc_login=row.oidc_login or "",
        is_linked=row.oidc_subject is not None,
    )


def _is_named(name: str) -> ColumnElement[bool]:
    # SQLite's lower() knows ASCII only, so the exact spelling is compared as well
    return or_(accounts.c.name == name, func.lower(accounts.c.name) == name.lower())


def _in_another_case(tx: Connection, name: str) -> Row[Any] | None:
    # SQLite's lower() leaves accented capitals as they are, so accents are compared here
    rows = tx.execute(select(accounts).order_by(accounts.c.id))
    return next((row for row in rows if person_key(row.name) == person_key(name)), None)


def _has_a_way_in(row: Row[Any]) -> bool:
    return row.password_hash is not None or row.oidc_subject is not None
