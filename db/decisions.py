"""Decision records: only added, read by their id or by age, and forgotten by age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, insert, select

from core.domain.decisions import DecisionRecord, Verdict
from core.domain.live import SourceCount
from core.domain.live_sampling import PastDecision
from db.schema import decisions

ROWS_AT_ONCE = 5000


def add(tx: Connection, records: Sequence[DecisionRecord]) -> None:
    if records:
        tx.execute(insert(decisions), [asdict(record) for record in records])


def get(tx: Connection, decision_id: str) -> DecisionRecord | None:
    row = tx.execute(select(decisions).where(decisions.c.id == decision_id)).mappings().one_or_none()
    return None if row is None else DecisionRecord(**row)


def forget(tx: Connection, *, before: datetime) -> int:
    """Drop what was decided before that time; how many."""
    return tx.execute(delete(decisions).where(decisions.c.decided_at < before)).rowcount


def newest(tx: Connection, *, limit: int, source: str | None = None) -> list[DecisionRecord]:
    """The last decisions, of all sources or of one, newest first."""
    query = select(decisions).order_by(decisions.c.decided_at.desc(), decisions.c.id).limit(limit)
    if source is not None:
        query = query.where(decisions.c.source == source)
    return [DecisionRecord(**row) for row in tx.execute(query).mappings()]


def oldest_first(tx: Connection) -> Iterator[DecisionRecord]:
    """Every record, in the order of the decisions."""
    query = select(decisions).order_by(decisions.c.decided_at, decisions.c.id)
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield DecisionRecord(**row)


def counts_since(tx: Connection, at: datetime, *, of_programs: bool = False) -> list[SourceCount]:
    """How many of each source were accepted and refused from then on, by source."""
    n_refused = func.sum(case((decisions.c.verdict == Verdict.REJECTED, 1), else_=0))
    query = (
        select(decisions.c.source, func.count() - n_refused, n_refused)
        .where(decisions.c.decided_at >= at)
        .group_by(decisions.c.source)
        .order_by(decisions.c.source)
    )
    if of_programs:
        query = query.where(decisions.c.key_id.is_not(None))
    return [SourceCount(row[0], int(row[1]), int(row[2])) for row in tx.execute(query)]


def first_since(tx: Connection, at: datetime) -> datetime | None:
    """When the first decision from then on was."""
    return tx.execute(select(func.min(decisions.c.decided_at)).where(decisions.c.decided_at >= at)).scalar()


def past(tx: Connection, source: str, *, since: datetime, limit: int) -> list[PastDecision]:
    """The last decisions on recordings of a source that programs sent."""
    query = (
        select(decisions.c.p_accepted, decisions.c.verdict)
        .where(decisions.c.source == source, decisions.c.decided_at >= since, decisions.c.key_id.is_not(None))
        .order_by(decisions.c.decided_at.desc(), decisions.c.id)
        .limit(limit)
    )
    return [PastDecision(row[0], row[1] is Verdict.REJECTED) for row in tx.execute(query)]


def p_since(tx: Connection, at: datetime, model_id: str) -> list[float]:
    """p of everything that a model decided for programs from then on."""
    query = select(decisions.c.p_accepted).where(
        decisions.c.decided_at >= at, decisions.c.model_id == model_id, decisions.c.key_id.is_not(None)
    )
    return list(tx.execute(query).scalars())
