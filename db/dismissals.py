"""Warnings that were dismissed, by the fingerprint of their evidence."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, insert, select

from core.domain.standing_warnings import Dismissal, WarningKind
from db import session
from db.schema import accounts, dismissals

COMMAND_LINE = "command line"


def add(tx: Connection, kind: WarningKind, fingerprint: str, *, is_dismissed: bool, account_id: int | None) -> None:
    """Note that somebody dismissed a warning with this evidence, or wants it shown again."""
    tx.execute(
        insert(dismissals).values(
            kind=kind, fingerprint=fingerprint, is_dismissed=is_dismissed, account_id=account_id, at=session.now()
        )
    )


def in_force(tx: Connection, fingerprints: Collection[str]) -> dict[str, Dismissal]:
    """Of these warnings those that are dismissed, with who did it and when."""
    newest = (
        select(func.max(dismissals.c.id))
        .where(dismissals.c.fingerprint.in_(list(fingerprints)))
        .group_by(dismissals.c.fingerprint)
    )
    query = (
        select(dismissals.c.fingerprint, dismissals.c.at, accounts.c.name)
        .outerjoin(accounts, accounts.c.id == dismissals.c.account_id)
        .where(dismissals.c.id.in_(newest), dismissals.c.is_dismissed)
    )
    return {row.fingerprint: Dismissal(row.name or COMMAND_LINE, row.at) for row in tx.execute(query)}
