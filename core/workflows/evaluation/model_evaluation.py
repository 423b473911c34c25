"""What a model is worth at a trade-off: figures, curves and the recordings it gets wrong, from stored probabilities.

No TensorFlow and nothing cached: every answer is computed from the database as it is. Labels and splits are those of
the snapshot a model learned from. Shares are between 0 and 1; NaN where a class has no recordings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.domain.labels import Split
from core.domain.models import Model
from core.errors import NotFound
from core.json_values import finite_or_none, finite_or_nones
from core.metrics import clustered_shares, intervals, operating_point, rejection
from core.metrics.am_bound import AmUpperBound, am_upper_bounds
from core.workflows.evaluation import predictions
from db import deployments, jobs, session
from db import models as models_table

Interval = tuple[float, float]


@dataclass(frozen=True)
class SplitFigures:
    """What one frozen threshold does in one split: shares, and counts by the people's label.

    The 95 % intervals are of the test children alone: on validation the threshold was chosen to fit.
    """

    rcc: float
    am: float
    accepted: int
    rejected: int
    confusion: rejection.Confusion
    rcc_interval: Interval = intervals.NOT_KNOWN
    am_interval: Interval = intervals.NOT_KNOWN


@dataclass(frozen=True)
class PaperFigures:
    """The paper's figures of one split, on the exact grid; `f10_interval` by drawing children."""

    f10: float
    f15: float
    f_am_m: float
    am_m: float
    threshold_m: float
    f10_interval: Interval


@dataclass(frozen=True)
class ModelReport:
    """A model at one AM target: threshold from validation; the test children only report."""

    model: str
    name: str
    am_target: float
    threshold: float
    validation: SplitFigures
    test: SplitFigures
    summary: PaperFigures
    promise: AmUpperBound | None = None

    def as_json(self) -> dict[str, Any]:
        """What programs read; NaN becomes null."""
        test, summary = _counts(self.test), self.summary
        for name, interval in (("rcc_interval", self.test.rcc_interval), ("am_interval", self.test.am_interval)):
            test[name] = finite_or_nones(interval)
        return {
            "model": self.model,
            "name": self.name,
            "am_target": self.am_target,
            "threshold": finite_or_none(self.threshold),
            "validation": _counts(self.validation),
            "test": test,
            "f10": finite_or_none(summary.f10),
            "f15": finite_or_none(summary.f15),
            "f_am_m": finite_or_none(summary.f_am_m),
            "am_m": finite_or_none(summary.am_m),
            "f10_interval": finite_or_nones(summary.f10_interval),
            "promise": _promised(self.promise),
        }


def models() -> list[Model]:
    """Every trained model, newest first."""
    with session.reading() as tx:
        return models_table.newest_first(tx)


def model(model_id: str) -> Model:
    """One model by its id, or NotFound."""
    with session.reading() as tx:
        found = models_table.get(tx, model_id)
    if found is None:
        raise NotFound(f"There is no model {model_id!r}; the Evaluate screen and `report` name those there are.")
    return found


def champion() -> Model | None:
    """The deployed model; while none is deployed, the best of the newest retraining by f(0.10) on validation."""
    with session.reading() as tx:
        deployed = deployments.newest(tx)
        if deployed:
            return models_table.get(tx, deployed.operating_point.model_id)
        finished = jobs.newest(tx, "retrain", state="succeeded", limit=1)
        candidates = models_table.of_job(tx, finished[0].id) if finished else models_table.newest_first(tx)
    return best_model(candidates)


def deployed_model_id() -> str | None:
    """The model that decides now."""
    with session.reading() as tx:
        deployed = deployments.newest(tx)
    return deployed.operating_point.model_id if deployed else None


def best_model(candidates: list[Model]) -> Model | None:
    """The model whose card has the highest f(0.10) on validation; NaN counts as the lowest."""
    return max(candidates, key=lambda one: _validation_f10(one), default=None)


def report(model_id: str | None = None, am_target: float = 0.10) -> ModelReport:
    """One model, or the champion, at one AM target.

    Raises
    ------
    NotFound
        No such model, or none is trained yet.
    Refused
        The target is no share between 0 and 1.
    """
    one = model_or_champion(model_id)
    with session.reading() as tx:
        validation, test = (
            predictions.predictions_of_split(tx, one.id, split) for split in (Split.VALIDATION, Split.TEST)
        )
        summary = predictions.cached(
            tx, one.id, "summary", lambda: paper_figures(test.children, test.is_accepted, test.p)
        )
    choice = operating_point.choose_threshold(validation.is_accepted, validation.p, am_target=am_target)
    return ModelReport(
        model=one.id,
        name=one.name,
        am_target=am_target,
        threshold=choice.threshold,
        validation=_at(validation, choice.threshold),
        test=_with_intervals(_at(test, choice.threshold), test, choice.threshold),
        summary=summary,
        promise=_promise(test, choice.threshold, am_target),
    )


def model_or_champion(model_id: str | None) -> Model:
    """The model of that id, or the champion; NotFound with what to do when there is none."""
    if model_id:
        return model(model_id)
    found = champion()
    if found is None:
        raise NotFound("No model is trained yet; retrain on the Retrain screen or with `python -m core retrain`.")
    return found


def paper_figures(children: np.ndarray, is_accepted: np.ndarray, p: np.ndarray) -> PaperFigures:
    """The paper's figures of one split on the exact grid."""
    curve = rejection.curve(is_accepted, p)
    top = rejection.maximum(curve)
    f10, f15 = rejection.f(curve, 0.10), rejection.f(curve, 0.15)
    return PaperFigures(f10, f15, top.rcc, top.am, top.threshold, intervals.bootstrap_f(children, is_accepted, p, 0.10))


def _at(there: predictions.SplitPredictions, threshold: float) -> SplitFigures:
    choice = operating_point.figures_at_threshold(there.is_accepted, there.p, threshold=threshold)
    counts = rejection.confusion(there.is_accepted, there.p, threshold)
    return SplitFigures(choice.rcc, choice.am, choice.accepted, choice.rejected, counts)


def _with_intervals(figures: SplitFigures, there: predictions.SplitPredictions, threshold: float) -> SplitFigures:
    uncertain = intervals.at_threshold(there.children, there.is_accepted, there.p, threshold)
    return replace(figures, rcc_interval=uncertain.rcc, am_interval=uncertain.am)


def _promise(test: predictions.SplitPredictions, threshold: float, am_target: float) -> AmUpperBound | None:
    """What the test children let us promise; None without an Accepted one among them."""
    good = test.is_accepted
    if not good.any() or math.isnan(threshold):
        return None
    which, _ = clustered_shares.child_indices(test.children, len(test.p))
    return am_upper_bounds(which[good], test.p[good][:, None] < threshold, np.array([am_target]))[0]


def _validation_f10(model: Model) -> float:
    f10 = model.card.figures_of(Split.VALIDATION).f10
    return -1.0 if f10 is None else f10


def _counts(there: SplitFigures) -> dict[str, Any]:
    return {
        "rcc": finite_or_none(there.rcc),
        "am": finite_or_none(there.am),
        "accepted": there.accepted,
        "rejected": there.rejected,
    }


def _promised(promise: AmUpperBound | None) -> dict[str, Any] | None:
    if promise is None:
        return None
    return {
        "am_at_most": finite_or_none(promise.upper),
        "can_be_kept": promise.can_be_kept,
        "accepted": promise.n,
        "children": promise.n_children,
        "accepted_needed": promise.needed,
    }
