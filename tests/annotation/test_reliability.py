"""Kappa and alpha with intervals: by hand, against the packages, and how the intervals behave."""

from __future__ import annotations

from math import isnan, nan

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from core.annotation.reliability import RatedRecording, agreement_estimates, alphas, kappas
from core.domain.labels import Label

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS
TABLES = st.lists(st.integers(0, 9), min_size=9, max_size=9)


def units(*pairs: tuple[Label, ...], each: int = 1) -> list[RatedRecording]:
    return [RatedRecording(f"child-{k % 7}", pair) for k, pair in enumerate(pairs * each)]


def pairs_of(table: list[int]) -> list[tuple[int, int]]:
    return [(cell // 3, cell % 3) for cell, count in enumerate(table) for _ in range(count)]


@given(TABLES)
def test_the_formulas_for_draws_say_what_the_packages_say(table: list[int]) -> None:
    pairs = pairs_of(table)
    if len({code for pair in pairs for code in pair}) < 2:
        return
    counts = np.reshape(table, (3, 3)).astype(float)
    first, second = zip(*pairs, strict=True)
    assert kappas(counts[None])[0] == pytest.approx(cohen_kappa_score(first, second))
    expected = krippendorff.alpha(reliability_data=[first, second], level_of_measurement="nominal")
    assert alphas((counts + counts.T)[None])[0] == pytest.approx(expected)


def test_krippendorffs_own_example_of_nominal_labels_with_gaps() -> None:
    # three judges, some of whom heard only a part: alpha by the coincidence matrix, done by hand
    found = agreement_estimates(units((A, A, A), (N, N), (A, N), (S, S, N)))
    # coincidences: A-A 3, N-N 2, A-N 1 twice, S-S 1, S-N 1 twice; n = 10, of which A 4, N 4, S 2
    assert found.alpha.value == pytest.approx(1 - 9 * 4 / (100 - 16 - 16 - 4))
    assert found.observed.value == pytest.approx(0.6)
    assert isnan(found.kappa.value)


def test_accepted_against_rejected_does_not_mind_noise_against_speechless() -> None:
    told = units((A, A), (N, S), (S, N), each=10)
    three_way, two_way = agreement_estimates(told), agreement_estimates(told, is_two_way=True)
    assert three_way.observed.value == pytest.approx(1 / 3)
    assert (two_way.observed.value, two_way.kappa.value, two_way.alpha.value) == pytest.approx((1, 1, 1))


def test_the_interval_holds_the_figure_and_is_the_same_twice() -> None:
    told = units((A, A), (N, N), (A, N), (S, S), (S, S), each=12)
    found = agreement_estimates(told)
    for figure in (found.observed, found.kappa, found.alpha):
        assert figure.low < figure.value < figure.high
    assert agreement_estimates(told) == found
    assert agreement_estimates(told, seed=1) != found


def test_recordings_of_one_child_say_less_than_those_of_many() -> None:
    rng = np.random.default_rng(0)
    quality = rng.random(8)  # children differ in how easily they are heard
    labels = [(A, A) if rng.random() < quality[k % 8] else (A, N) for k in range(320)]
    together = agreement_estimates([RatedRecording(f"child-{k % 8}", pair) for k, pair in enumerate(labels)])
    apart = agreement_estimates([RatedRecording(f"child-{k}", pair) for k, pair in enumerate(labels)])
    assert together.observed.value == apart.observed.value
    assert together.observed.high - together.observed.low > 1.5 * (apart.observed.high - apart.observed.low)


def test_what_cannot_be_computed_is_not_a_number() -> None:
    nothing = agreement_estimates([])
    assert (nothing.n, isnan(nothing.observed.value), isnan(nothing.alpha.low)) == (0, True, True)
    alone = agreement_estimates([RatedRecording("kim", (A,))])
    assert alone.n == 0
    same = agreement_estimates(units((A, A), each=5))
    assert same.observed.value == 1.0
    assert np.array_equal([same.kappa.value, same.alpha.value, same.alpha.low], [nan] * 3, equal_nan=True)


@pytest.mark.parametrize("n_children", [1, 2, 4])
def test_so_few_children_have_figures_but_no_interval(n_children: int) -> None:
    recordings = [
        RatedRecording(f"child-{k % n_children}", pair) for k, pair in enumerate([(A, A), (A, N), (N, N), (S, S)] * 9)
    ]
    estimates = agreement_estimates(recordings)
    for estimate in (estimates.observed, estimates.kappa, estimates.alpha):
        assert not isnan(estimate.value)
        assert isnan(estimate.low)
        assert isnan(estimate.high)
