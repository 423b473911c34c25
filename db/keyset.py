"""Pages by key: rows are looked up from a number on, and never counted off from the first.

What a list is, is a function that looks rows up (`RowNumbers`), on from a number or back from it; what a page is stands
here once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.domain.list_pages import PageBounds


class RowNumbers(Protocol):
    """Looks up numbers of rows of a list, in its order."""

    def __call__(self, begin: int | None, *, limit: int, is_back: bool = False) -> Sequence[int]:
        """At most `limit` numbers: from `begin` on with it, or back from it without it, the nearest first.

        begin : None for the first of the list, or, backwards, its last
        """


def page(numbers: RowNumbers, *, begin: int | None, size: int) -> tuple[list[int], PageBounds]:
    """The numbers of one page in the order of the list, and where the pages beside it begin.

    begin : the page begins at this row or, where it is not in the list, at the first behind it; behind the last row it
        is the last page
    """
    rows = list(numbers(begin, limit=size + 1))
    if not rows and begin is not None:
        rows = list(numbers(None, limit=size, is_back=True))[::-1]
    if not rows or not size:
        return [], PageBounds(after=rows[0] if rows else None)
    before = [] if begin is None else numbers(rows[0], limit=size, is_back=True)
    after = rows[size] if len(rows) > size else None
    return rows[:size], PageBounds(rows[0], before[-1] if before else None, after)
