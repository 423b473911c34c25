"""Two models at the same AM target: what one catches more than the other, how sure that is, and where they differ.

Each has the threshold that its own validation gives for the target. Both are looked at on the test recordings that they
have in common; where they learned from different labels, the newer model's labels are the truth for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.labels import Label, Split
from core.domain.models import Model
from core.errors import Refused
from core.metrics import operating_point
from core.metrics.paired_difference import PairedDifferences, paired_differences
from core.workflows.evaluation import confusion, model_evaluation, predictions
from core.workflows.evaluation.confusion import DecidedRecording
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.evaluation.threshold_sweep import CurveData, thin_curve
from db import session


@dataclass(frozen=True)
class ComparedModel:
    """One of the two on the recordings in common; NaN where a class has none."""

    model: Model
    threshold: float
    rcc: float
    am: float
    curve: CurveData


@dataclass(frozen=True)
class ModelComparison:
    """`difference` is one minus other, on `n` recordings; where they differ, how often which of them is right."""

    one: ComparedModel
    other: ComparedModel
    am_target: float
    difference: PairedDifferences
    n: int
    n_one_right: int
    n_other_right: int


@dataclass(frozen=True)
class DifferingDecision:
    """A recording that the two decide differently: as the one sees it, and the p that the other gives."""

    decided: DecidedRecording
    p_other: float


@dataclass(frozen=True)
class _Common:
    """The recordings that two models have in common, p of both, and the thresholds; arrays [shape=(n,)]."""

    one: SplitPredictions
    p_other: np.ndarray
    thresholds: tuple[float, float]

    @property
    def refused(self) -> tuple[np.ndarray, np.ndarray]:
        return self.one.p < self.thresholds[0], self.p_other < self.thresholds[1]

    def right(self, *, is_one: bool) -> np.ndarray:
        """Where only the one, or only the other, decides as people do."""
        one, other = (refused != self.one.is_accepted for refused in self.refused)
        return one & ~other if is_one else other & ~one


def compare_models(model_id: str, against_id: str, am_target: float) -> ModelComparison:
    """The two models beside each other.

    Raises
    ------
    NotFound, Refused
        One of them is not here; they have no test recording in common, or none to choose a threshold on.
    """
    one, other = model_evaluation.model(model_id), model_evaluation.model(against_id)
    with session.reading() as tx:
        common = _common(tx, one, other, am_target)
    there = common.one
    difference = paired_differences(
        there.children, there.is_accepted, there.p, common.thresholds[0], common.p_other, common.thresholds[1]
    )
    as_other = SplitPredictions(there.children, there.labels, common.p_other, there.recordings)
    return ModelComparison(
        one=_side(one, there, common.thresholds[0]),
        other=_side(other, as_other, common.thresholds[1]),
        am_target=am_target,
        difference=difference,
        n=len(there.p),
        n_one_right=int(common.right(is_one=True).sum()),
        n_other_right=int(common.right(is_one=False).sum()),
    )


def differing_decisions(
    model_id: str, against_id: str, am_target: float, *, is_one_right: bool, offset: int = 0, limit: int = 20
) -> tuple[DifferingDecision, ...]:
    """One page of the recordings that only the one, or only the other, decides as people do; furthest apart first."""
    one, other = model_evaluation.model(model_id), model_evaluation.model(against_id)
    with session.reading() as tx:
        common = _common(tx, one, other, am_target)
        places = np.flatnonzero(common.right(is_one=is_one_right))
        far = np.abs(common.one.p[places] - common.p_other[places])
        page = places[np.lexsort((common.one.recordings[places], -far))][offset : offset + limit]
        labels = {int(common.one.recordings[place]): Label(str(common.one.labels[place])) for place in page}
        of_other = {int(common.one.recordings[place]): float(common.p_other[place]) for place in page}
        found = confusion.load_decided(tx, model_id, labels)
    return tuple(DifferingDecision(decided, of_other[decided.judged.recording.id]) for decided in found)


def _common(tx: Any, one: Model, other: Model, am_target: float) -> _Common:
    first, second = (
        predictions.predictions_of_split(tx, one.id, Split.TEST),
        predictions.predictions_of_split(tx, other.id, Split.TEST),
    )
    _, at_first, at_second = np.intersect1d(first.recordings, second.recordings, return_indices=True)
    if not len(at_first):
        raise Refused(f"{one.name} and {other.name} have no test recording in common.")
    labels = first.labels[at_first] if one.created_at >= other.created_at else second.labels[at_second]
    there = SplitPredictions(first.children[at_first], labels, first.p[at_first], first.recordings[at_first])
    thresholds = (_threshold(tx, one, am_target), _threshold(tx, other, am_target))
    return _Common(there, second.p[at_second], thresholds)


def _threshold(tx: Any, model: Model, am_target: float) -> float:
    validation = predictions.predictions_of_split(tx, model.id, Split.VALIDATION)
    found = operating_point.choose_threshold(validation.is_accepted, validation.p, am_target=am_target).threshold
    if np.isnan(found):
        raise Refused(f"{model.name} has no Accepted recording in validation, so no threshold can be chosen.")
    return found


def _side(model: Model, there: SplitPredictions, threshold: float) -> ComparedModel:
    found = operating_point.figures_at_threshold(there.is_accepted, there.p, threshold=threshold)
    return ComparedModel(model, threshold, found.rcc, found.am, thin_curve(there))
