"""Cells of one row of labels, as words or as values. What is needed and cannot be read is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from core.domain import names
from core.errors import Refused
from core.messages import Message
from core.workflows.importing import dates
from core.workflows.importing.cells import is_blank
from core.workflows.importing.import_options import DateOrder
from core.workflows.importing.notes import Notes

LONGEST_NAME = 80
TRUE = frozenset({"true", "1", "yes", "vrai", "oui", "wahr", "ja"})
FALSE = frozenset({"false", "0", "no", "", "faux", "non", "falsch", "nein"})

Cells = Mapping[str, object]


class OptionalCells:
    """Optional cells of one row: one that cannot be read is noted and left unknown."""

    def __init__(self, row: int, cells: Cells, notes: Notes, order: DateOrder | None) -> None:
        self._row, self._cells, self._notes, self._order = row, cells, notes, order

    def number(self, name: str) -> float | None:
        try:
            return number_of(self._cells, name)
        except Refused as reason:
            self._leave_empty(reason)
            return None

    def count(self, name: str, least: int, most: int) -> int | None:
        try:
            return count_of(self._cells, name, least, most)
        except Refused as reason:
            self._leave_empty(reason)
            return None

    def time(self, name: str) -> datetime | None:
        try:
            return time_of(self._cells, name, self._order)
        except Refused as reason:
            self._leave_empty(reason)
            return None

    def truth(self, name: str) -> bool:
        word = words_of(self._cells, name).lower()
        if word not in TRUE | FALSE and not is_blank(name, word):
            self._leave_empty(
                Refused(
                    "{name} is {word!r}; expected True or False",
                    name=name,
                    word=word,
                )
            )
        return word in TRUE

    def _leave_empty(self, reason: Refused) -> None:
        self._notes.add(Message("A cell was left empty: {reason}", {"reason": reason}), self._row)


def words_of(cells: Cells, name: str) -> str:
    cell = cells.get(name)
    return "" if cell is None or cell != cell else str(cell).strip()


def text_of(cells: Cells, name: str) -> str:
    """Words exactly as they stand."""
    cell = cells.get(name)
    return "" if cell is None or cell != cell else str(cell)


def name_of(cells: Cells, name: str) -> str:
    word = names.person_name(words_of(cells, name))
    if not word or len(word) > LONGEST_NAME:
        raise Refused(
            "{name} is {word!r}; expected a name of at most {longest_name} characters",
            name=name,
            word=word,
            longest_name=LONGEST_NAME,
        )
    return word


def number_of(cells: Cells, name: str) -> float | None:
    word = words_of(cells, name)
    if is_blank(name, word):
        return None
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        raise Refused(
            "{name} is {word!r}; expected a number",
            name=name,
            word=word,
        ) from None
    if not 0 <= number < float("inf"):
        raise Refused(
            "{name} is {word!r}; expected a number of at least 0",
            name=name,
            word=word,
        )
    return number


def count_of(cells: Cells, name: str, least: int, most: int) -> int | None:
    number = number_of(cells, name)
    if number is None:
        return None
    if number != int(number) or not least <= number <= most:
        raise Refused(
            "{name} is {number:g}; expected a whole number from {least} to {most}",
            name=name,
            number=number,
            least=least,
            most=most,
        )
    return int(number)


def time_of(cells: Cells, name: str, order: DateOrder | None) -> datetime | None:
    """Without a zone it is taken as UTC."""
    cell = cells.get(name)
    word = words_of(cells, name)
    if is_blank(name, word) or word == "NaT":
        return None
    if isinstance(cell, datetime):
        return cell if cell.tzinfo is None else cell.astimezone(UTC).replace(tzinfo=None)
    try:
        return dates.read_time(word, order)
    except Refused as reason:
        raise Refused(
            "{name}: {reason}",
            name=name,
            reason=reason,
        ) from None
