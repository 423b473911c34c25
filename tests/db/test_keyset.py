"""Pages by key, against a plain list."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from db import keyset


class Numbers:
    """A list in ascending or descending order, as a table would be looked up."""

    def __init__(self, numbers: Sequence[int], *, newest_first: bool) -> None:
        self.sign = -1 if newest_first else 1
        self.rows = sorted(numbers, reverse=newest_first)

    def __call__(self, begin: int | None, *, limit: int, is_back: bool = False) -> list[int]:
        rows = self.rows[::-1] if is_back else self.rows
        if begin is not None:
            rows = [row for row in rows if (self.sign * row < self.sign * begin) == is_back]
        return rows[:limit]


@given(st.sets(st.integers(1, 60)), st.integers(1, 7), st.booleans())
def test_turning_on_and_back_shows_every_row_once(rows: set[int], size: int, newest_first: bool) -> None:
    numbers = Numbers(sorted(rows), newest_first=newest_first)
    begin, shown, begins = None, [], []
    while True:
        page, bounds = keyset.page(numbers, begin=begin, size=size)
        shown += page
        begins.append(bounds)
        begin = bounds.after
        if begin is None:
            break
    assert shown == numbers.rows
    assert [bounds.before for bounds in begins] == [None, *(bounds.begin for bounds in begins[:-1])]


@given(st.sets(st.integers(1, 60), min_size=1), st.integers(0, 70), st.integers(1, 7))
def test_a_page_begins_at_the_first_row_that_is_not_before(rows: set[int], begin: int, size: int) -> None:
    numbers = Numbers(sorted(rows), newest_first=False)
    page, _ = keyset.page(numbers, begin=begin, size=size)
    behind = [row for row in numbers.rows if row >= begin]
    assert page == (behind[:size] or numbers.rows[-size:])
