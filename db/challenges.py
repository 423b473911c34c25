"""Challenges: comparisons of a new model with the one in force, whatever the verdict. Rows are only ever added.

Both are compared on one snapshot, which need not be the one that either learned from: the labels and splits are the
snapshot's, the p are each model's own.
"""

from __future__ import annotations

from sqlalchemy import Connection, Row, Select, insert, select

from core.domain.json_types import JsonObject
from core.domain.labels import Split
from core.domain.models import Challenge, PairedProbability
from core.domain.snapshots import UnlabelledRecording
from db import session
from db.schema import challenges, probabilities, recordings, snapshot_items
from db.snapshot_spans import is_item_of

DECIDING_SPLITS = (Split.VALIDATION, Split.TEST)


def add(
    tx: Connection, *, challenger_id: str, champion_id: str, am_target: float, is_offered: bool, figures: JsonObject
) -> Challenge:
    """A new row, as it stands from now on."""
    decided_at = session.now()
    values = {"challenger_id": challenger_id, "champion_id": champion_id, "am_target": am_target}
    values |= {"is_offered": is_offered, "figures": figures, "decided_at": decided_at}
    new_id = tx.execute(insert(challenges).values(**values).returning(challenges.c.id)).scalar_one()
    return Challenge(int(new_id), challenger_id, champion_id, am_target, is_offered, figures, decided_at)


def newest(tx: Connection, challenger_id: str, champion_id: str, am_target: float) -> Challenge | None:
    """The newest challenge of these two at this target."""
    same = (challenges.c.challenger_id == challenger_id) & (challenges.c.champion_id == champion_id)
    row = tx.execute(_newest_first().where(same, challenges.c.am_target == am_target).limit(1)).one_or_none()
    return None if row is None else _challenge(row)


def newest_first(tx: Connection, *, limit: int) -> list[Challenge]:
    return [_challenge(row) for row in tx.execute(_newest_first().limit(limit))]


def of_both(tx: Connection, snapshot_id: int, first_id: str, second_id: str, split: Split) -> list[PairedProbability]:
    """The recordings of one split of a snapshot of which both models have a p, in the order of recordings."""
    first, second = probabilities.alias("first"), probabilities.alias("second")
    query = (
        select(
            recordings.c.child_id,
            snapshot_items.c.label,
            first.c.p_accepted,
            second.c.p_accepted,
            snapshot_items.c.weight,
        )
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .join(first, (first.c.recording_id == snapshot_items.c.recording_id) & (first.c.model_id == first_id))
        .join(second, (second.c.recording_id == snapshot_items.c.recording_id) & (second.c.model_id == second_id))
        .where(is_item_of(snapshot_id), snapshot_items.c.split == split)
        .order_by(recordings.c.id)
    )
    return [PairedProbability(*row) for row in tx.execute(query)]


def without_prediction(tx: Connection, snapshot_id: int, model_id: str) -> list[UnlabelledRecording]:
    """Recordings of validation and test of a snapshot of which a model has no probabilities yet."""
    is_predicted = (
        select(probabilities.c.model_id)
        .where(probabilities.c.model_id == model_id, probabilities.c.recording_id == snapshot_items.c.recording_id)
        .exists()
    )
    query = (
        select(recordings.c.id, recordings.c.sha256, recordings.c.extension)
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .where(is_item_of(snapshot_id), snapshot_items.c.split.in_(DECIDING_SPLITS), ~is_predicted)
        .order_by(recordings.c.id)
    )
    return [UnlabelledRecording(*row) for row in tx.execute(query)]


def _newest_first() -> Select[*tuple[object, ...]]:
    return select(challenges).where(challenges.c.champion_id.is_not(None)).order_by(challenges.c.id.desc())


def _challenge(row: Row[*tuple[object, ...]]) -> Challenge:
    return Challenge(
        id=row.id,
        challenger_id=row.challenger_id,
        champion_id=row.champion_id,
        am_target=row.am_target,
        is_offered=row.is_offered,
        figures=dict(row.figures),
        decided_at=row.decided_at,
    )
