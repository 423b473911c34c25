"""What can be promised, and by how many recordings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from core.errors import Refused
from core.metrics import am_bound


@given(st.integers(1, 400), st.data())
def test_the_bound_is_where_so_few_become_unlikely(n, data):
    refused = data.draw(st.integers(0, n - 1))
    bound = am_bound.upper_bound(refused, n)
    assert binom.cdf(refused, n, bound) == pytest.approx(0.05, abs=1e-6)


def test_none_refused_of_n_bounds_am_by_about_three_in_n():
    assert am_bound.upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert am_bound.upper_bound(5, 5) == 1.0
    assert np.isnan(am_bound.upper_bound(0, 0))


@given(st.floats(0, 0.19), st.sampled_from([0.1, 0.15, 0.2]))
def test_the_number_needed_is_the_first_that_keeps_the_target(share, target):
    n = am_bound.recordings_needed(share, target)
    if share >= target:
        assert n is None
    elif n is not None:
        assert am_bound.upper_bound(share * n, n) <= target
        assert n == 1 or am_bound.upper_bound(share * (n - 1), n - 1) > target


def test_twenty_nine_recordings_without_a_refusal_promise_ten_percent():
    assert am_bound.recordings_needed_without_refusals(0.10) == 29
    assert am_bound.recordings_needed(0.0, 0.10) == 29
    with pytest.raises(Refused, match="cannot be promised"):
        am_bound.recordings_needed_without_refusals(0.0)


def test_children_who_are_alike_promise_less():
    alone, alike = np.arange(300), np.repeat(np.arange(30), 10)
    refused = np.repeat(np.arange(30) == 0, 10)[:, None]
    of_many, of_few = (am_bound.am_upper_bounds(which, refused, np.array([0.1]))[0] for which in (alone, alike))
    assert of_many.upper < of_few.upper
    assert of_many.upper_if_alone == of_few.upper_if_alone
    assert of_many.can_be_kept
    assert not of_few.can_be_kept
    assert of_few.needed > of_many.needed


def test_a_target_that_is_no_share_is_refused():
    with pytest.raises(Refused, match="no share"):
        am_bound.am_upper_bounds(np.arange(3), np.zeros((3, 1), dtype=bool), np.array([1.5]))
