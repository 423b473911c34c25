from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotation.agreement import agreement
from core.domain.labels import Label

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS
PAIRS = st.lists(st.tuples(st.sampled_from(list(Label)), st.sampled_from(list(Label))), max_size=30)


def test_kappa_and_table_of_a_small_example_done_by_hand() -> None:
    found = agreement([(A, A)] * 4 + [(N, N)] * 3 + [(A, N), (S, N), (S, S)])
    # by chance: 5/10 * 4/10 + 3/10 * 5/10 + 2/10 * 1/10 = 0.37
    assert found.observed == pytest.approx(0.8)
    assert found.kappa == pytest.approx((0.8 - 0.37) / (1 - 0.37))
    assert found.table == ((4, 1, 0), (0, 3, 0), (0, 1, 1))


def test_complete_agreement_on_two_labels_has_kappa_one() -> None:
    assert agreement([(A, A), (N, N)]).kappa == pytest.approx(1.0)


def test_judges_who_only_ever_said_one_word_have_no_kappa() -> None:
    found = agreement([(A, A)] * 5)
    assert (found.n, found.observed) == (5, 1.0)
    assert isnan(found.kappa)


def test_without_recordings_there_are_no_figures() -> None:
    found = agreement([])
    assert found.n == 0
    assert isnan(found.observed)
    assert isnan(found.kappa)


@given(PAIRS)
def test_the_other_way_round_the_table_is_turned_and_kappa_stays(pairs: list[tuple[Label, Label]]) -> None:
    here, there = agreement(pairs), agreement([(second, first) for first, second in pairs])
    assert here.table == tuple(zip(*there.table, strict=True))
    assert here.kappa == pytest.approx(there.kappa, nan_ok=True)
    assert sum(map(sum, here.table)) == here.n
