"""The rungs of the trade-off: one exact answer for every place of the handle."""

from __future__ import annotations

import numpy as np
import pytest

from core.domain.labels import Label
from core.metrics import decision_counts, rejection
from core.workflows.evaluation import predictions, threshold_sweep
from core.workflows.evaluation.threshold_sweep import AM_MAX, STEP, TARGETS, ThresholdSweep
from pages.components.evaluate.operating_curve import nearest_target


@pytest.fixture
def many(monkeypatch) -> predictions.SplitPredictions:
    """4,000 recordings: more distinct figures than a browser is given."""
    rng = np.random.default_rng(0)
    labels = rng.choice([str(label) for label in Label], 4000)
    p = np.where(labels == str(Label.ACCEPTED), rng.beta(4, 2, 4000), rng.beta(2, 4, 4000))
    there = predictions.SplitPredictions(np.arange(4000), labels, p)
    monkeypatch.setattr("core.workflows.evaluation.predictions.predictions_of_split", lambda tx, model_id, split: there)
    return there


@pytest.fixture
def steps(database, many) -> ThresholdSweep:
    return threshold_sweep.sweep_thresholds("any")


def test_the_handle_goes_from_nought_to_forty_in_half_percents():
    assert (TARGETS[0], TARGETS[-1], len(TARGETS)) == (0.0, AM_MAX, round(AM_MAX / STEP) + 1)


def test_every_place_of_the_handle_has_the_exact_threshold(steps, many):
    curve = rejection.curve(many.is_accepted, many.p)
    exact = [rejection.point_for_am(curve, target).threshold for target in TARGETS]
    assert [rung.threshold for rung in steps.points] == exact


def test_counts_are_those_of_the_threshold(steps, many):
    for rung in steps.points[::16]:
        counts = decision_counts.confusion(many.is_accepted, many.p, rung.threshold)
        for figures in (rung.test, rung.validation):
            assert figures.refused[Label.ACCEPTED] == counts.accepted_refused
            assert figures.rejected_caught == counts.rejected_caught


def test_a_target_between_two_places_takes_the_nearer_one(steps):
    assert steps.at(0.1012).am_target == 0.1
    assert steps.at(5.0).am_target == AM_MAX
    assert steps.at(-1.0).am_target == 0.0


def test_what_is_caught_never_falls_as_more_is_refused(steps):
    caught = [rung.test.rejected_caught for rung in steps.points]
    assert caught == sorted(caught)


@pytest.mark.parametrize(("share", "place"), [(0.1012, 0.1), (0.123, 0.125), (7.0, AM_MAX), (-1.0, 0.0)])
def test_a_share_is_brought_onto_the_steps_of_the_handle(share, place):
    assert nearest_target(share) == place


def test_every_place_says_what_can_be_promised(steps, many):
    for rung in steps.points[::20]:
        assert rung.promise.n == int(many.is_accepted.sum())
        assert rung.test.am <= rung.promise.upper
