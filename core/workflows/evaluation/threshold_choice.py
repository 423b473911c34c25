"""The threshold of a model for an AM target: chosen on the validation children of the model's own snapshot.

Reports, comparisons, the gate and deployments all take it from here, so that a model has one threshold for a target and
a certainty. What is in force is frozen (`threshold_in_use`): no screen shows another for it.
"""

from __future__ import annotations

import math

import numpy as np

from core.arrays import Float64Array
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.errors import Refused
from core.metrics import certain_threshold, operating_point
from core.metrics.certain_threshold import ChildrenNeeded
from core.metrics.operating_point import ThresholdChoice
from core.sentences.certainty_sentences import needed_sentence
from core.workflows.evaluation import predictions
from core.workflows.evaluation.predictions import SplitPredictions
from db import deployments, models, session


def choose_threshold(
    tx: session.Connection, model_id: str, am_target: float, *, certainty: Certainty = Certainty.EVEN
) -> ThresholdChoice:
    """The threshold with its figures on validation; 0, which refuses nothing, where no other is sure.

    All NaN without an Accepted recording in validation.

    Raises
    ------
    Refused
        The target is no share between 0 and 1.
    """
    validation = predictions.predictions_of_split(tx, model_id, Split.VALIDATION)
    if not certainty.has_margin:
        return operating_point.choose_threshold(
            validation.is_accepted, validation.p, am_target=am_target, weights=validation.weights
        )
    threshold = float(thresholds_for(validation, np.array([am_target]), certainty)[0])
    return operating_point.figures_at_threshold(
        validation.is_accepted, validation.p, threshold=threshold, weights=validation.weights
    )


def thresholds_for(validation: SplitPredictions, am_targets: Float64Array, certainty: Certainty) -> Float64Array:
    """The thresholds that validation gives for some targets [shape=(n_targets,)]; where none is sure, 0."""
    return certain_threshold.choose_thresholds(
        validation.children,
        validation.is_accepted,
        validation.p,
        am_targets=am_targets,
        certainty=certainty,
        weights=validation.weights,
    )


def threshold_in_use(
    tx: session.Connection, model_id: str, am_target: float, *, certainty: Certainty = Certainty.EVEN
) -> float:
    """The frozen threshold where this model is in force at this target and certainty; else what would be chosen."""
    frozen = frozen_threshold(tx, model_id, certainty=certainty)
    if frozen is not None and frozen[0] == am_target:
        return frozen[1]
    return choose_threshold(tx, model_id, am_target, certainty=certainty).threshold


def frozen_threshold(tx: session.Connection, model_id: str, *, certainty: Certainty) -> tuple[float, float] | None:
    """The AM target and the threshold with which this model is in force at this certainty; None where it is not.

    Erasures after the deployment leave it as it is, though another would be chosen now.
    """
    now = deployments.newest(tx)
    point = now.operating_point if now else None
    is_in_force = point is not None and (point.model_id, point.certainty) == (model_id, certainty)
    return (point.am_target, point.threshold) if point is not None and is_in_force else None


def certainty_in_force(tx: session.Connection, model_id: str, am_target: float) -> Certainty:
    """The certainty with which this model is in force at this target; without any it is the paper's rule."""
    now = deployments.newest(tx)
    point = now.operating_point if now else None
    is_in_force = point is not None and (point.model_id, point.am_target) == (model_id, am_target)
    return point.certainty if point is not None and is_in_force else Certainty.EVEN


def require_threshold(
    tx: session.Connection, model_id: str, am_target: float, *, certainty: Certainty = Certainty.EVEN
) -> ThresholdChoice:
    """The same as `choose_threshold`, refused where no threshold can be chosen, or none above 0 is sure.

    Raises
    ------
    Refused
        The target is no share between 0 and 1, or validation has too few children for the certainty, which says how
        many would do, or no Accepted recording to choose on.
    """
    choice = choose_threshold(tx, model_id, am_target, certainty=certainty)
    if math.isnan(choice.threshold):
        name = models.title_of(tx, model_id)
        raise Refused(
            "{name} has no Accepted recording in validation, so no threshold can be chosen.",
            name=name,
        )
    if not certain_threshold.is_sure(choice.threshold, certainty):
        validation = predictions.predictions_of_split(tx, model_id, Split.VALIDATION)
        needed = needed_for(validation, am_target, certainty)
        why = needed_sentence(needed) if needed else ""
        raise Refused(f"{models.title_of(tx, model_id)} cannot be deployed so. {why}".strip())
    return choice


def needed_for(validation: SplitPredictions, am_target: float, certainty: Certainty) -> ChildrenNeeded | None:
    """What validation would take to be sure of a target; None where it is."""
    return certain_threshold.children_needed(
        validation.children,
        validation.is_accepted,
        validation.p,
        am_target=am_target,
        certainty=certainty,
        weights=validation.weights,
    )
