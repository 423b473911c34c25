"""Decisions in class that were drawn for judges, with the labels that stand. For staff, never for a judge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Row, Select, insert, select

from core.domain.live import LiveSample, SampledRecording
from core.domain.live_sampling import DrawnByLot
from db import judgements
from db.schema import live_samples, recordings


def add(tx: Connection, sample: LiveSample, recording_id: int) -> None:
    tx.execute(insert(live_samples).values(**asdict(sample), recording_id=recording_id))


def since(tx: Connection, at: datetime, model_id: str) -> list[SampledRecording]:
    """Samples of what a model decided from then on, in the order of the decisions."""
    query = _query().where(live_samples.c.decided_at >= at, live_samples.c.model_id == model_id)
    return [_sampled(row) for row in tx.execute(query.order_by(live_samples.c.decided_at, live_samples.c.id))]


def of_decisions(tx: Connection, decision_ids: Collection[str]) -> dict[str, SampledRecording]:
    """The samples among some decisions, by the decision's id."""
    rows = tx.execute(_query().where(live_samples.c.decision_id.in_(list(decision_ids))))
    return {row.decision_id: _sampled(row) for row in rows}


def of_recording(tx: Connection, recording_id: int) -> LiveSample | None:
    """The newest sample of a recording; None where no decision in class brought it."""
    query = _query().where(live_samples.c.recording_id == recording_id).order_by(live_samples.c.id.desc())
    row = tx.execute(query.limit(1)).one_or_none()
    return None if row is None else _sampled(row).sample


def drawn_by_lot(tx: Connection) -> dict[int, DrawnByLot]:
    """How each sampled recording was drawn, by its number; of the last draw, where it was again."""
    query = select(live_samples.c.recording_id, live_samples.c.source, live_samples.c.probability)
    return {row[0]: DrawnByLot(row[1], row[2]) for row in tx.execute(query.order_by(live_samples.c.id))}


def _query() -> Select[*tuple[object, ...]]:
    standing = judgements.standing()
    return (
        select(
            live_samples,
            recordings.c.child_id,
            recordings.c.language,
            standing.c.standing.label("state"),
            standing.c.consensus.label("label"),
        )
        .join(recordings, recordings.c.id == live_samples.c.recording_id)
        .join(standing, standing.c.recording_id == live_samples.c.recording_id)
    )


def _sampled(row: Row[*tuple[object, ...]]) -> SampledRecording:
    sample = LiveSample(
        decision_id=row.decision_id,
        decided_at=row.decided_at,
        source=row.source,
        model_id=row.model_id,
        verdict=row.verdict,
        p_accepted=row.p_accepted,
        threshold=row.threshold,
        probability=row.probability,
        floor=row.floor,
        names_child=row.names_child,
    )
    return SampledRecording(sample, row.recording_id, row.child_id, row.language, row.state, row.label)
