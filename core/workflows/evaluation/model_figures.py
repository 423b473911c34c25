"""What a threshold does in a split of a model's snapshot, and a model's report as programs read it.

Shares are between 0 and 1; NaN where a class has no recordings. Recordings that were drawn in class count with their
weights; counts are of recordings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.arrays import AnyArray, BoolArray, Float64Array
from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import Label, Split
from core.json_values import finite_or_none, known_interval
from core.metrics import bootstrap_intervals, caught_by_kind, decision_counts, intervals, operating_point, rejection
from core.metrics.am_bound import AmUpperBound
from core.metrics.caught_by_kind import CaughtShare
from core.metrics.certain_threshold import ChildrenNeeded
from core.metrics.intervals import Interval
from core.workflows.evaluation import stream
from core.workflows.evaluation.predictions import SplitPredictions

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
    confusion: decision_counts.Confusion
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


def paper_figures(
    children: AnyArray, is_accepted: BoolArray, p: Float64Array, *, weights: Float64Array | None = None
) -> PaperFigures:
    """The paper's figures of a split on the exact grid; all arrays [shape=(n,)]."""
    curve = rejection.curve(is_accepted, p, weights=weights)
    top = rejection.maximum(curve)
    f10, f15 = rejection.f(curve, 0.10), rejection.f(curve, 0.15)
    f10_interval = bootstrap_intervals.bootstrap_f(children, is_accepted, p, 0.10, weights=weights)
    return PaperFigures(f10, f15, top.rcc, top.am, f10_interval)


def split_figures(rows: SplitPredictions, threshold: float) -> SplitFigures:
    """What a threshold does in a split, without intervals: on validation it was chosen to fit."""
    figures = operating_point.figures_at_threshold(rows.is_accepted, rows.p, threshold=threshold, weights=rows.weights)
    counts = decision_counts.confusion(rows.is_accepted, rows.p, threshold)
    kinds = [str(kind) for kind in KINDS]
    apart = caught_by_kind.caught_by_kind(rows.children, rows.labels, rows.p, threshold, kinds, weights=rows.weights)
    caught = {kind: apart[str(kind)] for kind in KINDS}
    return SplitFigures(figures.rcc, figures.am, figures.accepted, figures.rejected, counts, caught=caught)


def in_stream(figures: SplitFigures, model_id: str, split: Split, threshold: float) -> SplitFigures:
    """The same with AM of the stream."""
    votes = stream.votes_of_split(model_id, split)
    return replace(figures, am_stream=votes.am_at(threshold), n_disagreed=votes.n_disagreed)


def with_intervals(figures: SplitFigures, rows: SplitPredictions, threshold: float) -> SplitFigures:
    """The same with 95 % intervals over children."""
    at = intervals.at_threshold(rows.children, rows.is_accepted, rows.p, threshold, weights=rows.weights)
    return replace(figures, rcc_interval=at.rcc, am_interval=at.am)


def _needed_as_json(needed: ChildrenNeeded | None) -> JsonObject | None:
    if needed is None:
        return None
    return {
        "children": needed.has_children,
        "accepted": needed.has_accepted,
        "children_needed": needed.n_children,
        "accepted_needed": needed.n_accepted,
    }


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
