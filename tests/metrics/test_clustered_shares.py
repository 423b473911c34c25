"""Shares of recordings that come in children."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.metrics import clustered_shares

counts = st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1)), min_size=1, max_size=30)


@given(counts)
def test_the_interval_holds_its_share_and_stays_between_nought_and_one(children):
    totals = np.array([n for n, _ in children])
    hits = np.array([[round(n * share)] for n, share in children])
    shares = clustered_shares.shares_from_counts(totals, hits)
    assert 0 <= shares.low[0] <= shares.value[0] + 1e-12
    assert shares.value[0] - 1e-12 <= shares.high[0] <= 1
    assert shares.value[0] == pytest.approx(hits.sum() / totals.sum())
    assert shares.design_effect[0] >= 1


def test_one_recording_a_child_is_wilsons_interval_with_students_quantile():
    hits = np.array([True] * 90 + [False] * 10)
    shares = clustered_shares.shares_with_intervals(np.arange(100), hits)
    assert shares.design_effect[0] == pytest.approx(100 / 99 * (100 / 99), rel=0.02)
    assert (shares.low[0], shares.high[0]) == pytest.approx((0.8246, 0.9450), abs=0.003)


def test_children_who_are_all_alike_count_as_one_recording_each():
    which, hits = np.repeat(np.arange(20), 10), np.repeat(np.arange(20) < 10, 10)
    alike = clustered_shares.shares_with_intervals(which, hits)
    alone = clustered_shares.shares_with_intervals(np.arange(20), np.arange(20) < 10)
    assert alike.design_effect[0] == pytest.approx(10, rel=0.15)
    assert (alike.low[0], alike.high[0]) == pytest.approx((alone.low[0], alone.high[0]), abs=0.02)


def test_every_level_is_computed_as_if_alone():
    rng = np.random.default_rng(0)
    which, hits = rng.integers(0, 9, 60), rng.random((60, 4)) < 0.3
    together = clustered_shares.shares_with_intervals(which, hits)
    for level in range(4):
        alone = clustered_shares.shares_with_intervals(which, hits[:, level])
        assert (alone.low[0], alone.high[0]) == pytest.approx((together.low[level], together.high[level]))


def test_nothing_known_is_not_a_nought():
    shares = clustered_shares.shares_with_intervals(np.array([], dtype=int), np.zeros((0, 2), dtype=bool))
    assert np.isnan(shares.value).all()
    assert (shares.n, shares.n_children) == (0, 0)


def test_one_child_tells_nothing_of_others():
    shares = clustered_shares.shares_with_intervals(np.zeros(50, dtype=int), np.ones(50, dtype=bool))
    assert (shares.low[0], shares.high[0]) == (0.0, 1.0)


def test_a_child_is_needed_for_each_recording():
    with pytest.raises(Refused, match="expected one a recording"):
        clustered_shares.child_indices(np.array(["a"]), 2)
