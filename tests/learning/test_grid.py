"""What a search tries next, and what it chooses."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Refused
from core.learning import grid, trial_comparison
from core.learning.grid import ParameterPair
from core.learning.networks import RECOMMENDED
from core.learning.trial_comparison import Point, Trial

START = grid.point_of(RECOMMENDED["dnn"])
PAIRS = grid.pairs(START)


def tried(point: Point, loss: float | None, *, size: int = 100, by_child: tuple[float, ...] = ()) -> Trial:
    return Trial(point, loss, 0.8, size, 1.0, 10, None, by_child, (10,) * len(by_child))


def bowl(point: Point) -> float:
    """A loss with one lowest place on every pair."""
    wanted = (256, 4, 0.003, 0.2, 64, 0.1)
    return sum(abs(math.log((a + 0.1) / (b + 0.1))) for a, b in zip(point, wanted, strict=True))


def searched(n_trials: int | None, *, seed: int = 0) -> tuple[list[Trial], list[int], Point]:
    """A whole search of `bowl`: every trial, new ones a pair, and what is held at the end."""
    known: dict[Point, Trial] = {}
    new, held = [], START
    for pair, share in zip(PAIRS, grid.trials_per_pair(n_trials, PAIRS), strict=True):
        before = len(known)
        while points := grid.next_points(pair, held, list(known.values()), share=share, seed=seed):
            assert not set(points) & known.keys()
            known |= {point: tried(point, bowl(point)) for point in points}
        new.append(len(known) - before)
        best = trial_comparison.choose(known[cell] for cell in pair.cells(held) if cell in known)
        held = best.point if best else held
    return list(known.values()), new, held


def test_the_first_pair_is_the_papers_grid() -> None:
    first = PAIRS[0]
    assert (first.first, first.first_values) == ("units", (32, 64, 128, 256, 512))
    assert (first.second, first.second_values) == ("layers", tuple(range(2, 13)))
    assert [(pair.first, pair.second) for pair in PAIRS[1:]] == [
        ("learning_rate", "dropout"),
        ("batch_size", "input_noise"),
    ]


def test_what_is_in_use_is_a_cell_of_every_pair_and_tried_first_by_itself() -> None:
    rnn = grid.point_of(RECOMMENDED["rnn"])
    assert all(rnn in pair.cells(rnn) for pair in grid.pairs(rnn))
    assert grid.next_points(PAIRS[0], START, [], share=10, seed=0) == [START]


@settings(max_examples=20)
@given(st.integers(3, 130), st.integers(0, 5))
def test_a_budget_is_used_up_and_never_exceeded(n_trials: int, seed: int) -> None:
    trials, new, _ = searched(n_trials, seed=seed)
    every = sum(grid.trials_per_pair(None, PAIRS))
    assert len(trials) == sum(new) == min(n_trials, every)
    assert tuple(new) == grid.trials_per_pair(n_trials, PAIRS)


def test_without_a_budget_every_cell_of_every_pair_is_tried_and_the_best_found() -> None:
    _, new, held = searched(None)
    assert new[0] == 55
    assert held == min(PAIRS[2].cells(held), key=bowl)
    assert held[:2] == (256, 4)


def test_one_pair_varies_two_numbers_and_holds_the_others() -> None:
    for pair in PAIRS:
        for cell in pair.cells(START):
            others = [i for i, name in enumerate(grid.NAMES) if name not in (pair.first, pair.second)]
            assert all(cell[i] == START[i] for i in others)


@settings(max_examples=20)
@given(st.integers(5, 40), st.integers(0, 5))
def test_the_same_seed_gives_the_same_plan_and_a_longer_one_begins_alike(n_cells: int, seed: int) -> None:
    ordered = grid.coarse_to_fine(PAIRS[0], START, seed=seed)
    assert ordered == grid.coarse_to_fine(PAIRS[0], START, seed=seed)
    assert sorted(ordered) == sorted(PAIRS[0].cells(START))
    places = [PAIRS[0].position(cell) for cell in ordered[:n_cells]]
    assert len({tuple(place) for place in places}) == n_cells


def test_the_first_cells_lie_all_over_the_grid() -> None:
    first = [PAIRS[0].position(cell) for cell in grid.coarse_to_fine(PAIRS[0], START, seed=0)[:8]]
    every = [PAIRS[0].position(cell) for cell in PAIRS[0].cells(START)]
    assert max(min(abs(place - position).max() for position in first) for place in every) <= 0.4


def test_the_second_half_of_a_small_budget_gathers_around_the_best() -> None:
    share = 16
    ordered = grid.coarse_to_fine(PAIRS[0], START, seed=0)[:8]
    known = [tried(cell, 0.1 if cell == ordered[3] else 1.0) for cell in ordered]
    close = grid.next_points(PAIRS[0], START, known, share=share, seed=0)
    assert len(close) == share - 8
    center = PAIRS[0].position(ordered[3])
    assert max(abs(PAIRS[0].position(cell) - center).max() for cell in close) <= 0.5


def test_finished_trials_are_not_planned_again() -> None:
    first = grid.next_points(PAIRS[0], START, [tried(START, 1.0)], share=10, seed=0)
    half = [tried(START, 1.0), *(tried(point, 1.0) for point in first[:2])]
    assert grid.next_points(PAIRS[0], START, half, share=10, seed=0) == first[2:]


def test_of_networks_that_are_as_good_the_smallest_is_chosen() -> None:
    best = tried(START, 0.50, size=900, by_child=(5.0, 4.0, 6.0, 5.0))
    close = tried((32, *START[1:]), 0.51, size=50, by_child=(5.6, 3.6, 6.6, 4.6))
    worse = tried((64, *START[1:]), 0.60, size=70, by_child=(6.0, 5.0, 7.0, 6.0))
    assert trial_comparison.choose([best, close, worse]) == close
    assert not trial_comparison.is_as_good(worse, best)


def test_equal_losses_go_to_the_smaller_network_and_then_to_the_lower_numbers() -> None:
    big, small = tried((512, *START[1:]), 0.5, size=9), tried((32, *START[1:]), 0.5, size=2)
    twin = replace(small, point=(64, *START[1:]))
    assert trial_comparison.choose([big, twin, small]) == small


def test_nothing_is_changed_for_a_gain_within_noise() -> None:
    held = tried(START, 0.51, by_child=(5.6, 3.6, 6.6, 4.6))
    lower = tried((*START[:3], 0.1, *START[4:]), 0.50, by_child=(5.0, 4.0, 6.0, 5.0))
    assert trial_comparison.choose([held, lower]) == lower
    assert trial_comparison.choose([held, lower], held=START) == held


@given(st.lists(st.one_of(st.none(), st.floats(0.01, 5.0)), max_size=30))
def test_a_network_that_was_given_up_is_never_chosen(losses: list[float | None]) -> None:
    cells = PAIRS[0].cells(START)
    chosen = trial_comparison.choose(tried(cell, loss) for cell, loss in zip(cells, losses, strict=False))
    there = [loss for loss in losses if loss is not None]
    assert (chosen is None) == (not there)
    assert chosen is None or chosen.loss == min(there)


def test_a_training_is_given_up_when_it_is_much_worse_for_long_or_no_number() -> None:
    def is_hopeless(losses: list[float], bound: float | None = 0.4) -> bool:
        return trial_comparison.should_prune(losses, bound, max_epochs=30)

    assert is_hopeless([1.1] * 10)
    assert not is_hopeless([1.1] * 9)
    assert not is_hopeless([1.1] * 9 + [0.59])
    assert not is_hopeless([1.1] * 30, None)
    assert is_hopeless([0.5, math.nan], None)


def test_only_what_differs_from_the_recommended_network_is_a_change() -> None:
    assert grid.changed_parameters(START, RECOMMENDED["dnn"]) == ()
    assert grid.changed_parameters((256, *START[1:]), RECOMMENDED["dnn"]) == (("units", 256),)


def test_no_trials_at_all_are_refused() -> None:
    with pytest.raises(Refused, match="0 trials"):
        grid.trials_per_pair(0, PAIRS)


def test_a_pair_of_one_cell_is_done_at_once() -> None:
    pair = ParameterPair("units", "layers", (START[0],), (START[1],))
    assert grid.next_points(pair, START, [tried(START, 1.0)], share=1, seed=0) == []
