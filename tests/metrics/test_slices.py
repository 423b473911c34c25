"""Who is treated worse, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics import slices


def world(seed: int = 0, n: int = 600, worse_by: float = 0.0):
    """Children of two languages; the French readings are refused more often by so much."""
    rng = np.random.default_rng(seed)
    children = rng.integers(0, 100, n)
    language = np.where(children % 3 == 0, "fr", "en")
    accepted = rng.random(n) < 0.5
    refused = rng.random(n) < np.where(accepted, 0.1 + worse_by * (language == "fr"), 0.9)
    return children, accepted, refused, language


def test_a_group_that_is_treated_worse_is_said_first():
    children, accepted, refused, language = world(worse_by=0.3)
    first, *rest = slices.slices(children, accepted, refused, {"language": language})
    assert (first.kind, first.name) == ("language", "fr")
    assert first.am.is_worse
    assert not first.rcc.is_worse
    assert not any(part.is_worse for part in rest)
    assert first.am.rest == pytest.approx(refused[accepted & (language == "en")].mean())


def test_a_group_that_is_treated_better_is_not_called_worse():
    children, accepted, refused, language = world(worse_by=0.3)
    english = next(
        part for part in slices.slices(children, accepted, refused, {"language": language}) if part.name == "en"
    )
    assert english.am.p < 0.05
    assert not english.is_worse


def test_one_odd_child_is_no_odd_group():
    """Twenty refusals, all of one child: Fisher's test alone would cry out."""
    children = np.repeat(np.arange(40), 10)
    group, refused = children < 4, (children == 0) | (np.arange(400) % 10 == 9)
    assert slices.p_of_difference(children, refused, group) > 0.05
    assert slices.p_of_difference(np.arange(400), refused, group) < 0.05


def test_too_few_are_shown_and_not_compared():
    children, accepted, refused, _ = world()
    rare = np.where(np.arange(len(children)) < slices.LEAST, "rare", "usual")
    compared = next(part for part in slices.slices(children, accepted, refused, {"kind": rare}) if part.name == "rare")
    assert np.isnan(compared.am.p)
    assert compared.am.n + compared.rcc.n == slices.LEAST


def test_what_is_not_known_is_no_group_and_a_kind_of_one_part_is_left_out():
    children, accepted, refused, language = world()
    kinds = {"language": np.where(children % 2 == 0, language, ""), "source": np.full(len(children), "school")}
    compared = slices.slices(children, accepted, refused, kinds)
    assert {part.name for part in compared} == {"en", "fr"}
    assert sum(part.am.n for part in compared) == int((accepted & (children % 2 == 0)).sum())


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=12))
def test_holms_correction_keeps_the_order_and_only_raises(p):
    values = np.array(p, dtype=float)
    corrected = slices.holm(values)
    known = ~np.isnan(values)
    assert (np.isnan(corrected) == ~known).all()
    assert (corrected[known] >= values[known]).all()
    assert (np.diff(corrected[known][np.argsort(values[known], kind="stable")]) >= 0).all()


def test_holms_correction_of_known_values():
    np.testing.assert_allclose(slices.holm(np.array([0.01, 0.04, 0.03])), [0.03, 0.06, 0.06])
