"""Upper bounds of AM on the test children, at thresholds that validation gave."""

from __future__ import annotations

import math

import numpy as np

from core.arrays import Float64Array
from core.metrics import clustered_shares
from core.metrics.am_bound import AmUpperBound, am_upper_bounds
from core.workflows.evaluation.predictions import SplitPredictions


def promise_of(test: SplitPredictions, threshold: float, am_target: float) -> AmUpperBound | None:
    """The bound of AM at a threshold; None without an Accepted recording, or a threshold."""
    if not test.is_accepted.any() or math.isnan(threshold):
        return None
    return promises(test, np.array([threshold]), np.array([am_target]))[0]


def promises(test: SplitPredictions, thresholds: Float64Array, am_targets: Float64Array) -> list[AmUpperBound]:
    """The bound of AM at each threshold, beside its target; there must be an Accepted recording."""
    among = test.is_accepted
    child_index, _ = clustered_shares.child_indices(test.children, len(test.p))
    is_refused = test.p[among][:, None] < thresholds
    weights = None if test.weights is None else test.weights[among]
    return am_upper_bounds(child_index[among], is_refused, am_targets, weights=weights)
