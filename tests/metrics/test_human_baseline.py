"""Each judge against the others."""

from __future__ import annotations

import numpy as np

from core.metrics.human_baseline import MultiplyJudged, judge_points


def recordings(*opinions: dict[str, bool]) -> list[MultiplyJudged]:
    return [MultiplyJudged(f"child-{k % 4}", accepted_by) for k, accepted_by in enumerate(opinions)]


def test_of_two_judges_each_is_held_against_the_other():
    both = [{"ada": True, "ben": True}] * 8 + [{"ada": False, "ben": True}] * 2 + [{"ada": False, "ben": False}] * 10
    ada, ben = judge_points(recordings(*both))
    assert (ada.judge, ada.am, ada.rcc) == ("ada", 0.2, 1.0)
    assert (ben.judge, ben.am, ben.rcc) == ("ben", 0.0, 10 / 12)
    assert (ada.accepted, ada.rejected) == (10, 10)
    assert ada.am_interval[0] < 0.2 < ada.am_interval[1]


def test_where_the_others_differ_a_recording_says_nothing():
    ada = next(
        point for point in judge_points(recordings({"ada": True, "ben": True, "cleo": False})) if point.judge == "ada"
    )
    assert (ada.accepted, ada.rejected, ada.left_out) == (0, 0, 1)
    assert np.isnan(ada.am)


def test_who_judged_alone_has_no_point():
    assert judge_points(recordings({"ada": True}, {"ben": False})) == []


def test_the_judge_with_most_in_common_comes_first():
    opinions = [{"ben": True, "cleo": True}] * 3 + [{"ada": False, "cleo": False}]
    assert [point.judge for point in judge_points(recordings(*opinions))] == ["cleo", "ben", "ada"]
