"""Nearest rows of a table, against the same by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.nearest_rows import MOST_APART, nearest_rows

TABLE = np.array([[0.0, 0.0, 7.0], [1.0, 100.0, 7.0], [2.0, 0.0, 7.0], [9.0, 900.0, 7.0]], np.float32)


def test_each_column_counts_in_its_own_spread_and_one_that_never_moves_not_at_all() -> None:
    places, distances = nearest_rows(np.array([2.0, 10.0, -50.0], np.float32), TABLE, count=3)
    assert places.tolist() == [2, 1, 0]
    deviation = TABLE.std(axis=0)[:2]
    assert (np.abs(TABLE[places, :2] - [2.0, 10.0]) < MOST_APART * deviation).all()
    by_hand = np.sqrt((((TABLE[places, :2] - [2.0, 10.0]) / deviation) ** 2).mean(axis=1))
    np.testing.assert_allclose(distances, by_hand, rtol=1e-5)


def test_an_empty_table_and_a_table_of_equals() -> None:
    row = np.zeros(3, np.float32)
    assert nearest_rows(row, np.zeros((0, 3), np.float32), count=5)[0].tolist() == []
    places, distances = nearest_rows(row, np.ones((4, 3), np.float32), count=2)
    assert (places.tolist(), distances.tolist()) == ([0, 1], [0.0, 0.0])


def test_a_single_odd_value_does_not_decide_alone() -> None:
    table = np.random.default_rng(0).normal(size=(50, 9))
    odd = table[3].copy()
    odd[0] = 1e9
    assert nearest_rows(odd, table, count=1)[0].tolist() == [3]


@given(st.integers(1, 40), st.integers(0, 50), st.integers(0, 10_000))
def test_the_nearest_come_first_and_never_more_than_there_are(n_rows: int, count: int, seed: int) -> None:
    table = np.random.default_rng(seed).normal(size=(n_rows, 4))
    places, distances = nearest_rows(table[n_rows // 2], table, count=count)
    assert len(places) == len(set(places.tolist())) == min(n_rows, count)
    assert (np.diff(distances) >= 0).all()
    assert count == 0 or places[0] == n_rows // 2
