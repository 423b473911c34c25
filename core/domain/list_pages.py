"""Pages of long lists. A page begins at a row's number, so that turning to it costs the same however far it is."""

from __future__ import annotations

from dataclasses import dataclass

BEHIND_ALL = 99_999_999  # where nothing begins: the last page is shown instead


@dataclass(frozen=True)
class PageBounds:
    """Where a page and those beside it begin, by the numbers of their first rows; None where there is none.

    begin : of the page itself; None when no row fits
    before : of the page before, which may hold the first of this page again where it would have been short
    after : of the page after
    """

    begin: int | None = None
    before: int | None = None
    after: int | None = None
