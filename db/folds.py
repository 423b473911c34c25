"""What systems said of recordings that they were not shown, fold by fold, kept with the job of the cross-validation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from core.domain.labels import Label
from db.schema import fold_probabilities, jobs, recordings, snapshot_items

INSERT_ROWS = 500

Row = tuple[int, float, float | None, float | None]
"""(recording id, p of Accepted, of Noise, of Speechless)"""


@dataclass(frozen=True)
class FoldPrediction:
    """One recording as a system says of it that has learned without its child; shares between 0 and 1."""

    recording_id: int
    child_id: int
    language: str
    label: Label
    fold: int
    p_accepted: float


def keep(tx: Connection, job_id: str, system: str, fold: int, rows: Sequence[Row]) -> None:
    """Keep one fold of one system, in place of what stood there."""
    where = (fold_probabilities.c.job_id == job_id) & (fold_probabilities.c.system == system)
    tx.execute(delete(fold_probabilities).where(where & (fold_probabilities.c.fold == fold)))
    names = ("recording_id", "p_accepted", "p_noise", "p_speechless")
    common = {"job_id": job_id, "system": system, "fold": fold}
    values = [common | dict(zip(names, row, strict=True)) for row in rows]
    for start in range(0, len(values), INSERT_ROWS):
        tx.execute(insert(fold_probabilities), values[start : start + INSERT_ROWS])


def of_job(
    tx: Connection, job_id: str, snapshot_id: int, *, system: str | None = None
) -> dict[str, list[FoldPrediction]]:
    """Every recording of a job by system, or of one system, in the order of recordings; labels are the snapshot's."""
    columns = (recordings.c.child_id, recordings.c.language, snapshot_items.c.label)
    query = (
        select(fold_probabilities, *columns)
        .join(recordings, recordings.c.id == fold_probabilities.c.recording_id)
        .join(snapshot_items, snapshot_items.c.recording_id == fold_probabilities.c.recording_id)
        .where(fold_probabilities.c.job_id == job_id, snapshot_items.c.snapshot_id == snapshot_id)
        .order_by(fold_probabilities.c.system, recordings.c.id)
    )
    if system is not None:
        query = query.where(fold_probabilities.c.system == system)
    found: dict[str, list[FoldPrediction]] = {}
    for row in tx.execute(query):
        one = FoldPrediction(row.recording_id, row.child_id, row.language, row.label, row.fold, row.p_accepted)
        found.setdefault(row.system, []).append(one)
    return found


def forget(tx: Connection, job_ids: Collection[str]) -> None:
    """Remove what these jobs kept; the jobs themselves stay, with the figures that came of it."""
    tx.execute(delete(fold_probabilities).where(fold_probabilities.c.job_id.in_(list(job_ids))))


def kept_by(tx: Connection) -> list[str]:
    """The jobs that have probabilities here, newest first."""
    ids = select(fold_probabilities.c.job_id).distinct()
    return list(tx.execute(select(jobs.c.id).where(jobs.c.id.in_(ids)).order_by(jobs.c.created_at.desc())).scalars())
