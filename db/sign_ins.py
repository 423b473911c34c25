"""Sign-ins in force, by the hash of their token, and wrong passwords in a row, by the hash of the name."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, DateTime, bindparam, delete, func, insert, or_, select, update

from core.domain.accounts import Account, SignIn
from db import accounts, session
from db.schema import accounts as people
from db.schema import failed_sign_ins, sign_ins

LONGEST_BROWSER = 40

# what sent the request that this thread answers, in a few words; set by `audit_log.acting_from`
request_browser: ContextVar[str] = ContextVar("request_browser", default="")
# runs with every request, so put together once
_ACCOUNT_OF = (
    select(people)
    .join(sign_ins, sign_ins.c.account_id == people.c.id)
    .where(
        sign_ins.c.token_hash == bindparam("token_hash"),
        sign_ins.c.ended_at.is_(None),
        sign_ins.c.expires_at > bindparam("now"),
        func.coalesce(sign_ins.c.used_at, sign_ins.c.created_at) >= bindparam("used_since", type_=DateTime),
    )
)


def add(tx: Connection, token_hash: str, account_id: int, *, expires_at: datetime, address: str = "") -> None:
    """Store a sign-in that begins now, from this network address, in the browser of the request."""
    tx.execute(
        insert(sign_ins).values(
            token_hash=token_hash,
            account_id=account_id,
            created_at=session.now(),
            confirmed_at=session.now(),
            expires_at=expires_at,
            address=address,
            browser=request_browser.get()[:LONGEST_BROWSER],
        )
    )


def in_force(tx: Connection, account_id: int, *, used_since: datetime) -> list[SignIn]:
    """The sign-ins of an account that have not ended, those used last first."""
    last = func.coalesce(sign_ins.c.used_at, sign_ins.c.created_at)
    query = select(sign_ins, last.label("last")).where(
        sign_ins.c.account_id == account_id,
        sign_ins.c.ended_at.is_(None),
        sign_ins.c.expires_at > session.now(),
        last >= used_since,
    )
    return [
        SignIn(row.token_hash, row.created_at, row.last, row.expires_at, row.address, row.browser)
        for row in tx.execute(query.order_by(last.desc(), sign_ins.c.token_hash))
    ]


def account_of(tx: Connection, token_hash: str, *, used_since: datetime | None) -> Account | None:
    """Whose sign-in this is; None when there is none, or it ended, or the account was deactivated.

    used_since : one that was used last before that time has ended; None: whenever it was used.
    """
    values = {"token_hash": token_hash, "now": session.now(), "used_since": used_since or datetime.min}
    account = accounts.first(tx, _ACCOUNT_OF, values)
    return replace(account, sign_in=token_hash) if account is not None and account.can_sign_in else None


def confirmed_at(tx: Connection, token_hash: str, account_id: int) -> datetime | None:
    """When the person of this sign-in last proved who they are; None for none of this account that is in force."""
    proved = func.coalesce(sign_ins.c.confirmed_at, sign_ins.c.created_at)
    query = select(proved).where(
        sign_ins.c.token_hash == token_hash,
        sign_ins.c.account_id == account_id,
        sign_ins.c.ended_at.is_(None),
        sign_ins.c.expires_at > session.now(),
    )
    return tx.execute(query).scalar_one_or_none()


def confirm(tx: Connection, token_hash: str) -> None:
    """Note that the person of this sign-in has proved now who they are."""
    tx.execute(update(sign_ins).where(sign_ins.c.token_hash == token_hash).values(confirmed_at=session.now()))


def used_before(tx: Connection, token_hash: str, at: datetime) -> bool:
    """Whether the last use that is stored of this sign-in was before a time."""
    last = func.coalesce(sign_ins.c.used_at, sign_ins.c.created_at)
    query = select(last).where(sign_ins.c.token_hash == token_hash, last < at)
    return tx.execute(query).first() is not None


def note_use(tx: Connection, token_hash: str) -> None:
    tx.execute(update(sign_ins).where(sign_ins.c.token_hash == token_hash).values(used_at=session.now()))


def end(tx: Connection, token_hash: str) -> None:
    """End one sign-in; nothing happens when it ended before."""
    accounts.will_change(tx)
    tx.execute(
        update(sign_ins)
        .where(sign_ins.c.token_hash == token_hash, sign_ins.c.ended_at.is_(None))
        .values(ended_at=session.now())
    )


def end_all(tx: Connection, account_id: int) -> int:
    """End every sign-in of an account.

    Returns
    -------
    ended : int, how many were in force.
    """
    accounts.will_change(tx)
    return tx.execute(
        update(sign_ins)
        .where(
            sign_ins.c.account_id == account_id,
            sign_ins.c.ended_at.is_(None),
            sign_ins.c.expires_at > session.now(),
        )
        .values(ended_at=session.now())
    ).rowcount


def end_others(tx: Connection, account_id: int, token_hash: str) -> int:
    """End every sign-in of an account but one; how many."""
    accounts.will_change(tx)
    is_other = (sign_ins.c.account_id == account_id) & (sign_ins.c.token_hash != token_hash)
    is_in_force = sign_ins.c.ended_at.is_(None) & (sign_ins.c.expires_at > session.now())
    return tx.execute(update(sign_ins).where(is_other, is_in_force).values(ended_at=session.now())).rowcount


def failures(tx: Connection, name_hash: str) -> tuple[int, datetime | None]:
    """Wrong passwords in a row for a name, and when the last one came."""
    query = select(failed_sign_ins.c.failures, failed_sign_ins.c.last_failed_at)
    row = tx.execute(query.where(failed_sign_ins.c.name_hash == name_hash)).one_or_none()
    return (0, None) if row is None else (row.failures, row.last_failed_at)


def set_failures(tx: Connection, name_hash: str, count: int) -> None:
    """Note that this many failed in a row, the last one now; 0 forgets them."""
    tx.execute(delete(failed_sign_ins).where(failed_sign_ins.c.name_hash == name_hash))
    if count:
        values = {"name_hash": name_hash, "failures": count, "last_failed_at": session.now()}
        tx.execute(insert(failed_sign_ins).values(values))


def forget(tx: Connection, *, before: datetime) -> None:
    """Drop what ended before that time; who signed in when stays in the audit log."""
    tx.execute(delete(failed_sign_ins).where(failed_sign_ins.c.last_failed_at < before))
    tx.execute(delete(sign_ins).where(or_(sign_ins.c.expires_at < before, sign_ins.c.ended_at < before)))
