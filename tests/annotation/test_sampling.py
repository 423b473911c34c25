"""What brings the next recording: shares that hold, places that are filled."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.annotation import sampling
from core.annotation.uncertainty_sampling import least_certain_first, margin
from core.domain.selection import SelectionReason

SHUFFLE, RANDOM, REPEAT = SelectionReason.SHUFFLE, SelectionReason.RANDOM, SelectionReason.REPEAT
UNCERTAINTY = SelectionReason.UNCERTAINTY


def brought(order: str, **shares: float) -> Counter[str]:
    told = {"random_share": 0.0, "repeat_share": 0.0} | shares
    return Counter(sampling.selection_reason(7, number, order=order, **told) for number in range(4000))


def test_without_shares_every_place_is_the_orders() -> None:
    assert brought(SHUFFLE) == {SHUFFLE: 4000}
    assert brought(UNCERTAINTY) == {UNCERTAINTY: 4000}


def test_the_shares_hold_over_many_places() -> None:
    counted = brought(UNCERTAINTY, random_share=0.25, repeat_share=0.1)
    assert counted[REPEAT] == pytest.approx(400, abs=60)
    assert counted[RANDOM] == pytest.approx(900, abs=90)


def test_a_draw_is_the_same_every_time_and_another_for_another_judge() -> None:
    drawn = [sampling.uniform_draw(judge, 3, "order") for judge in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(0.0 <= one < 1.0 for one in drawn)


def test_a_desk_holds_each_recording_once_and_says_what_brought_it() -> None:
    found = {SHUFFLE: [1, 2, 3, 4], UNCERTAINTY: [3, 1, 5], REPEAT: [9]}
    slots = [UNCERTAINTY, RANDOM, REPEAT, UNCERTAINTY, UNCERTAINTY]
    assert sampling.fill_slots(slots, found) == {3: UNCERTAINTY, 1: RANDOM, 9: REPEAT, 5: UNCERTAINTY, 2: SHUFFLE}


def test_a_kind_that_has_run_out_is_filled_from_the_shuffle_and_at_last_from_nothing() -> None:
    assert sampling.fill_slots([REPEAT, UNCERTAINTY, SHUFFLE], {SHUFFLE: [1, 2], UNCERTAINTY: [], REPEAT: []}) == {
        1: SHUFFLE,
        2: SHUFFLE,
    }


def test_the_recording_whose_two_likeliest_classes_are_nearest_comes_first() -> None:
    p = np.array([[0.9, 0.05, 0.05], [0.4, 0.4, 0.2], [0.5, 0.3, 0.2]])
    margins = margin(p[:, 0], p[:, 1], p[:, 2])
    assert margins.tolist() == pytest.approx([0.85, 0.0, 0.2])
    assert least_certain_first(np.array([10, 11, 12]), margins) == [11, 12, 10]


def test_a_model_that_only_knows_accepted_is_least_sure_at_one_half() -> None:
    unknown = np.full(3, np.nan)
    margins = margin(np.array([0.1, 0.55, 0.8]), unknown, unknown)
    assert least_certain_first(np.array([1, 2, 3]), margins) == [2, 3, 1]


def test_recordings_of_the_class_are_mixed_among_the_others_and_none_is_lost() -> None:
    mixed = sampling.mix_in(range(100, 130), range(60), 7, 0, share=1 / 3)
    assert sorted(mixed) == [*range(60), *range(100, 130)]
    assert 15 <= sum(number >= 100 for number in mixed[:60]) <= 26
    assert [number for number in mixed if number >= 100] == list(range(100, 130))
    assert sampling.mix_in([3, 4], [1, 3, 2], 7, 0, share=0.5).count(3) == 1
