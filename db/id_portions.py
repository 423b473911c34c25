"""Numbers of rows in portions: a database takes only so many parameters in one statement."""

from __future__ import annotations

from collections.abc import Iterable

IDS_AT_ONCE = 500


def portions(ids: Iterable[int]) -> list[list[int]]:
    """These numbers, each once and in order, a few hundred at a time."""
    ordered = sorted(set(ids))
    return [ordered[begin : begin + IDS_AT_ONCE] for begin in range(0, len(ordered), IDS_AT_ONCE)]
