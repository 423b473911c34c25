"""Recordings that were drawn in class count with their weights: when a threshold is chosen, in figures, at the gate."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select, update

from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.metrics import certain_threshold, operating_point
from core.workflows.deployment import deployment_control, promotion_gate
from core.workflows.evaluation import model_evaluation, operating_curves, predictions, threshold_choice, threshold_sweep
from core.workflows.evaluation.predictions import SplitPredictions
from db import schema, session
from tests.workflows import trained

TARGET = 0.10


@pytest.fixture(autouse=True)
def weighted(database) -> None:
    """Two models; every third recording of their snapshot was drawn in class, the weights are those of no real lot."""
    trained.label_many(1500)
    trained.add_model("first", skill=2.5)
    trained.add_model("second", skill=2.5, seed=1)
    items = schema.snapshot_items
    with session.writing() as tx:
        for remainder, weight in ((0, 0.25), (1, 2.5)):
            is_of = items.c.recording_id % 6 == 3 * remainder
            tx.execute(update(items).where(is_of).values(weight=weight))


def rows_of(model_id: str, split: Split) -> SplitPredictions:
    with session.reading() as tx:
        return predictions.predictions_of_split(tx, model_id, split)


def share_below(rows: SplitPredictions, among: np.ndarray, threshold: float) -> float:
    assert rows.weights is not None
    return float(rows.weights[among & (rows.p < threshold)].sum() / rows.weights[among].sum())


@pytest.mark.parametrize("certainty", [Certainty.EVEN, Certainty.MOST])
def test_the_threshold_is_chosen_with_weights(certainty: Certainty) -> None:
    rows = rows_of("first", Split.VALIDATION)
    with session.reading() as tx:
        chosen = threshold_choice.choose_threshold(tx, "first", TARGET, certainty=certainty)
    facts = rows.children, rows.is_accepted, rows.p
    plain, with_weights = (
        certain_threshold.choose_threshold(*facts, am_target=TARGET, certainty=certainty, weights=weights)
        for weights in (None, rows.weights)
    )
    assert chosen.threshold == with_weights != plain
    assert chosen.am == pytest.approx(share_below(rows, rows.is_accepted, chosen.threshold))


def test_report_handle_and_curve_show_the_same_weighted_shares_and_counts_of_recordings() -> None:
    report, rows = model_evaluation.report("first", TARGET), rows_of("first", Split.TEST)
    point = threshold_sweep.sweep_thresholds("first").at(TARGET)
    curve = operating_curves.curve_points("first", Split.TEST)
    am, rcc = (share_below(rows, among, report.threshold) for among in (rows.is_accepted, ~rows.is_accepted))
    assert (report.test.am, report.test.rcc) == pytest.approx((am, rcc))
    assert (point.threshold, point.test.am, point.test.rcc) == pytest.approx((report.threshold, am, rcc))
    assert curve.am[-1] == curve.rcc[-1] == 1.0
    assert report.test.am_interval[0] < am < report.test.am_interval[1]
    assert report.promise is not None
    assert report.promise.upper == point.promise.upper > am
    refused = int((rows.is_accepted & (rows.p < report.threshold)).sum())
    assert report.test.confusion.accepted_refused == refused == report.promise.refused
    unweighted = operating_point.figures_at_threshold(rows.is_accepted, rows.p, threshold=report.threshold)
    assert abs(unweighted.am - am) > 1e-4


def test_the_gate_compares_weighted_shares() -> None:
    deployment_control.deploy("first", TARGET, actor=COMMAND_LINE)
    compared = promotion_gate.compare_with_champion("second", TARGET)
    assert compared is not None
    report = model_evaluation.report("first", TARGET)
    assert (compared.champion.am, compared.champion.rcc) == pytest.approx((report.test.am, report.test.rcc))
    assert compared.am.value == pytest.approx(compared.challenger.am - compared.champion.am)


def test_a_recording_that_was_not_drawn_counts_one() -> None:
    with session.reading() as tx:
        numbers = list(tx.execute(select(schema.snapshot_items.c.recording_id).distinct()).scalars())
    rows = rows_of("first", Split.TRAIN)
    assert rows.weights is not None
    assert set(rows.recordings.tolist()) <= set(numbers)
    assert set(rows.weights[rows.recordings % 3 != 0].tolist()) == {1.0}
