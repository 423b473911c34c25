"""Notes of an import, beside refusals. A note that holds for many rows is one line."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.names import readable

ROWS_NAMED = 8
MOST_LINES = 200


class Notes:
    """Words, each with the rows that they hold for, in the order in which they were first noted."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._rows: dict[str, list[int]] = {line: [] for line in lines}

    def add(self, words: str, row: int | None = None) -> None:
        self._rows.setdefault(words, []).extend([] if row is None else [row])

    def extend(self, other: Notes) -> None:
        for words, rows in other._rows.items():
            self._rows.setdefault(words, []).extend(rows)

    def lines(self) -> list[str]:
        """At most `MOST_LINES`; how many more there are stands in the last."""
        lines = [readable(words) + _of_rows(rows) for words, rows in self._rows.items()]
        more = len(lines) - MOST_LINES
        return lines[:MOST_LINES] + ([f"... and {more} more notes."] if more > 0 else [])


def _of_rows(rows: list[int]) -> str:
    if not rows:
        return ""
    named = ", ".join(str(row) for row in rows[:ROWS_NAMED])
    more = len(rows) - ROWS_NAMED
    return f" (row{'s' if len(rows) > 1 else ''} {named}{f' and {more} more' if more > 0 else ''})"


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """The first of some names, and how many more there are."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")
