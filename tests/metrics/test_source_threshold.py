"""A source's threshold without labels, on simulated sources."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.metrics import accepted_share, source_threshold
from core.metrics.source_threshold import RULE, Reference, SourceThreshold
from tests.metrics.source_simulations import Simulated, reference, simulate

SEEDS = range(12)


def chosen(source: Simulated) -> SourceThreshold:
    return source_threshold.choose_without_labels(source.p, reference())


def mean_am(*, own: bool = True, **how: float) -> float:
    sources = [simulate(400, seed=seed, **how) for seed in SEEDS]
    return float(np.mean([each.am(chosen(each).threshold if own else reference().threshold) for each in sources]))


@pytest.mark.parametrize("how", [{"moved": -3.0}, {"moved": -2.0}, {"masked": 1.0}, {"masked": 3.0}])
def test_where_p_fell_the_own_threshold_takes_away_a_fifth_of_the_excess_at_least(how: dict[str, float]) -> None:
    frozen, own = mean_am(own=False, **how), mean_am(**how)
    assert own - 0.10 < 0.8 * (frozen - 0.10)


def test_where_p_rose_no_more_good_readings_are_refused_than_the_target() -> None:
    assert mean_am(moved=2.0) <= 0.10


def test_more_accepted_alone_move_no_threshold_far() -> None:
    assert mean_am(share=0.8) == pytest.approx(mean_am(share=0.8, own=False), abs=0.06)


def test_fewer_accepted_alone_never_refuse_more_good_readings() -> None:
    assert mean_am(share=0.1) <= mean_am(share=0.1, own=False)


def test_a_source_like_validation_stays_near_the_common_threshold() -> None:
    assert mean_am() == pytest.approx(mean_am(own=False), abs=0.04)


def test_few_recordings_change_nothing() -> None:
    few = chosen(simulate(RULE.least - 1, moved=-3))
    assert not few.is_own
    assert few.threshold == reference().threshold


@given(st.lists(st.floats(0, 1), min_size=0, max_size=120))
def test_every_source_gets_a_threshold_that_can_be_used(values: list[float]) -> None:
    chosen = source_threshold.choose_without_labels(np.array(values), reference())
    assert 0 <= chosen.threshold <= 1.0000001


def test_the_expected_am_keeps_the_target_where_the_threshold_is_wholly_its_own() -> None:
    moved = chosen(simulate(400, moved=-3))
    assert moved.misfit > RULE.misfits_above
    assert moved.expected_am <= 0.10
    assert moved.rcc_lost > 0


def test_the_share_of_accepted_moves_no_further_than_its_cap() -> None:
    usual = reference().share_accepted
    shares = [chosen(simulate(400, share=share)).share_accepted for share in (0.02, 0.97)]
    odds = accepted_share.log_odds(np.array([usual, *shares]))
    assert odds[1] - odds[0] == pytest.approx(-RULE.share_down, abs=1e-6)
    assert odds[2] - odds[0] == pytest.approx(RULE.share_up, abs=1e-6)


def test_validation_of_one_class_is_refused() -> None:
    with pytest.raises(Refused, match="Accepted and Rejected"):
        Reference.of(np.ones(9, dtype=bool), np.linspace(0, 1, 9), am_target=0.1)
