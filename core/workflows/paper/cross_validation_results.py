"""What came of a cross-validation: the newest one that was finished, its table, and the rows behind it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.domain.jobs import Job
from core.errors import NotFound
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.jobs import job_status
from core.workflows.paper import table_rows
from core.workflows.paper.paper_comparison import ALL_LANGUAGES
from core.workflows.paper.table_rows import PaperRow
from db import folds, session
from db import jobs as jobs_table
from db.folds import FoldPrediction

LOOKED_AT = 50  # jobs back in time


def newest(trained_on: str = ALL_LANGUAGES) -> Job | None:
    """The newest finished cross-validation that learned from all languages, or from the one that is named."""
    with session.reading() as tx:
        finished = jobs_table.newest(tx, job_status.PAPER, state="succeeded", limit=LOOKED_AT)
    return next((job for job in finished if job.parameters["trained_on"] == trained_on), None)


def paper(trained_on: str = ALL_LANGUAGES) -> dict[str, Any] | None:
    """Its table as `paper --json` gives it; None while there is none.

    `languages` also holds what the newest cross-validations of single languages say, from the same number of folds.
    """
    job = newest(trained_on)
    if job is None:
        return None
    found = dict(job.result["paper"])
    if trained_on == ALL_LANGUAGES:
        alone = [newest(language) for language in sorted({one["language"] for one in found["languages"]})]
        found["languages"] = found["languages"] + [
            one for other in alone if other for one in other.result["paper"]["languages"]
        ]
    return found


def job(job_id: str) -> Job:
    """A finished cross-validation, or NotFound."""
    found = job_status.get_job(job_id)
    if found.kind != job_status.PAPER or found.state != "succeeded":
        raise NotFound(f"Job {job_id!r} is no finished cross-validation.")
    return found


def rows(job: Job) -> list[PaperRow]:
    """Every row of a cross-validation with the pooled out-of-fold p behind it, merged rows as well."""
    return rows_of(job.id, job.result["paper"]["made"]["snapshot"], job.result["systems"])


def rows_of(job_id: str, snapshot_id: int, systems: dict[str, Any]) -> list[PaperRow]:
    """The same from what is kept; `systems` says of each name what `_row` needs."""
    with session.reading() as tx:
        kept = folds.of_job(tx, job_id, snapshot_id)
    made = [_row(systems[name], tested, snapshot_id) for name, tested in kept.items() if name in systems]
    return table_rows.every_row({row.key: row for row in made})


def forget_older(job: Job) -> None:
    """Remove what earlier cross-validations of the same kind kept of each recording; their figures stay."""
    with session.writing() as tx:
        others = [jobs_table.get(tx, one) for one in folds.kept_by(tx) if one != job.id]
        mine = job.parameters["trained_on"]
        old = [
            one.id for one in others if one and one.state in job_status.ENDED and one.parameters["trained_on"] == mine
        ]
        folds.forget(tx, old)


def _row(said: dict[str, Any], tested: list[FoldPrediction], snapshot_id: int) -> PaperRow:
    epochs = said["epoch_seconds"]
    return PaperRow(
        features=said["features"],
        network=said["network"],
        system=said["system"],
        snapshot_id=snapshot_id,
        test=SplitPredictions(
            np.array([one.child_id for one in tested], dtype=np.int64),
            np.array([str(one.label) for one in tested], dtype=str),
            np.array([one.p_accepted for one in tested], dtype=np.float64),
        ),
        seconds=float(np.mean(said["seconds"])),
        seconds_per_epoch=float(np.mean(epochs)) if epochs else None,
        n_parameters=said["n_parameters"],
        fold_seconds=tuple(said["seconds"]),
        fold_epoch_seconds=tuple(epochs),
        languages=np.array([one.language for one in tested], dtype=str),
        is_product=said["is_product"],
    )
