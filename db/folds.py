"""Out-of-fold probabilities of the models of a cross-validation, stored with its job."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from core.domain.labels import Label
from core.domain.models import ProbabilityRow
from db.schema import fold_probabilities, jobs, recordings, snapshot_items
from db.snapshot_spans import is_item_of

INSERT_ROWS = 500


@dataclass(frozen=True)
class FoldPrediction:
    """p of Accepted of a recording, between 0 and 1, by a model that learned without its child."""

    recording_id: int
    child_id: int
    language: str
    label: Label
    fold: int
    p_accepted: float


def store(tx: Connection, job_id: str, system: str, fold: int, rows: Sequence[ProbabilityRow]) -> None:
    """Store one fold of a model, in place of what stood there; `system` is the name of its spec."""
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
        .where(fold_probabilities.c.job_id == job_id, is_item_of(snapshot_id))
        .order_by(fold_probabilities.c.system, recordings.c.id)
    )
    if system is not None:
        query = query.where(fold_probabilities.c.system == system)
    by_system: dict[str, list[FoldPrediction]] = {}
    for row in tx.execute(query):
        prediction = FoldPrediction(row.recording_id, row.child_id, row.language, row.label, row.fold, row.p_accepted)
        by_system.setdefault(row.system, []).append(prediction)
    return by_system


def forget(tx: Connection, job_ids: Collection[str]) -> None:
    """Remove the predictions of these jobs; the jobs themselves stay, with their figures."""
    tx.execute(delete(fold_probabilities).where(fold_probabilities.c.job_id.in_(list(job_ids))))


def jobs_with_predictions(tx: Connection) -> list[str]:
    """The jobs that have predictions stored, newest first."""
    ids = select(fold_probabilities.c.job_id).distinct()
    return list(tx.execute(select(jobs.c.id).where(jobs.c.id.in_(ids)).order_by(jobs.c.created_at.desc())).scalars())
