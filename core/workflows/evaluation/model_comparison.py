"""Two models at the same AM target: what one catches more than the other, how sure that is, and where they differ.

Each has the threshold that its own validation gives for the target. Both are looked at on the test recordings that they
have in common; where they learned from different labels, the newer model's labels are the truth for both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from core.arrays import BoolArray, Float64Array
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.domain.models import Model
from core.errors import Refused
from core.metrics import operating_point
from core.metrics.paired_difference import PairedDifferences, paired_differences
from core.workflows.evaluation import confusion, model_evaluation, predictions, threshold_choice
from core.workflows.evaluation.confusion import DecidedRecording
from core.workflows.evaluation.operating_curves import CurveData, thin_curve
from core.workflows.evaluation.predictions import SplitPredictions
from db import session


@dataclass(frozen=True)
class ComparedModel:
    """A model on the recordings in common; NaN where a class has none.

    threshold : as `threshold_choice` gives it, which is what a deployment would take
    """

    model: Model
    threshold: float
    rcc: float
    am: float
    curve: CurveData


@dataclass(frozen=True)
class ModelComparison:
    """Two models on `n` recordings in common.

    difference : first minus second
    n_first_right, n_second_right : recordings that only this one of the two decides as people do
    """

    first: ComparedModel
    second: ComparedModel
    am_target: float
    certainty: Certainty
    difference: PairedDifferences
    n: int
    n_first_right: int
    n_second_right: int


@dataclass(frozen=True)
class DifferingDecision:
    """A recording that two models decide differently: as the first sees it, and the second's p of Accepted."""

    decided: DecidedRecording
    p_second: float


@dataclass(frozen=True)
class _Paired:
    """The recordings that two models have in common, p of both, and their thresholds; arrays [shape=(n,)]."""

    first: SplitPredictions
    p_second: Float64Array
    thresholds: tuple[float, float]

    def only_right(self, *, is_first: bool) -> BoolArray:
        """Counts of recordings that only the first, or only the second, decides as the label has it."""
        is_accepted = self.first.is_accepted
        is_first_right: BoolArray = (self.first.p < self.thresholds[0]) != is_accepted
        is_second_right: BoolArray = (self.p_second < self.thresholds[1]) != is_accepted
        return is_first_right & ~is_second_right if is_first else is_second_right & ~is_first_right


def compare_models(
    model_id: str, against_id: str, am_target: float, *, certainty: Certainty = Certainty.EVEN
) -> ModelComparison:
    """The two models beside each other.

    Raises
    ------
    NotFound
        One of the models does not exist.
    Refused
        They have no test recording in common, or one has no Accepted recording to choose a threshold on.
    """
    first, second = model_evaluation.model(model_id), model_evaluation.model(against_id)
    with session.reading() as tx:
        paired = _pair(tx, first, second, am_target, certainty)
    rows = paired.first
    difference = paired_differences(
        rows.children,
        rows.is_accepted,
        rows.p,
        paired.thresholds[0],
        paired.p_second,
        paired.thresholds[1],
        weights=rows.weights,
    )
    rows_of_second = replace(rows, p=paired.p_second)
    return ModelComparison(
        first=_compared(first, rows, paired.thresholds[0]),
        second=_compared(second, rows_of_second, paired.thresholds[1]),
        am_target=am_target,
        certainty=certainty,
        difference=difference,
        n=len(rows.p),
        n_first_right=int(paired.only_right(is_first=True).sum()),
        n_second_right=int(paired.only_right(is_first=False).sum()),
    )


def differing_decisions(
    model_id: str,
    against_id: str,
    am_target: float,
    *,
    is_first_right: bool,
    certainty: Certainty = Certainty.EVEN,
    offset: int = 0,
    limit: int = 20,
) -> tuple[DifferingDecision, ...]:
    """A page of the recordings that only the first, or only the second, decides as people do; furthest apart first."""
    first, second = model_evaluation.model(model_id), model_evaluation.model(against_id)
    with session.reading() as tx:
        paired = _pair(tx, first, second, am_target, certainty)
        rows = paired.first
        inside = np.flatnonzero(paired.only_right(is_first=is_first_right))
        distance = np.abs(rows.p[inside] - paired.p_second[inside])
        page = inside[np.lexsort((rows.recordings[inside], -distance))][offset : offset + limit]
        labels = {int(rows.recordings[index]): rows.label_of(index) for index in page}
        p_second = {int(rows.recordings[index]): float(paired.p_second[index]) for index in page}
        decided = confusion.load_decided(tx, model_id, labels)
    return tuple(DifferingDecision(recording, p_second[recording.judged.recording.id]) for recording in decided)


def _pair(tx: session.Connection, first: Model, second: Model, am_target: float, certainty: Certainty) -> _Paired:
    of_first = predictions.predictions_of_split(tx, first.id, Split.TEST)
    of_second = predictions.predictions_of_split(tx, second.id, Split.TEST)
    _, in_first, in_second = np.intersect1d(of_first.recordings, of_second.recordings, return_indices=True)
    if not len(in_first):
        raise Refused(
            "{title} and {second_title} have no test recording in common.",
            title=first.title,
            second_title=second.title,
        )
    is_first_newer = first.created_at >= second.created_at
    newer, places = (of_first, in_first) if is_first_newer else (of_second, in_second)
    rows = replace(newer.among(places), p=of_first.p[in_first])
    thresholds = (
        _threshold(tx, first.id, am_target, certainty),
        _threshold(tx, second.id, am_target, certainty),
    )
    return _Paired(rows, of_second.p[in_second], thresholds)


def _threshold(tx: session.Connection, model_id: str, am_target: float, certainty: Certainty) -> float:
    threshold = threshold_choice.threshold_in_use(tx, model_id, am_target, certainty=certainty)
    if isnan(threshold):
        threshold_choice.require_threshold(tx, model_id, am_target)
    return threshold


def _compared(model: Model, rows: SplitPredictions, threshold: float) -> ComparedModel:
    figures = operating_point.figures_at_threshold(rows.is_accepted, rows.p, threshold=threshold, weights=rows.weights)
    return ComparedModel(model, threshold, figures.rcc, figures.am, thin_curve(rows))
