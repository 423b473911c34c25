"""Notes of an import, beside refusals. A note that holds for many rows is one line."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.names import readable
from core.messages import Message, listed
from core.translation import mark

ROWS_NAMED = 8
MOST_LINES = 200


class Notes:
    """Messages, each with the rows that they hold for, in the order in which they were first noted."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._noted: dict[str, tuple[Message, list[int]]] = {str(message): (message, []) for message in messages}

    def add(self, message: Message, row: int | None = None) -> None:
        self._rows_of(message).extend([] if row is None else [row])

    def extend(self, other: Notes) -> None:
        for message, rows in other._noted.values():
            self._rows_of(message).extend(rows)

    def messages(self) -> list[Message]:
        """At most `MOST_LINES`; how many more there are stands in the last."""
        every = [_with_rows(message, rows) for message, rows in self._noted.values()]
        more = len(every) - MOST_LINES
        return every[:MOST_LINES] + ([Message("... and {n} more notes.", {"n": more})] if more > 0 else [])

    def lines(self) -> list[str]:
        """The same in English."""
        return [readable(str(message)) for message in self.messages()]

    def _rows_of(self, message: Message) -> list[int]:
        return self._noted.setdefault(str(message), (message, []))[1]


def _with_rows(message: Message, rows: list[int]) -> Message:
    if not rows:
        return message
    words = mark("{words} (rows {rows})") if len(rows) > 1 else mark("{words} (row {rows})")
    return Message(words, {"words": message, "rows": listed(map(str, rows), most=ROWS_NAMED)})
