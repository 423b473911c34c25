"""Charts: the right points at the right places, and nothing that only one theme could read."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace

import pytest

from core.domain.labels import Split
from pages.components import charts

CURVE = SimpleNamespace(
    thresholds=[0.0, 0.4, 0.8],
    rcc=[0.0, 0.9, 1.0],
    am=[0.0, 0.1, 1.0],
    maximum=SimpleNamespace(threshold=0.4, rcc=0.9, am=0.1),
)
TABLE = ((5, 1, 0), (2, 6, 0), (0, 3, 7))


def test_the_maximum_of_g_is_marked():
    figure = charts.threshold_chart(CURVE, threshold=0.3)
    marked = [trace for trace in figure.data if trace.mode == "markers"]
    assert (marked[0].x[0], marked[0].y[0]) == pytest.approx((0.4, 0.8))


def test_without_a_maximum_nothing_is_marked():
    unknown = SimpleNamespace(**vars(CURVE) | {"maximum": SimpleNamespace(threshold=nan, rcc=nan, am=nan)})
    assert all(trace.mode == "lines" for trace in charts.threshold_chart(unknown, threshold=None).data)


def test_the_chosen_point_lies_on_the_chart():
    figure = charts.rcc_against_am_chart({Split.TEST: CURVE}, chosen=(0.1, 0.9), published={"theirs": (0.2, 0.8)})
    points = {(trace.x[0], trace.y[0]) for trace in figure.data if trace.mode == "markers"}
    assert points == {(0.1, 0.9), (0.2, 0.8)}


def test_equal_labels_are_coloured_apart_from_the_others():
    equal, other = charts.judge_table_chart(TABLE, judge_a="ada", judge_b="ben").data
    assert all(equal.z[i][i] is not None and other.z[i][i] is None for i in range(3))


@pytest.mark.parametrize(
    "figure",
    [
        charts.threshold_chart(CURVE, threshold=0.3),
        charts.judge_table_chart(TABLE, judge_a="ada", judge_b="ben"),
    ],
)
def test_the_ground_is_clear_in_light_and_dark(figure):
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == charts.CLEAR
