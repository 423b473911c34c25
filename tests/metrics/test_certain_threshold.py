"""Certain thresholds: exact where recordings are independent, over children otherwise, and true to their word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.risk_control import BinaryClassificationController
from scipy.stats import beta

from bench import certainty as bench_certainty
from bench.coverage import World
from core.domain.certainty import Certainty
from core.errors import Refused
from core.metrics import certain_threshold, operating_point

WITH_MARGIN = [certainty for certainty in Certainty if certainty.has_margin]
ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))),
    min_size=1,
    max_size=40,
)


def arrays_of(rows):
    children, accepted, p = zip(*rows, strict=True)
    return np.array(children), np.array(accepted, dtype=bool), np.array(p, dtype=float)


@given(ROWS, st.floats(0, 1))
def test_the_surer_the_lower_the_threshold(rows, am_target):
    children, is_accepted, p = arrays_of(rows)
    chosen = [
        certain_threshold.choose_threshold(children, is_accepted, p, am_target=am_target, certainty=certainty)
        for certainty in Certainty
    ]
    assert np.isnan(chosen).all() or chosen == sorted(chosen, reverse=True)


@given(ROWS)
def test_a_higher_target_never_lowers_the_threshold_and_the_order_of_recordings_does_not_matter(rows):
    children, is_accepted, p = arrays_of(rows)
    targets = np.linspace(0, 1, 21)
    for certainty in Certainty:
        chosen, reversed_ = (
            certain_threshold.choose_thresholds(
                children[::step], is_accepted[::step], p[::step], am_targets=targets, certainty=certainty
            )
            for step in (1, -1)
        )
        assert np.array_equal(chosen, reversed_, equal_nan=True)
        assert not (np.diff(chosen) < 0).any()


def test_an_even_chance_is_the_papers_rule():
    children, is_accepted, p = arrays_of([(k, k % 3 > 0, k / 100) for k in range(100)])
    chosen = certain_threshold.choose_threshold(children, is_accepted, p, am_target=0.1, certainty=Certainty.EVEN)
    assert chosen == operating_point.choose_threshold(is_accepted, p, am_target=0.1).threshold


@pytest.mark.parametrize("certainty", WITH_MARGIN)
def test_independent_recordings_are_bounded_by_clopper_and_pearson_and_hardly_more(certainty):
    n = 2000
    p = (np.arange(n) + 1) / (n + 1)
    bounds = certain_threshold.am_bounds(np.arange(n), np.ones(n, dtype=bool), p, certainty=certainty)
    refused = np.arange(1, 400)  # at the place of a p, as many as there are lower ones
    exact = beta.ppf(certainty.value, refused + 1, n - refused)
    assert (bounds.upper[refused + 1] >= exact - 1e-9).all()
    assert (bounds.upper[refused + 1] <= exact + 0.001).all()


@pytest.mark.parametrize("certainty", WITH_MARGIN)
def test_with_independent_recordings_it_reaches_at_least_what_mapie_finds(certainty):
    """Its bound is Hoeffding and Bentkus's, valid for any loss: never above the exact binomial of refused or not."""
    rng = np.random.default_rng(4)
    p = np.round(rng.beta(5, 2, 600), 3)
    thresholds = np.unique(p)
    controller = BinaryClassificationController(
        lambda x: np.stack([1 - x[:, 0], x[:, 0]], axis=1),
        risk="recall",
        target_level=0.9,
        confidence_level=certainty.value,
        list_predict_params=thresholds,
    )
    controller.calibrate(p[:, None], np.ones(len(p), dtype=int))
    of_mapie = float(max(controller.valid_predict_params))
    ours = certain_threshold.choose_threshold(
        np.arange(600), np.ones(600, dtype=bool), p, am_target=0.1, certainty=certainty
    )
    paper = operating_point.choose_threshold(np.ones(600, dtype=bool), p, am_target=0.1).threshold
    assert of_mapie <= ours < paper


def test_recordings_of_few_children_cost_more_than_of_many():
    rng = np.random.default_rng(1)
    voice = np.repeat(rng.normal(size=40), 10)
    p = 1 / (1 + np.exp(-(voice + rng.normal(size=400))))
    alike, alone = (
        certain_threshold.choose_threshold(
            children, np.ones(400, dtype=bool), p, am_target=0.1, certainty=Certainty.HIGHEST
        )
        for children in (np.repeat(np.arange(40), 10), np.arange(400))
    )
    assert 0 < alike < alone


def test_a_single_child_is_never_sure():
    needed = certain_threshold.children_needed(
        np.zeros(500), np.ones(500, dtype=bool), np.linspace(0.2, 1, 500), am_target=0.1, certainty=Certainty.MOST
    )
    assert needed is not None
    assert (needed.has_children, needed.has_accepted) == (1, 500)
    assert needed.n_children is not None
    assert needed.n_children > 1


@pytest.mark.parametrize("certainty", WITH_MARGIN)
def test_as_many_children_as_it_says_are_enough_and_half_of_them_are_not(certainty):
    def needed(n_children):
        p = np.linspace(0.1, 1, n_children)
        return certain_threshold.children_needed(
            np.arange(n_children), np.ones(n_children, dtype=bool), p, am_target=0.1, certainty=certainty
        )

    enough = needed(5).n_children
    assert needed(enough) is None
    assert needed(enough // 2).n_children is not None


def test_no_accepted_recording_gives_no_threshold_and_no_number_of_children():
    nothing = np.zeros(3, dtype=bool), np.array([0.1, 0.2, 0.3])
    chosen = certain_threshold.choose_threshold(np.arange(3), *nothing, am_target=0.1, certainty=Certainty.HIGH)
    assert np.isnan(chosen)
    needed = certain_threshold.children_needed(np.arange(3), *nothing, am_target=0.1, certainty=Certainty.HIGH)
    assert needed is not None
    assert needed.n_children is None


@pytest.mark.parametrize("share", [0.0, 0.51, 95, -1, float("nan")])
def test_a_certainty_that_cannot_be_chosen_is_named(share):
    with pytest.raises(Refused, match=rf"Certainty {share!r} cannot be chosen: expected one of 0\.50, 0\.80"):
        Certainty.of(share)


@pytest.mark.parametrize("certainty", Certainty)
def test_with_weights_a_lot_that_passes_over_refusals_does_not_raise_the_threshold(certainty):
    """Without them it does: a label that stands for many decisions would count like a label that stands for few."""
    rng = np.random.default_rng(2)
    p = rng.random(60_000)  # of good readings, so a threshold is its own AM
    chance = np.where(p < 0.3, 0.05, 0.5)
    drawn = rng.random(len(p)) < chance
    children, is_accepted = np.arange(drawn.sum()), np.ones(drawn.sum(), dtype=bool)
    plain, weighted = (
        certain_threshold.choose_threshold(
            children, is_accepted, p[drawn], am_target=0.1, certainty=certainty, weights=weights
        )
        for weights in (None, 1 / chance[drawn])
    )
    assert plain > 0.2
    assert 0.05 < weighted < (0.11 if certainty is Certainty.EVEN else 0.1)


WORLDS = {
    "a class alike": World(25, 0.3, mean_size=8),
    "a school": World(100, 0.1),
    "a class with a few hard children": bench_certainty.CornerWorld(40, 0.3, mean_size=8),
    "a school with a rare kind of child": bench_certainty.RareWorld(100, 0.3, mean_size=8),
    "a school, drawn by lot": bench_certainty.SampledCornerWorld(100, 0.2),
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_the_target_is_exceeded_no_oftener_than_the_certainty_allows_and_the_papers_rule_does(world):
    draws = 250
    shares = bench_certainty.broken_shares(world, draws=draws, seed=5)
    assert [share for share in shares if not share.is_within(draws)] == []
    even, most = shares[0], shares[1]
    assert even.broken > 0.4
    assert most.broken > 0.05  # not needlessly careful
