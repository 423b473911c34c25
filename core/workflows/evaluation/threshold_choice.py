"""The threshold of a model for an AM target: chosen on the validation children of the model's own snapshot.

Reports, comparisons and deployments all take it from here, so that a model has one threshold for a target. The gate
alone chooses others, on the children that two models have in common (`deployment.promotion_gate`).
"""

from __future__ import annotations

import math

from core.domain.labels import Split
from core.errors import Refused
from core.metrics import operating_point
from core.metrics.operating_point import ThresholdChoice
from core.workflows.evaluation import predictions
from db import session


def choose_threshold(tx: session.Connection, model_id: str, am_target: float) -> ThresholdChoice:
    """The threshold with its figures on validation; all NaN without an Accepted recording there.

    Raises
    ------
    Refused
        The target is no share between 0 and 1.
    """
    validation = predictions.predictions_of_split(tx, model_id, Split.VALIDATION)
    return operating_point.choose_threshold(validation.is_accepted, validation.p, am_target=am_target)


def require_threshold(tx: session.Connection, model_id: str, am_target: float) -> ThresholdChoice:
    """The same, refused where no threshold can be chosen.

    Raises
    ------
    Refused
        The target is no share between 0 and 1, or validation has no Accepted recording to choose on.
    """
    choice = choose_threshold(tx, model_id, am_target)
    if math.isnan(choice.threshold):
        raise Refused(f"{model_id} has no Accepted recording in validation, so no threshold can be chosen.")
    return choice
