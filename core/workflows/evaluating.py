"""What a model is worth at a trade-off: figures, curves and the recordings it gets wrong, from stored probabilities.

No TensorFlow and nothing cached: every answer is computed from the database as it is. Labels and splits are those of
the snapshot a model learned from. Shares are between 0 and 1; NaN where a class has no recordings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import NotFound
from core.judging.consensus import consensus
from core.labels import Label, Split
from core.measuring import intervals, operating_point, rejection
from core.workflows import decisions
from core.workflows.comparing import paper_rows, published_best
from core.workflows.curves import CurveData, DragData, curve_points, drag_points
from db import adjudications, deployments, jobs, judgements, recordings, session
from db import models as models_table
from db.records import JudgedRecording, Model, Probability

__all__ = [
    "Confusions",
    "CurveData",
    "DragData",
    "Mistake",
    "Report",
    "SplitFigures",
    "Summary",
    "best",
    "champion",
    "chosen",
    "confusions",
    "curve_points",
    "drag_points",
    "figures",
    "model",
    "models",
    "paper_rows",
    "published_best",
    "report",
]

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
class Summary:
    """The paper's figures of one split, on the exact grid; `f10_interval` by drawing children."""

    f10: float
    f15: float
    f_am_m: float
    am_m: float
    threshold_m: float
    f10_interval: Interval


@dataclass(frozen=True)
class Report:
    """A model at one AM target: threshold from validation; the test children only report."""

    model: str
    name: str
    am_target: float
    threshold: float
    validation: SplitFigures
    test: SplitFigures
    summary: Summary

    def as_json(self) -> dict[str, Any]:
        """What programs read; NaN becomes null."""
        test, summary = _counts(self.test), self.summary
        test |= {"rcc_interval": _pair(self.test.rcc_interval), "am_interval": _pair(self.test.am_interval)}
        return {
            "model": self.model,
            "name": self.name,
            "am_target": self.am_target,
            "threshold": _number(self.threshold),
            "validation": _counts(self.validation),
            "test": test,
            "f10": _number(summary.f10),
            "f15": _number(summary.f15),
            "f_am_m": _number(summary.f_am_m),
            "am_m": _number(summary.am_m),
            "f10_interval": _pair(summary.f10_interval),
        }


@dataclass(frozen=True)
class Mistake:
    """One recording that a threshold decides against the people's label, with both judgements and probabilities."""

    judged: JudgedRecording
    probability: Probability


@dataclass(frozen=True)
class Confusions:
    """The worst mistakes first, and how many there are in all."""

    accepted_refused: tuple[Mistake, ...]
    noise_passed: tuple[Mistake, ...]
    speechless_passed: tuple[Mistake, ...]
    n_accepted_refused: int
    n_noise_passed: int
    n_speechless_passed: int


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
    return best(candidates)


def deployed_model_id() -> str | None:
    """The model that decides now."""
    with session.reading() as tx:
        deployed = deployments.newest(tx)
    return deployed.operating_point.model_id if deployed else None


def best(candidates: list[Model]) -> Model | None:
    """The model whose card has the highest f(0.10) on validation; NaN counts as the lowest."""
    return max(candidates, key=lambda one: _validation_f10(one.card), default=None)


def report(model_id: str | None = None, am_target: float = 0.10) -> Report:
    """One model, or the champion, at one AM target.

    Raises
    ------
    NotFound
        No such model, or none is trained yet.
    Refused
        The target is no share between 0 and 1.
    """
    one = chosen(model_id)
    with session.reading() as tx:
        validation, test = (decisions.of(tx, one.id, split) for split in (Split.VALIDATION, Split.TEST))
    choice = operating_point.choose(validation.is_accepted, validation.p, am_target=am_target)
    return Report(
        model=one.id,
        name=one.name,
        am_target=am_target,
        threshold=choice.threshold,
        validation=_at(validation, choice.threshold),
        test=_with_intervals(_at(test, choice.threshold), test, choice.threshold),
        summary=figures(test.children, test.is_accepted, test.p),
    )


def chosen(model_id: str | None) -> Model:
    """The model of that id, or the champion; NotFound with what to do when there is none."""
    if model_id:
        return model(model_id)
    found = champion()
    if found is None:
        raise NotFound("No model is trained yet; retrain on the Retrain screen or with `python -m core retrain`.")
    return found


def figures(children: np.ndarray, is_accepted: np.ndarray, p: np.ndarray) -> Summary:
    """The paper's figures of one split on the exact grid."""
    curve = rejection.curve(is_accepted, p)
    top = rejection.maximum(curve)
    f10, f15 = rejection.f(curve, 0.10), rejection.f(curve, 0.15)
    return Summary(f10, f15, top.rcc, top.am, top.threshold, intervals.bootstrap_f(children, is_accepted, p, 0.10))


def confusions(model_id: str, threshold: float, *, split: Split | str = Split.TEST, limit: int = 20) -> Confusions:
    """The recordings that a threshold decides against the people's label, worst first, at most `limit` of each kind.

    Worst is the lowest p of an Accepted one, and the highest p of a rejected one.
    """
    with session.reading() as tx:
        wrong = models_table.wrong_at(tx, model_id, threshold, split=Split(split))
        of = {label: sorted((_badness(one), one[0]) for one in wrong if one[1] is label) for label in Label}
        worst = {label: [recording_id for _, recording_id in ones[:limit]] for label, ones in of.items()}
        mistakes = _mistakes(tx, model_id, [recording_id for ids in worst.values() for recording_id in ids])
    lists = {label: tuple(mistakes[recording_id] for recording_id in ids) for label, ids in worst.items()}
    return Confusions(
        accepted_refused=lists[Label.ACCEPTED],
        noise_passed=lists[Label.NOISE],
        speechless_passed=lists[Label.SPEECHLESS],
        n_accepted_refused=len(of[Label.ACCEPTED]),
        n_noise_passed=len(of[Label.NOISE]),
        n_speechless_passed=len(of[Label.SPEECHLESS]),
    )


def _badness(wrong: tuple[int, Label, float]) -> float:
    """The smaller, the worse."""
    _, label, p = wrong
    return p if label is Label.ACCEPTED else -p


def _mistakes(tx: Any, model_id: str, ids: list[int]) -> dict[int, Mistake]:
    said, decided = judgements.of_recordings(tx, ids), adjudications.of_recordings(tx, ids)
    known = recordings.by_ids(tx, ids)
    found = {}
    for probability in models_table.probabilities_of(tx, model_id, recording_ids=ids):
        number = probability.recording_id
        labels, adjudication = [one.label for one in said.get(number, ())], decided.get(number)
        decision = adjudication.label if adjudication else None
        standing, label = consensus(labels, decision, wanted=known[number].wanted)
        judged = JudgedRecording(known[number], standing, label, said.get(number, ()), adjudication)
        found[number] = Mistake(judged, probability)
    return found


def _at(there: decisions.Decisions, threshold: float) -> SplitFigures:
    choice = operating_point.at(there.is_accepted, there.p, threshold=threshold)
    counts = rejection.confusion(there.is_accepted, there.p, threshold)
    return SplitFigures(choice.rcc, choice.am, choice.accepted, choice.rejected, counts)


def _with_intervals(figures: SplitFigures, there: decisions.Decisions, threshold: float) -> SplitFigures:
    uncertain = intervals.bootstrap(there.children, there.is_accepted, there.p, threshold)
    return replace(figures, rcc_interval=uncertain.rcc, am_interval=uncertain.am)


def _validation_f10(card: dict[str, Any]) -> float:
    value = card.get("figures", {}).get("validation", {}).get("f10")
    return -1.0 if value is None else float(value)


def _counts(there: SplitFigures) -> dict[str, Any]:
    return {
        "rcc": _number(there.rcc),
        "am": _number(there.am),
        "accepted": there.accepted,
        "rejected": there.rejected,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _pair(interval: Interval) -> list[float | None]:
    return [_number(end) for end in interval]
