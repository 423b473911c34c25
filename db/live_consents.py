"""Which sources agreed to sampling: rows only added, the newest of a source is in force."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from core.domain.live import LiveConsent
from db import session
from db.schema import accounts, live_consents

COMMAND_LINE = "command line"


def add(tx: Connection, source: str, reference: str, *, account_id: int | None) -> None:
    values = {"source": source, "reference": reference, "account_id": account_id, "set_at": session.now()}
    tx.execute(insert(live_consents).values(values))


def in_force(tx: Connection) -> dict[str, LiveConsent]:
    """The newest row of each source that ever had one, also where it was taken back."""
    newest = select(func.max(live_consents.c.id)).group_by(live_consents.c.source)
    joined = live_consents.join(accounts, accounts.c.id == live_consents.c.account_id, isouter=True)
    query = select(live_consents, accounts.c.name.label("set_by")).select_from(joined)
    rows = tx.execute(query.where(live_consents.c.id.in_(newest)).order_by(live_consents.c.source))
    return {row.source: LiveConsent(row.source, row.reference, row.set_at, row.set_by or COMMAND_LINE) for row in rows}
