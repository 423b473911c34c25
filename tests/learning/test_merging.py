"""Several models, one probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.learning import merging

P = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
THREE_MODELS = st.integers(1, 20).flatmap(
    lambda n: st.lists(st.lists(P, min_size=n, max_size=n), min_size=3, max_size=3)
)


@given(THREE_MODELS, P)
def test_a_majority_vote_at_any_common_threshold_is_the_threshold_on_the_median(rows, t: float) -> None:
    ps = np.array(rows)
    for threshold in (t, *np.unique(ps), np.nextafter(1.0, 2.0)):  # at every place where a vote can turn, too
        votes = (ps >= threshold).sum(axis=0) >= 2
        assert np.array_equal(merging.majority(list(ps)) >= threshold, votes)


@given(THREE_MODELS)
def test_the_mean_lies_between_the_models(rows) -> None:
    ps = np.array(rows)
    merged = merging.mean(list(ps))
    assert (merged >= ps.min(axis=0) - 1e-12).all()
    assert (merged <= ps.max(axis=0) + 1e-12).all()


def test_double_binary_is_the_mean_of_its_two() -> None:
    noise, speechless = np.array([0.0, 1.0, 0.9]), np.array([1.0, 1.0, 0.8])
    np.testing.assert_allclose(merging.double_binary(noise, speechless), [0.5, 1.0, 0.85])


def test_an_even_number_of_models_has_no_majority() -> None:
    with pytest.raises(Refused, match="2 models can be a draw"):
        merging.majority([np.array([0.1]), np.array([0.9])])


@pytest.mark.parametrize("ps", [[], [np.array([0.1]), np.array([0.1, 0.2])], [np.zeros((2, 2))]])
def test_models_of_other_recordings_are_not_merged(ps: list[np.ndarray]) -> None:
    with pytest.raises(Refused, match="expected one of each a recording"):
        merging.mean(ps)
