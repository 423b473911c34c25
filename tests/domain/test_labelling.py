from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.labelling import LabellingState, Obstacle, can_count_again, capacity, has_room, obstacle

OPEN = LabellingState(round=1, is_settled=False, n_others=1, wanted=2, language="fr", duration_s=1.0)


def test_two_labels_fit_and_a_third_where_one_was_asked_for() -> None:
    assert [has_room(n, 2) for n in range(3)] == [True, True, False]
    assert [has_room(n, 3) for n in (2, 3)] == [True, False]


def test_a_reserved_place_is_taken() -> None:
    assert not has_room(1, 2, n_reserved=1)


def test_an_earlier_round_may_have_had_a_third_judge() -> None:
    assert (capacity(2, newest_round=2, wanted=2), capacity(1, newest_round=2, wanted=2)) == (2, 3)


def test_a_label_is_taken_where_nothing_stands_in_the_way() -> None:
    assert obstacle(OPEN, round_=1, languages=()) is None
    assert obstacle(OPEN, round_=1, languages=("en", "fr")) is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(OPEN, round=2), Obstacle.OTHER_ROUND),
        (replace(OPEN, is_settled=True), Obstacle.DECIDED),
        (replace(OPEN, n_others=2), Obstacle.FULL),
        (replace(OPEN, language="en"), Obstacle.LANGUAGE),
    ],
)
def test_each_obstacle_is_named(state: LabellingState, expected: Obstacle) -> None:
    assert obstacle(state, round_=1, languages=("fr",)) is expected


def test_nobody_gives_a_second_label_in_a_round() -> None:
    assert obstacle(OPEN, round_=1, languages=(), has_own_label=True) is Obstacle.OWN_LABEL


def test_whose_label_was_set_aside_for_others_gives_none_in_that_round() -> None:
    assert obstacle(replace(OPEN, is_barred=True), round_=1, languages=()) is Obstacle.SET_ASIDE


def test_a_label_counts_again_while_its_place_is_free() -> None:
    assert [can_count_again(n, 2, has_own_label=False) for n in range(3)] == [True, True, False]
    assert not can_count_again(1, 2, has_own_label=True)
