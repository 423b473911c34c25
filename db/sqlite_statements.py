"""Statements as SQLite's driver takes them: a list to compare with is written out, in one of few lengths."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Dialect, TextClause
from sqlalchemy.sql.compiler import ExpandedState

from db.driver_errors import raise_as_usual
from db.driver_statements import Convert, DriverStatement, Row, Statement, Values, converted

MOST_ELEMENTS = 1024  # of a list; with more, SQLAlchemy's way is no detour


class SqliteStatement(DriverStatement[sqlite3.Connection]):
    """A statement's texts for SQLite, by the lengths of the lists in its values."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        self._texts: dict[tuple[int, ...], _SqliteText] = {}
        self._names_of_lists: tuple[str, ...] | None = None
        n_columns = 0 if isinstance(statement, TextClause) else len(statement.exported_columns)
        self._of_columns = self.converts([None] * n_columns)

    def takes(self, values: Values) -> bool:
        """Not with a list that is so long that a text of its own is not worth it."""
        lists = self._lists(values)
        return all(len(cast("Collection[object]", values.get(name, ()))) <= MOST_ELEMENTS for name in lists)

    def run(self, driver: sqlite3.Connection, tx: Connection, each: Sequence[Values]) -> list[Row]:
        """See `DriverStatement.run`."""
        rows: list[Row] = []
        for values in each:
            text, padded = self._text_for(values)
            parameters = text.parameters(padded)
            try:
                rows = driver.execute(text.sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise_as_usual(error, text.sql, parameters, tx)
        return converted(rows, self._of_columns)

    def _text_for(self, values: Values) -> tuple[_SqliteText, Values]:
        """The text, and the values with lists of its lengths."""
        lists = self._lists(values)
        if lists:
            values = {**values, **{name: _padded(values[name]) for name in lists if name in values}}
        lengths = tuple(len(cast("Sequence[object]", values.get(name, ()))) for name in lists)
        text = self._texts.get(lengths)
        if text is None:
            state = self.compiled(values).construct_expanded_state(dict(values))
            text = self._texts[lengths] = _SqliteText(state.statement, tuple(_places(state, values)))
        return text, values

    def _lists(self, values: Values) -> tuple[str, ...]:
        """The names of what its values bring as lists."""
        if self._names_of_lists is None:
            binds = self.compiled(values).bind_names
            self._names_of_lists = tuple(name for bind, name in binds.items() if bind.expanding)
        return self._names_of_lists


@dataclass(frozen=True)
class _Place:
    """What belongs at a place of a text for SQLite: a value, a list's elements, or what is the same every time."""

    name: str | None
    is_list: bool = False
    constant: object = None
    convert: Convert | None = None


@dataclass(frozen=True)
class _SqliteText:
    """A statement for lists of certain lengths, as SQLite's driver takes it."""

    sql: str
    places: tuple[_Place, ...]

    def parameters(self, values: Values) -> list[object]:
        """What the text's question marks stand for, in their order."""
        filled: list[object] = []
        for place in self.places:
            if place.name is None:
                filled.append(place.constant)
                continue
            value, convert = values[place.name], place.convert
            elements = cast("list[object]", value) if place.is_list else [value]
            filled += elements if convert is None else [convert(element) for element in elements]
        return filled


def _places(state: ExpandedState, values: Values) -> Iterator[_Place]:
    list_of = {element: name for name, elements in state.parameter_expansion.items() for element in elements}
    first = {elements[0] for elements in state.parameter_expansion.values() if elements}
    for name in state.positiontup or ():
        of, convert = list_of.get(name, name), state.processors.get(name)
        if of not in values:
            constant = state.parameters[name]
            yield _Place(None, constant=constant if convert is None else convert(constant))
        elif name in first or name not in list_of:
            yield _Place(of, is_list=name in first, convert=convert)


def _padded(values: object) -> list[object]:
    """A list for IN of one of few lengths, so that few texts are needed: its last element fills it up."""
    elements = list(cast("Collection[object]", values))
    length = 1 << (len(elements) - 1).bit_length() if elements else 0
    return elements + elements[-1:] * (length - len(elements))
