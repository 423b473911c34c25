"""The audit log: who did what to what, when. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, insert, select

from core.domain.accounts import AuditEntry
from db import session
from db.schema import audit


def record(
    tx: Connection,
    account_id: int | None,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one entry, in the transaction of what it records: both happen or neither.

    Parameters
    ----------
    account_id : who, or None for the command line.
    actor : the name of the actor as it is now; it stays readable when the account is renamed.
    action : what, in a few words of at most 40 characters, such as "deploy" or "sign in".
    subject : to what, such as a model's id or "recording 12". Never a child or a file name: the log outlives them.
    detail : anything that JSON can hold.
    """
    tx.execute(
        insert(audit).values(
            at=session.now(),
            account_id=account_id,
            actor=actor,
            action=action,
            subject=subject,
            detail=dict(detail or {}),
        )
    )


def entries(tx: Connection, *, action: str | None, limit: int, offset: int) -> list[AuditEntry]:
    """Entries, newest first; of one action, or of all."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit).offset(offset)
    if action:
        query = query.where(audit.c.action == action)
    return [
        AuditEntry(row.id, row.at, row.actor, row.action, row.subject, dict(row.detail)) for row in tx.execute(query)
    ]


def count(tx: Connection, *, action: str | None) -> int:
    """How many entries there are, of one action or of all."""
    query = select(func.count()).select_from(audit)
    if action:
        query = query.where(audit.c.action == action)
    return int(tx.execute(query).scalar_one())


def actions(tx: Connection) -> list[str]:
    """Every action that was ever recorded, in alphabetical order."""
    return list(tx.execute(select(audit.c.action).distinct().order_by(audit.c.action)).scalars())
