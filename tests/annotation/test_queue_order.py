from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotation.queue_order import ARC, STRETCHES, judge_order, next_id_ranges

IDS = st.lists(st.integers(1, 2**31 - 1), unique=True, max_size=60)


@given(IDS, st.integers(1, 50))
def test_every_recording_comes_once_and_always_in_the_same_order(ids: list[int], judge_id: int) -> None:
    order = judge_order(ids, judge_id)
    assert sorted(order) == sorted(ids)
    assert order == judge_order(ids[::-1], judge_id)


def test_two_judges_meet_the_recordings_in_unrelated_orders() -> None:
    ids = list(range(1, 1001))
    first, second = judge_order(ids, 1), judge_order(ids, 2)
    neighbours = set(pairwise(first)) & set(pairwise(second))
    assert first != ids
    assert len(neighbours) < 10
    assert len(set(first[:100]) & set(second[:100])) < 30


@given(IDS, st.integers(1, 50), st.integers(1, 2**31 - 1))
def test_recordings_that_come_later_fall_between_the_others(ids: list[int], judge_id: int, new: int) -> None:
    with_new = judge_order(sorted({*ids, new}), judge_id)
    assert [one for one in with_new if one != new] == judge_order([one for one in ids if one != new], judge_id)


@given(st.lists(st.integers(1, 500), unique=True, min_size=1), st.integers(1, 50))
def test_the_ring_goes_on_behind_the_recording_judged_last(ids: list[int], judge_id: int) -> None:
    order = judge_order(ids, judge_id)
    turned = judge_order(ids, judge_id, after=order[len(order) // 2])
    assert turned == order[len(order) // 2 + 1 :] + order[: len(order) // 2 + 1]


@pytest.mark.parametrize("n", [1, 2, 50, 1000, ARC, 2 * ARC, 7 * ARC + 3])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.9999])
def test_the_next_stretches_are_the_beginning_of_the_ring(n: int, share: float) -> None:
    order = judge_order(range(1, n + 1), 7)
    place = int(share * n)
    ahead = [each for stretch in next_id_ranges(7, n, after=order[place]) for each in stretch]
    assert ahead == (order[place + 1 :] + order[: place + 1])[: sum(STRETCHES)]


def test_without_a_recording_judged_last_the_ring_begins_at_its_start() -> None:
    n = 3 * ARC
    ahead = [each for stretch in next_id_ranges(7, n) for each in stretch]
    assert ahead == judge_order(range(1, n + 1), 7)[: sum(STRETCHES)]


def test_the_recording_judged_last_may_be_gone() -> None:
    n = 3 * ARC
    ahead = [each for stretch in next_id_ranges(7, n, after=n + 10) for each in stretch]
    assert ahead == judge_order(range(1, n + 1), 7, after=n + 10)[: sum(STRETCHES)]


def test_few_recordings_come_once_and_none_where_there_are_none() -> None:
    assert [sorted(stretch) for stretch in next_id_ranges(7, 3)] == [[1, 2, 3]]
    assert list(next_id_ranges(7, 0)) == []
