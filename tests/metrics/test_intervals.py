"""Intervals draw children, not recordings."""

from __future__ import annotations

import time

import numpy as np
import pytest

from core.errors import Refused
from core.metrics import bootstrap_intervals, intervals, rejection


def recordings(n: int = 400, n_children: int = 40, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.36
    p = np.clip(np.where(truth, 0.65, 0.35) + rng.normal(0, 0.2, n), 0, 1)
    return rng.integers(0, n_children, n), truth, p


def test_the_interval_holds_the_figure_it_is_about() -> None:
    children, truth, p = recordings()
    both = intervals.at_threshold(children, truth, p, 0.5)
    assert both.rcc[0] < rejection.rcc_at(truth, p, 0.5) < both.rcc[1]
    assert both.am[0] < rejection.am_at(truth, p, 0.5) < both.am[1]


def test_recordings_that_resemble_each_other_widen_the_interval() -> None:
    truth, p = np.zeros(200, dtype=bool), np.repeat([0.1, 0.9] * 5, 20)
    few = intervals.at_threshold(np.repeat(np.arange(10), 20), truth, p, 0.5).rcc
    many = intervals.at_threshold(np.arange(200), truth, p, 0.5).rcc
    assert few[1] - few[0] > 2 * (many[1] - many[0])


def test_the_same_seed_gives_the_same_interval_whatever_the_order() -> None:
    children, truth, p = recordings()
    order = np.random.default_rng(3).permutation(len(p))
    shuffled = children[order], truth[order], p[order]
    assert intervals.at_threshold(children, truth, p, 0.5) == intervals.at_threshold(*shuffled, 0.5)
    assert bootstrap_intervals.bootstrap_f(children, truth, p, 0.1) == bootstrap_intervals.bootstrap_f(*shuffled, 0.1)


def test_the_interval_of_f_is_that_of_the_drawn_recordings() -> None:
    children, truth, p = recordings(80, 8)
    p = np.round(p, 1)  # many ties
    rng, values = np.random.default_rng(0), []
    for counts in rng.multinomial(8, np.full(8, 1 / 8), size=200):
        rows = np.repeat(np.arange(80), counts[children])
        values.append(rejection.f(rejection.curve(truth[rows], p[rows]), 0.10))
    expected = np.percentile(values, [2.5, 97.5])
    np.testing.assert_allclose(bootstrap_intervals.bootstrap_f(children, truth, p, 0.10, draws=200, seed=0), expected)


def test_an_empty_class_gives_nan_and_leaves_the_other_alone() -> None:
    children, truth, p = np.array(["a", "b", "b"]), np.array([True, True, True]), np.array([0.2, 0.6, 0.7])
    both = intervals.at_threshold(children, truth, p, 0.5)
    assert np.isnan(both.rcc).all()
    assert both.am[0] < 1 / 3 < both.am[1]
    assert np.isnan(bootstrap_intervals.bootstrap_f(children, truth, p, 0.10)).all()


def test_no_recordings_and_no_threshold_give_nan() -> None:
    nobody = np.array([], dtype=str), np.array([], dtype=bool), np.array([])
    assert np.isnan([*intervals.at_threshold(*nobody, 0.5).rcc, *bootstrap_intervals.bootstrap_f(*nobody, 0.1)]).all()
    assert np.isnan(intervals.at_threshold(np.array(["a"]), np.array([True]), np.array([0.5]), np.nan).am).all()


def test_one_child_says_nothing_about_others() -> None:
    both = intervals.at_threshold(np.array(["a"] * 4), np.array([True, False] * 2), np.array([0.9, 0.1, 0.2, 0.8]), 0.5)
    assert both == intervals.Intervals(rcc=(0.0, 1.0), am=(0.0, 1.0))


def test_children_and_recordings_must_be_of_one_length() -> None:
    with pytest.raises(Refused, match="expected one a recording"):
        intervals.at_threshold(np.array(["a"]), np.array([True, False]), np.array([0.5, 0.6]), 0.5)


def test_two_thousand_recordings_take_no_noticeable_time() -> None:
    children, truth, p = recordings(2000, 300)
    start = time.perf_counter()
    intervals.at_threshold(children, truth, p, 0.5)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("n_children", [1, 2, 4])
def test_drawing_so_few_children_gives_no_interval(n_children: int) -> None:
    children, truth, p = recordings(n_children=n_children)
    assert np.isnan(bootstrap_intervals.bootstrap_f(children, truth, p, 0.10)).all()


def plainly(children, truth, p, x, *, draws, seed):
    """f(x) of each draw, every recording as often as its child was drawn."""
    names, child = np.unique(children, return_inverse=True)
    rng = np.random.default_rng(seed)
    values = []
    for weights in rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws):
        of = weights[child]
        am_of = {t: of[truth & (p < t)].sum() / max(1, of[truth].sum()) for t in [*np.unique(p), np.inf]}
        chosen = max(t for t, am in am_of.items() if am <= x)
        has_both = of[truth].sum() and of[~truth].sum()
        values.append(of[~truth & (p < chosen)].sum() / of[~truth].sum() if has_both else np.nan)
    return np.array(values)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.35, 1.0])
@pytest.mark.parametrize(("n", "n_children", "digits"), [(3, 2, 1), (60, 9, 1), (400, 30, 3), (2000, 25, 6)])
def test_the_draws_are_those_that_counting_every_recording_gives(n, n_children, digits, x):
    rng = np.random.default_rng(n)
    truth = rng.random(n) < 0.5
    p = np.round(rng.random(n) * 0.7 + truth * 0.3, digits)
    children = rng.integers(0, n_children, n)
    drawn = bootstrap_intervals.bootstrap_draws_of_f(children, truth, p, x, draws=40, seed=5)
    np.testing.assert_array_equal(drawn, plainly(children, truth, p, x, draws=40, seed=5))
