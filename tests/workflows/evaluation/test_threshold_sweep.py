"""The sweep of all targets is a faster way to the threshold that each target has alone, and to nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.domain.labels import Label
from core.metrics import operating_point
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.evaluation.threshold_sweep import TARGETS, sweep

ROWS = st.lists(
    st.tuples(st.sampled_from(list(Label)), st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))), max_size=30
)


def predictions_of(rows: list[tuple[Label, float]]) -> SplitPredictions:
    labels = np.array([str(label) for label, _ in rows], dtype=str)
    return SplitPredictions(np.arange(len(rows)) // 2, labels, np.array([p for _, p in rows], dtype=np.float64))


@given(ROWS, ROWS)
def test_every_point_has_the_threshold_and_the_figures_of_its_target_alone(validation_rows, test_rows) -> None:
    validation, test = predictions_of(validation_rows), predictions_of(test_rows)
    points = sweep(validation, test).points
    assert len(points) == (len(TARGETS) if validation.is_accepted.any() else 0)
    for point in points[::8]:
        choice = operating_point.choose_threshold(validation.is_accepted, validation.p, am_target=point.am_target)
        assert point.threshold == choice.threshold
        expected = operating_point.figures_at_threshold(test.is_accepted, test.p, threshold=point.threshold)
        assert (point.test.am is None) == np.isnan(expected.am)
        assert point.test.am is None or np.isclose(point.test.am, expected.am)
        assert point.test.rcc is None or np.isclose(point.test.rcc, expected.rcc)
