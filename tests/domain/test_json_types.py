"""Lenient readers of stored JSON."""

from __future__ import annotations

import math

import pytest

from core.domain import json_types


def test_what_is_of_another_type_reads_as_empty() -> None:
    assert (json_types.object_of([1]), json_types.list_of("ab"), json_types.objects_of([{}, 3])) == ({}, [], [{}])
    assert (json_types.number_or_none(True), json_types.number_or_none("3"), json_types.number_or_none(3)) == (
        None,
        None,
        3,
    )


@pytest.mark.parametrize("stored", [None, [], [1.0], [None, 1.0], [None, None]])
def test_a_pair_without_both_ends_is_none(stored: json_types.JsonValue) -> None:
    assert json_types.pair_or_none(stored) is None


def test_nan_becomes_null_and_tuples_become_lists() -> None:
    assert json_types.json_of({"a": (1, math.nan, "x")}) == {"a": [1, None, "x"]}
    with pytest.raises(TypeError, match="set has no form in JSON"):
        json_types.json_of({1})
