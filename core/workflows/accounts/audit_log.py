"""Reading the audit log. It is written by each workflow, in the transaction of what it records."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.accounts import AuditEntry
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.workflows.accounts import authorisation
from db import audit, session


@dataclass(frozen=True)
class AuditPage:
    """`total` counts every entry, `items` holds one page of them, newest first."""

    total: int
    items: list[AuditEntry]


def entries(*, action: str | None = None, limit: int = 100, offset: int = 0) -> AuditPage:
    """Who did what to what, when; of one action or of all."""
    with session.reading() as tx:
        items = audit.entries(tx, action=action, limit=limit, offset=offset)
        return AuditPage(audit.count(tx, action=action), items)


def actions() -> list[str]:
    """Every action that was ever recorded, to choose from."""
    with session.reading() as tx:
        return audit.actions(tx)


def record_event(actor: Actor, action: str, subject: str = "") -> None:
    """Record what changes no row of its own, such as staff hearing a recording.

    The subject is a number ("recording 12"), never by a child or a file: the log outlives an erasure.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.HEAR_ANY_RECORDING)
        audit.record(tx, actor.account_id, actor.name, action, subject)
