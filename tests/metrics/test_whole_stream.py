"""AM and RCC with disagreements in the denominator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.metrics import rejection, whole_stream


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1), st.floats(0, 1))
def test_without_disagreements_they_are_am_and_rcc(rows: list[tuple[bool, float]], t: float) -> None:
    truth, p = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    votes = truth.astype(float)
    np.testing.assert_allclose(whole_stream.am_at(votes, p, t), rejection.am_at(truth, p, t))
    np.testing.assert_allclose(whole_stream.rcc_at(votes, p, t), rejection.rcc_at(truth, p, t))


def test_without_any_accepted_am_is_not_known() -> None:
    assert np.isnan(whole_stream.am_at(np.zeros(3), np.ones(3), 0.5))
    assert np.isnan(whole_stream.am_at(np.ones(3), np.ones(3), np.nan))


def test_votes_that_are_no_shares_are_refused() -> None:
    with pytest.raises(Refused, match="share from 0 to 1"):
        whole_stream.am_at(np.array([2.0]), np.array([0.5]), 0.5)
