"""The bound of AM over children: exact where it must be, wider where children are few, alike or unequal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from core.domain.certainty import Certainty
from core.metrics import child_bound

CHILDREN = st.lists(st.integers(0, 5), min_size=1, max_size=40)
WITH_MARGIN = [certainty for certainty in Certainty if certainty.has_margin]


def bound(child_index, refused, certainty=Certainty.HIGHEST):
    moments = child_bound.moments_along(np.asarray(child_index), np.array([refused]))
    return float(child_bound.upper_bounds(moments, certainty)[0])


@given(CHILDREN)
def test_the_moments_are_sums_over_children(children):
    child_index = np.unique(children, return_inverse=True)[1]
    counts = np.arange(len(children) + 1)
    moments = child_bound.moments_along(child_index, counts)
    g = np.bincount(child_index)
    r = np.stack([np.bincount(child_index[:count], minlength=len(g)) for count in counts])
    assert np.allclose([moments.n, moments.g2, moments.g3], [g.sum(), (g**2).sum(), (g**3).sum()])
    slow = [r**2, r**3, r * g, r**2 * g, r * g**2]
    fast = [moments.r2, moments.r3, moments.rg, moments.r2g, moments.rg2]
    assert np.allclose(fast, [each.sum(axis=1) for each in slow])


WEIGHTED = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=25)


@given(WEIGHTED)
def test_moments_of_weighted_recordings_are_sums_of_their_weights(rows):
    child_index = np.unique([child for child, _ in rows], return_inverse=True)[1]
    w = np.array([weight for _, weight in rows], dtype=float)
    moments = child_bound.moments_along(child_index, np.arange(len(w) + 1), weights=w)
    g = np.bincount(child_index, weights=w)
    r = np.stack([np.bincount(child_index[:k], weights=w[:k], minlength=len(g)) for k in range(len(w) + 1)])
    slow = [r, r**2, r**3, r * g, r**2 * g, r * g**2]
    fast = [moments.refused, moments.r2, moments.r3, moments.rg, moments.r2g, moments.rg2]
    assert np.allclose(fast, [each.sum(axis=1) for each in slow])


@given(WEIGHTED, st.sampled_from([1e-3, 7.0, 1e3]))
def test_only_ratios_of_weights_matter_to_the_bound(rows, factor):
    child_index = np.unique([child for child, _ in rows], return_inverse=True)[1]
    w = np.array([weight for _, weight in rows], dtype=float)
    bounds = [
        child_bound.upper_bounds(
            child_bound.moments_along(child_index, np.arange(len(w)), weights=w * times), Certainty.HIGH
        )
        for times in (1.0, factor)
    ]
    assert np.allclose(*bounds, atol=1e-6)


def test_heavy_recordings_tell_as_little_as_few_and_raise_the_bound():
    of_each = [
        float(
            child_bound.upper_bounds(
                child_bound.moments_along(np.arange(80), np.array([0]), weights=weights), Certainty.HIGHEST
            )[0]
        )
        for weights in (np.ones(80), np.where(np.arange(80) < 40, 1.5, 0.5), np.where(np.arange(80) < 10, 8.0, 1.0))
    ]
    assert of_each == sorted(of_each)
    assert of_each[1] >= 1 - 0.05 ** (1.5 / 80)  # as if all that is refused were of the heavy ones


@given(CHILDREN)
def test_more_certainty_never_gives_a_lower_bound(children):
    child_index = np.unique(children, return_inverse=True)[1]
    moments = child_bound.moments_along(child_index, np.arange(len(children) + 1))
    of_each = [child_bound.upper_bounds(moments, certainty) for certainty in WITH_MARGIN]
    assert (np.diff(of_each, axis=0) >= 0).all()
    assert ((of_each[0] >= 0) & (of_each[-1] <= 1)).all()


@given(CHILDREN, st.integers(0, 40))
def test_the_bound_is_never_below_that_of_independent_recordings(children, refused):
    child_index = np.unique(children, return_inverse=True)[1]
    refused = min(refused, len(children) - 1)
    exact = beta.ppf(0.95, refused + 1, len(children) - refused)
    assert bound(child_index, refused) >= exact - 1e-9


def test_fewer_children_with_as_many_recordings_give_a_higher_bound():
    of_each = [bound(np.arange(240) % n_children, 0) for n_children in (240, 120, 60, 30, 10, 2, 1)]
    assert of_each == sorted(of_each)
    assert of_each[-1] == 1.0


def test_unequal_children_give_a_higher_bound_than_equal_ones():
    equal, unequal = np.repeat(np.arange(40), 6), np.repeat(np.arange(40), [60] * 2 + [3] * 36 + [6] * 2)
    assert len(equal) == len(unequal)
    assert bound(equal, 0) < bound(unequal, 0)


@pytest.mark.parametrize("certainty", WITH_MARGIN)
def test_refusals_of_one_child_raise_the_bound_more_than_those_of_many(certainty):
    of_one = np.concatenate([np.zeros(6, dtype=int), np.repeat(np.arange(1, 40), 6)])
    of_many = np.arange(240) % 40
    assert bound(of_one, 6, certainty) > bound(of_many, 6, certainty)
