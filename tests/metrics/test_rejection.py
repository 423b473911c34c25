"""The definitions hold for any recordings, and agree with scikit-learn."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_curve

from core.errors import Refused
from core.metrics import decision_counts, rejection
from core.sentences.curve_sentences import empty_classes_sentence

PROBABILITY = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.99, 1.0]))
RECORDINGS = st.lists(st.tuples(st.booleans(), PROBABILITY), max_size=40)
BOTH_CLASSES = RECORDINGS.filter(lambda rows: {truth for truth, _ in rows} == {True, False})
SHARE = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.10, 0.15, 1.0]))


def arrays(rows: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([truth for truth, _ in rows], dtype=bool), np.array([p for _, p in rows], dtype=float)


def by_hand(rows: list[tuple[bool, float]], t: float) -> tuple[float, float]:
    rejected, accepted = [p for truth, p in rows if not truth], [p for truth, p in rows if truth]
    return sum(p < t for p in rejected) / len(rejected), sum(p < t for p in accepted) / len(accepted)


@given(BOTH_CLASSES, st.randoms())
def test_the_order_of_recordings_does_not_matter(rows, random) -> None:
    shuffled = random.sample(rows, len(rows))
    for grid in ("exact", "paper"):
        first, second = rejection.curve(*arrays(rows), grid=grid), rejection.curve(*arrays(shuffled), grid=grid)
        assert np.array_equal(first.thresholds, second.thresholds)
        assert np.array_equal(first.rcc, second.rcc)
        assert np.array_equal(first.am, second.am)


@given(BOTH_CLASSES)
def test_rcc_and_am_never_fall_as_the_threshold_rises(rows) -> None:
    for grid in ("exact", "paper"):
        curve = rejection.curve(*arrays(rows), grid=grid)
        assert (np.diff(curve.thresholds) > 0).all()
        assert (np.diff(curve.rcc) >= 0).all()
        assert (np.diff(curve.am) >= 0).all()


@given(BOTH_CLASSES, SHARE)
def test_the_exact_f_is_never_below_the_one_of_the_papers_grid(rows, x) -> None:
    exact, paper = (rejection.curve(*arrays(rows), grid=grid) for grid in ("exact", "paper"))
    assert rejection.f(exact, x) >= rejection.f(paper, x)
    assert rejection.g(exact).max() >= rejection.g(paper).max()


@given(BOTH_CLASSES, SHARE, st.floats(0, rejection.REFUSE_ALL))
def test_no_threshold_at_all_beats_the_exact_f(rows, x, t) -> None:
    rcc, am = by_hand(rows, t)
    if am <= x:
        point = rejection.point_for_am(rejection.curve(*arrays(rows)), x)
        assert point.threshold >= t or point.rcc == rcc
        assert point.rcc >= rcc
        assert point.am <= x


@given(BOTH_CLASSES)
def test_every_point_of_a_curve_is_what_counting_by_hand_gives(rows) -> None:
    curve = rejection.curve(*arrays(rows))
    for t, rcc, am in zip(curve.thresholds, curve.rcc, curve.am, strict=True):
        assert (rcc, am) == by_hand(rows, t)
        assert (rcc, am) == (rejection.rcc_at(*arrays(rows), t), rejection.am_at(*arrays(rows), t))


@given(BOTH_CLASSES)
def test_the_curve_goes_from_refusing_nothing_to_refusing_everything(rows) -> None:
    curve = rejection.curve(*arrays(rows))
    assert (curve.thresholds[0], curve.rcc[0], curve.am[0]) == (0.0, 0.0, 0.0)
    assert (curve.rcc[-1], curve.am[-1]) == (1.0, 1.0)
    assert rejection.f(curve, 1.0) == 1.0


@given(BOTH_CLASSES)
def test_the_curve_is_scikit_learns_roc_curve_turned_round(rows) -> None:
    truth, p = arrays(rows)
    kept_rejected, kept_accepted, thresholds = roc_curve(truth, p, drop_intermediate=False)
    curve = rejection.curve(truth, p)
    at = np.searchsorted(
        curve.thresholds, thresholds[1:]
    )  # scikit-learn keeps p >= t, as we do; its first t is infinite
    np.testing.assert_allclose(curve.rcc[at], 1 - kept_rejected[1:], atol=1e-12)
    np.testing.assert_allclose(curve.am[at], 1 - kept_accepted[1:], atol=1e-12)


@given(RECORDINGS, st.floats(0, 1))
def test_the_four_counts_add_up_to_the_recordings(rows, t) -> None:
    truth, p = arrays(rows)
    counts = decision_counts.confusion(truth, p, t)
    assert counts.accepted_kept + counts.accepted_refused == truth.sum()
    assert counts.rejected_caught + counts.rejected_passed == (~truth).sum()
    if not truth.all():
        assert counts.rejected_caught / (~truth).sum() == rejection.rcc_at(truth, p, t)


def test_a_perfect_model_catches_all_and_costs_nothing() -> None:
    curve = rejection.curve(np.array([False, False, True, True]), np.array([0.1, 0.2, 0.7, 0.9]))
    assert rejection.f(curve, 0.0) == 1.0
    assert rejection.maximum(curve) == rejection.ThresholdPoint(threshold=0.7, rcc=1.0, am=0.0)


def test_an_inverted_model_catches_nothing_before_it_has_refused_everything() -> None:
    curve = rejection.curve(np.array([False, False, True, True]), np.array([0.7, 0.9, 0.1, 0.2]))
    assert rejection.f(curve, 0.10) == 0.0
    assert rejection.g(curve).min() == -1.0
    assert rejection.maximum(curve) == rejection.ThresholdPoint(threshold=0.0, rcc=0.0, am=0.0)


def test_equal_probabilities_fall_on_the_same_side() -> None:
    truth, p = np.array([True] * 10 + [False] * 10), np.full(20, 0.5)
    curve = rejection.curve(truth, p)
    assert curve.thresholds.tolist() == [0.0, 0.5, rejection.REFUSE_ALL]
    assert curve.rcc.tolist() == [0.0, 0.0, 1.0]
    assert rejection.point_for_am(curve, 0.10) == rejection.ThresholdPoint(threshold=0.5, rcc=0.0, am=0.0)


def test_probabilities_of_exactly_one_can_still_be_refused() -> None:
    curve = rejection.curve(np.array([False, True]), np.array([1.0, 1.0]))
    assert rejection.f(curve, 1.0) == 1.0
    assert curve.thresholds[-1] == np.nextafter(1.0, 2.0)


def test_one_accepted_in_ten_may_be_refused_at_an_am_target_of_a_tenth() -> None:
    truth, p = np.arange(20) < 10, np.concatenate([np.linspace(0.1, 1.0, 10), np.full(10, 0.15)])
    assert rejection.point_for_am(rejection.curve(truth, p), 0.10) == rejection.ThresholdPoint(0.2, 1.0, 0.1)


def test_of_equal_maxima_the_smallest_threshold_is_named() -> None:
    truth, p = np.array([False, True, False, True]), np.array([0.1, 0.3, 0.5, 0.7])
    assert rejection.maximum(rejection.curve(truth, p)).threshold == 0.3


def test_the_papers_grid_is_a_hundred_and_one_exact_hundredths() -> None:
    curve = rejection.curve(np.array([True, False]), np.array([0.29, 0.57]), grid="paper")
    assert len(curve.thresholds) == 101
    assert curve.am[29] == 0.0
    assert curve.rcc[58] == 1.0


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        ([True, True], "labelled Rejected."),
        ([False, False], "labelled Accepted."),
        ([], "labelled Accepted or Rejected."),
    ],
)
def test_an_empty_class_gives_nan_and_says_so(truth: list[bool], words: str) -> None:
    is_accepted, p = np.array(truth, dtype=bool), np.linspace(0.2, 0.8, len(truth))
    for grid in ("exact", "paper"):
        curve = rejection.curve(is_accepted, p, grid=grid)
        assert empty_classes_sentence(curve.empty_classes).endswith(words)
        assert np.isnan([rejection.f(curve, 0.1), rejection.maximum(curve).rcc, rejection.maximum(curve).am]).all()
    assert np.isnan(rejection.rcc_at(is_accepted, p, 0.5)) == (False not in truth)
    assert np.isnan(rejection.am_at(is_accepted, p, 0.5)) == (True not in truth)


def test_where_both_classes_are_there_is_nothing_to_say() -> None:
    assert rejection.curve(np.array([True, False]), np.array([0.9, 0.1])).empty_classes == ()


def test_a_threshold_that_could_not_be_chosen_gives_nan_not_a_share() -> None:
    truth, p = np.array([True, False]), np.array([0.9, 0.1])
    assert np.isnan([rejection.rcc_at(truth, p, np.nan), rejection.am_at(truth, p, np.nan)]).all()
    with pytest.raises(Refused, match="no threshold"):
        decision_counts.confusion(truth, p, np.nan)


@pytest.mark.parametrize("p", [np.nan, -0.1, 1.1, np.inf])
def test_what_is_no_probability_is_named(p: float) -> None:
    with pytest.raises(Refused, match="is no probability"):
        rejection.curve(np.array([True, False]), np.array([0.5, p]))


def test_labels_and_probabilities_must_be_of_one_length() -> None:
    with pytest.raises(Refused, match="one of each"):
        rejection.curve(np.array([True]), np.array([0.5, 0.6]))


@pytest.mark.parametrize("x", [-0.01, 10.0, np.nan])
def test_an_am_target_that_is_no_share_is_named(x: float) -> None:
    with pytest.raises(Refused, match="AM target"):
        rejection.f(rejection.curve(np.array([True, False]), np.array([0.9, 0.1])), x)


def test_a_grid_that_does_not_exist_is_named() -> None:
    with pytest.raises(Refused, match="'coarse'"):
        rejection.curve(np.array([True]), np.array([0.5]), grid="coarse")  # type: ignore[arg-type]


def test_twenty_thousand_recordings_take_milliseconds() -> None:
    rng = np.random.default_rng(0)
    truth, p = rng.random(20_000) < 0.36, rng.random(20_000)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        rejection.f(rejection.curve(truth, p), 0.10)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


WEIGHTED = st.lists(st.tuples(st.booleans(), PROBABILITY, st.integers(1, 4)), max_size=20)


@given(WEIGHTED)
def test_a_weight_counts_like_as_many_recordings(rows) -> None:
    truth, p = arrays([(truth, p) for truth, p, _ in rows])
    times = np.array([weight for _, _, weight in rows], dtype=int)
    weighted = rejection.curve(truth, p, weights=times.astype(float))
    repeated = rejection.curve(np.repeat(truth, times), np.repeat(p, times))
    assert np.array_equal(weighted.thresholds, repeated.thresholds)
    np.testing.assert_allclose(weighted.rcc, repeated.rcc)
    np.testing.assert_allclose(weighted.am, repeated.am)
