"""Figures of a model at an AM target, from stored probabilities; the list of models, and the champion.

Never loads TensorFlow. Labels and splits are those of the snapshot that the model learned from. Shares are between 0
and 1; NaN where a class has no recordings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import Label, Split
from core.domain.models import Model
from core.errors import NotFound
from core.json_values import finite_or_none, known_interval
from core.metrics import (
    caught_by_kind,
    certain_threshold,
    clustered_shares,
    intervals,
    operating_point,
    rejection,
)
from core.metrics.am_bound import AmUpperBound, am_upper_bounds
from core.metrics.caught_by_kind import CaughtShare
from core.metrics.certain_threshold import ChildrenNeeded, is_sure
from core.metrics.intervals import Interval
from core.workflows.evaluation import predictions, stream, threshold_choice
from core.workflows.evaluation.predictions import SplitPredictions
from db import deployments, jobs, session
from db import models as models_table

KINDS = (Label.NOISE, Label.SPEECHLESS)


@dataclass(frozen=True)
class SplitFigures:
    """What a frozen threshold does in a split: shares, and counts by label.

    The 95 % intervals are known of the test children alone: on validation the threshold was chosen to fit.

    caught : of Noise and of Speechless apart
    am_stream : AM with disagreements in the denominator, NaN where no disagreement has a p; of `n_disagreed`
    """

    rcc: float
    am: float
    accepted: int
    rejected: int
    confusion: rejection.Confusion
    rcc_interval: Interval = intervals.NOT_KNOWN
    am_interval: Interval = intervals.NOT_KNOWN
    caught: Mapping[Label, CaughtShare] = field(default_factory=dict)
    am_stream: float = math.nan
    n_disagreed: int = 0


@dataclass(frozen=True)
class PaperFigures:
    """The paper's figures of a split, on the exact grid; `f10_interval` by drawing children."""

    f10: float
    f15: float
    f_am_m: float
    am_m: float
    f10_interval: Interval


@dataclass(frozen=True)
class ModelReport:
    """A model at an AM target: the threshold is chosen on its own validation children, the test children only report.

    promise : of the test children; None without an Accepted one among them
    needed : what validation would take, where no threshold above 0 is sure; else None
    """

    model: str
    name: str
    am_target: float
    threshold: float
    validation: SplitFigures
    test: SplitFigures
    summary: PaperFigures
    promise: AmUpperBound | None = None
    certainty: Certainty = Certainty.EVEN
    needed: ChildrenNeeded | None = None

    def as_json(self) -> JsonObject:
        """The JSON for programs; NaN becomes null."""
        summary = self.summary
        intervals_of_test: JsonObject = {
            **_interval("rcc_interval", self.test.rcc_interval, of=self.test.rcc),
            **_interval("am_interval", self.test.am_interval, of=self.test.am),
        }
        return {
            "model": self.model,
            "name": self.name,
            "am_target": self.am_target,
            "certainty": self.certainty.value,
            "needed": _needed_as_json(self.needed),
            "threshold": finite_or_none(self.threshold),
            "validation": _counts(self.validation),
            "test": _counts(self.test) | intervals_of_test,
            "f10": finite_or_none(summary.f10),
            "f15": finite_or_none(summary.f15),
            "f_am_m": finite_or_none(summary.f_am_m),
            "am_m": finite_or_none(summary.am_m),
            **_interval("f10_interval", summary.f10_interval, of=summary.f10),
            "promise": _promise_as_json(self.promise),
            "apart": {"validation": _apart(self.validation), "test": _apart(self.test)},
        }


def models() -> list[Model]:
    """Every trained model, newest first."""
    with session.reading() as tx:
        return models_table.newest_first(tx)


def model(model_id: str) -> Model:
    """A model by its id, or by the name that screens show, such as `Fusion 7`; or NotFound."""
    with session.reading() as tx:
        model = models_table.get(tx, model_id) or models_table.named(tx, model_id)
    if model is None:
        raise NotFound(
            "There is no model {model_id!r}; the Evaluate screen and `report` name those there are.",
            model_id=model_id,
        )
    return model


def title_of(model_id: str) -> str:
    """What screens call a model, a withdrawn one too; the id itself where there is none."""
    with session.reading() as tx:
        return models_table.title_of(tx, model_id)


def titles() -> dict[str, str]:
    """What screens call each model, by its id; withdrawn ones among them."""
    with session.reading() as tx:
        return models_table.titles(tx)


def champion() -> Model | None:
    """The deployed model; while none is deployed, the best of the newest retraining by f(0.10) on validation."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment:
            return models_table.get(tx, deployment.operating_point.model_id)
        finished = jobs.newest(tx, "retrain", state="succeeded", limit=1)
        candidates = models_table.of_job(tx, finished[0].id) if finished else models_table.newest_first(tx)
    return best_model(candidates)


def deployed_model_id() -> str | None:
    """The model that decides now."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
    return deployment.operating_point.model_id if deployment else None


def best_model(candidates: list[Model]) -> Model | None:
    """The model whose card has the highest f(0.10) on validation; NaN counts as the lowest."""
    return max(candidates, key=_validation_f10, default=None)


def report(model_id: str | None = None, am_target: float = 0.10, *, certainty: Certainty | None = None) -> ModelReport:
    """A model, by default the champion, at an AM target that is kept with a certainty.

    Where the model is in force at both, its threshold is the one in force. Without a certainty it is the one with which
    the model is in force at this target, or 50 %.

    Raises
    ------
    NotFound
        No such model, or none is trained yet.
    Refused
        The target is no share between 0 and 1.
    """
    model = model_or_champion(model_id)
    with session.reading() as tx:
        validation = predictions.predictions_of_split(tx, model.id, Split.VALIDATION)
        test = predictions.predictions_of_split(tx, model.id, Split.TEST)
        if certainty is None:
            certainty = threshold_choice.certainty_in_force(tx, model.id, am_target)
        threshold = threshold_choice.threshold_in_use(tx, model.id, am_target, certainty=certainty)
        summary = predictions.cached(
            tx, model.id, "summary", lambda: paper_figures(test.children, test.is_accepted, test.p)
        )
    at_validation, at_test = (
        _in_stream(_figures_at(rows, threshold), model.id, split, threshold)
        for rows, split in ((validation, Split.VALIDATION), (test, Split.TEST))
    )
    return ModelReport(
        model=model.id,
        name=model.title,
        am_target=am_target,
        threshold=threshold,
        validation=at_validation,
        test=_with_intervals(at_test, test, threshold),
        summary=summary,
        promise=_promise(test, threshold, am_target),
        certainty=certainty,
        needed=_needed(validation, am_target, certainty) if not is_sure(threshold, certainty) else None,
    )


def model_or_champion(model_id: str | None) -> Model:
    """The model of that id, or the champion; NotFound with what to do when there is none."""
    if model_id:
        return model(model_id)
    best = champion()
    if best is None:
        raise NotFound("No model is trained yet; retrain on the Retrain screen or with `python -m core retrain`.")
    return best


def paper_figures(children: IntArray, is_accepted: BoolArray, p: Float64Array) -> PaperFigures:
    """The paper's figures of a split on the exact grid; all arrays [shape=(n,)]."""
    curve = rejection.curve(is_accepted, p)
    top = rejection.maximum(curve)
    f10, f15 = rejection.f(curve, 0.10), rejection.f(curve, 0.15)
    return PaperFigures(f10, f15, top.rcc, top.am, intervals.bootstrap_f(children, is_accepted, p, 0.10))


def _figures_at(rows: SplitPredictions, threshold: float) -> SplitFigures:
    figures = operating_point.figures_at_threshold(rows.is_accepted, rows.p, threshold=threshold)
    counts = rejection.confusion(rows.is_accepted, rows.p, threshold)
    apart = caught_by_kind.caught_by_kind(rows.children, rows.labels, rows.p, threshold, [str(kind) for kind in KINDS])
    caught = {kind: apart[str(kind)] for kind in KINDS}
    return SplitFigures(figures.rcc, figures.am, figures.accepted, figures.rejected, counts, caught=caught)


def _in_stream(figures: SplitFigures, model_id: str, split: Split, threshold: float) -> SplitFigures:
    votes = stream.votes_of_split(model_id, split)
    return replace(figures, am_stream=votes.am_at(threshold), n_disagreed=votes.n_disagreed)


def _with_intervals(figures: SplitFigures, rows: SplitPredictions, threshold: float) -> SplitFigures:
    at_threshold = intervals.at_threshold(rows.children, rows.is_accepted, rows.p, threshold)
    return replace(figures, rcc_interval=at_threshold.rcc, am_interval=at_threshold.am)


def _promise(test: SplitPredictions, threshold: float, am_target: float) -> AmUpperBound | None:
    is_accepted = test.is_accepted
    if not is_accepted.any() or math.isnan(threshold):
        return None
    child_index, _ = clustered_shares.child_indices(test.children, len(test.p))
    is_refused = test.p[is_accepted][:, None] < threshold
    return am_upper_bounds(child_index[is_accepted], is_refused, np.array([am_target]))[0]


def _needed(validation: SplitPredictions, am_target: float, certainty: Certainty) -> ChildrenNeeded | None:
    return certain_threshold.children_needed(
        validation.children, validation.is_accepted, validation.p, am_target=am_target, certainty=certainty
    )


def _needed_as_json(needed: ChildrenNeeded | None) -> JsonObject | None:
    if needed is None:
        return None
    return {
        "children": needed.has_children,
        "accepted": needed.has_accepted,
        "children_needed": needed.n_children,
        "accepted_needed": needed.n_accepted,
    }


def _validation_f10(model: Model) -> float:
    f10 = model.card.figures_of(Split.VALIDATION).f10
    return -1.0 if f10 is None else f10


def _interval(name: str, ends: Interval, *, of: float) -> JsonObject:
    return object_of(json_of(known_interval(name, ends, of=of)))


def _counts(figures: SplitFigures) -> JsonObject:
    return {
        "rcc": finite_or_none(figures.rcc),
        "am": finite_or_none(figures.am),
        "accepted": figures.accepted,
        "rejected": figures.rejected,
    }


def _apart(figures: SplitFigures) -> JsonObject:
    """Noise and Speechless apart, and AM with disagreements: beside the counts that programs know."""
    of_kinds: JsonObject = {
        label.value.lower(): {
            "rcc": finite_or_none(share.rcc),
            **_interval("rcc_interval", share.interval, of=share.rcc),
            "n": share.n,
        }
        for label, share in figures.caught.items()
    }
    return of_kinds | {"am_stream": finite_or_none(figures.am_stream), "disagreed": figures.n_disagreed}


def _promise_as_json(promise: AmUpperBound | None) -> JsonObject | None:
    if promise is None:
        return None
    return {
        "am_at_most": finite_or_none(promise.upper),
        "can_be_kept": promise.can_be_kept,
        "accepted": promise.n,
        "children": promise.n_children,
        "accepted_needed": promise.needed,
    }
