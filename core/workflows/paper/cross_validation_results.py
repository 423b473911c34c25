"""The results of a cross-validation: the newest one that was finished, its report, and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from core.domain.jobs import Job
from core.domain.json_types import JsonObject, json_of, list_of, number_of, object_of, text_of
from core.errors import NotFound
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.jobs import job_status
from core.workflows.paper import table_rows
from core.workflows.paper.paper_report import PaperReport
from core.workflows.paper.paper_rows import ALL_LANGUAGES
from core.workflows.paper.table_rows import PaperRow
from db import folds, session
from db import jobs as jobs_table
from db.folds import FoldPrediction

SEARCHED_JOBS = 50  # back in time, for the newest one of a language


@dataclass(frozen=True)
class CrossedModel:
    """What the folds of one model cost, and its place in the tables; `seconds` and `epoch_seconds` are of each fold."""

    features: str
    network: str
    system: str
    seconds: tuple[float, ...]
    epoch_seconds: tuple[float, ...]
    n_parameters: int
    is_product: bool

    @staticmethod
    def from_json(stored: JsonObject) -> CrossedModel:
        return CrossedModel(
            features=text_of(stored["features"]),
            network=text_of(stored["network"]),
            system=text_of(stored["system"]),
            seconds=tuple(number_of(value, 0.0) for value in list_of(stored["seconds"])),
            epoch_seconds=tuple(number_of(value, 0.0) for value in list_of(stored["epoch_seconds"])),
            n_parameters=int(number_of(stored["n_parameters"], 0)),
            is_product=bool(stored["is_product"]),
        )


@dataclass(frozen=True)
class CrossValidationResult:
    """What the job of a cross-validation stores: the report, and what each model cost, by the name of its spec."""

    report: PaperReport
    models: Mapping[str, CrossedModel]

    @staticmethod
    def from_json(stored: JsonObject) -> CrossValidationResult:
        models = {
            name: CrossedModel.from_json(object_of(model)) for name, model in object_of(stored["systems"]).items()
        }
        return CrossValidationResult(PaperReport.from_json(object_of(stored["paper"])), models)

    def as_json(self) -> JsonObject:
        models = {name: json_of(asdict(model)) for name, model in self.models.items()}
        return {"paper": self.report.as_json(), "systems": models}


def trained_on(job: Job) -> str:
    """The language that a cross-validation learned from, or `ALL_LANGUAGES`."""
    return text_of(job.parameters["trained_on"])


def newest(language: str = ALL_LANGUAGES) -> Job | None:
    """The newest finished cross-validation that learned from all languages, or from the one that is named."""
    with session.reading() as tx:
        finished = jobs_table.newest(tx, job_status.PAPER, state="succeeded", limit=SEARCHED_JOBS)
    return next((job for job in finished if trained_on(job) == language), None)


def newest_report(language: str = ALL_LANGUAGES) -> PaperReport | None:
    """Its report; None while there is none.

    `languages` also holds the rows of the newest cross-validations of single languages.
    """
    job = newest(language)
    if job is None:
        return None
    report = CrossValidationResult.from_json(job.result).report
    if language != ALL_LANGUAGES:
        return report
    single = [newest(name) for name in sorted({row.language for row in report.languages})]
    of_single = [CrossValidationResult.from_json(other.result).report.languages for other in single if other]
    return replace(report, languages=report.languages + tuple(row for rows in of_single for row in rows))


def job(job_id: str) -> Job:
    """A finished cross-validation, or NotFound."""
    job = job_status.get_job(job_id)
    if job.kind != job_status.PAPER or job.state != "succeeded":
        raise NotFound(
            "Job {job_id!r} is no finished cross-validation.",
            job_id=job_id,
        )
    return job


def rows(job: Job) -> list[PaperRow]:
    """Every row of a cross-validation with the pooled out-of-fold p behind it, merged rows as well."""
    result = CrossValidationResult.from_json(job.result)
    facts = result.report.provenance.folds
    if facts is None:
        raise NotFound(
            "Job {id!r} does not say which labels it learned from.",
            id=job.id,
        )
    return rows_of(job.id, facts.snapshot, result.models)


def rows_of(job_id: str, snapshot_id: int, crossed: Mapping[str, CrossedModel]) -> list[PaperRow]:
    """The same from the stored predictions and the costs of each model, by the name of its spec."""
    with session.reading() as tx:
        stored = folds.of_job(tx, job_id, snapshot_id)
    single = [_row(crossed[name], tested, snapshot_id) for name, tested in stored.items() if name in crossed]
    return table_rows.every_row({row.key: row for row in single})


def forget_older(job: Job) -> None:
    """Remove the predictions of earlier cross-validations of the same language; their figures stay."""
    with session.writing() as tx:
        others = [jobs_table.get(tx, job_id) for job_id in folds.jobs_with_predictions(tx) if job_id != job.id]
        older = [
            other.id
            for other in others
            if other and other.state in job_status.ENDED and trained_on(other) == trained_on(job)
        ]
        folds.forget(tx, older)


def _row(crossed: CrossedModel, tested: list[FoldPrediction], snapshot_id: int) -> PaperRow:
    epoch_seconds = crossed.epoch_seconds
    return PaperRow(
        features=crossed.features,
        network=crossed.network,
        system=crossed.system,
        snapshot_id=snapshot_id,
        test=SplitPredictions(
            np.array([prediction.child_id for prediction in tested], dtype=np.int64),
            np.array([str(prediction.label) for prediction in tested], dtype=str),
            np.array([prediction.p_accepted for prediction in tested], dtype=np.float64),
        ),
        seconds=float(np.mean(crossed.seconds)),
        seconds_per_epoch=float(np.mean(epoch_seconds)) if epoch_seconds else None,
        n_parameters=crossed.n_parameters,
        fold_seconds=crossed.seconds,
        fold_epoch_seconds=epoch_seconds,
        languages=np.array([prediction.language for prediction in tested], dtype=str),
        is_product=crossed.is_product,
    )
