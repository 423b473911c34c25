"""Statements that run with every label, desk and sound: compiled once, and on SQLite run by the driver itself.

SQLite answers them in some microseconds, and SQLAlchemy's way there and back takes ten times as long, while other
writers wait (docs/decisions/0026). On PostgreSQL, and where somebody listens to statements, they go SQLAlchemy's way.
A test holds the two ways together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, TextClause
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from db import changed_tables

MOST_ELEMENTS = 1024  # of a list that a statement compares with; with more, SQLAlchemy's way is no detour

RowT = TypeVar("RowT", bound="tuple[Any, ...]")
Values: TypeAlias = "Mapping[str, object]"
Statement: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | UpdateBase | TextClause
Convert: TypeAlias = "Callable[[Any], Any]"


@dataclass(frozen=True)
class _Place:
    """What belongs at a place of a statement's text: a value, a list's elements, or what is the same every time."""

    name: str | None
    is_list: bool = False
    constant: object = None
    convert: Convert | None = None


@dataclass(frozen=True)
class _Text:
    """A statement for lists of certain lengths, as SQLite takes it."""

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


class Prepared(Generic[RowT]):
    """A statement with the values still to come: under the names of its `bindparam`, or of an INSERT's columns.

    An INSERT must be run with every column that has a default in Python.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._changed = changed_tables.changed_by(statement)
        self._compiled: _Compiled | None = None

    def rows(self, tx: Connection, values: Values) -> list[RowT]:
        """Every row."""
        driver = _driver_of(tx)
        if driver is None or self._of(tx.dialect).has_too_many(values):
            return [cast(RowT, tuple(row)) for row in tx.execute(self.statement, dict(values))]
        return self._fetched(tx, driver, values)

    def first(self, tx: Connection, values: Values) -> RowT | None:
        """The first row; None when there is none."""
        rows = self.rows(tx, values)
        return rows[0] if rows else None

    def one(self, tx: Connection, values: Values) -> RowT:
        """The only row, of a statement that always gives one."""
        (row,) = self.rows(tx, values)
        return row

    def run(self, tx: Connection, values: Values) -> None:
        """Run it for what it changes."""
        self.run_each(tx, [values])

    def run_each(self, tx: Connection, each: Sequence[Values]) -> None:
        """Run it once with each of these values, in this order."""
        driver = _driver_of(tx)
        if driver is None or any(self._of(tx.dialect).has_too_many(values) for values in each):
            for values in each:
                tx.execute(self.statement, dict(values))
            return
        for values in each:
            self._fetched(tx, driver, values)

    def _fetched(self, tx: Connection, driver: sqlite3.Connection, values: Values) -> list[RowT]:
        compiled = self._of(tx.dialect)
        text, values = compiled.text_for(values)
        parameters = text.parameters(values)
        try:
            rows = driver.execute(text.sql, parameters).fetchall()
        except sqlite3.Error as error:
            _raise_as_usual(error, text.sql, parameters, tx.dialect)
        changed_tables.note(tx, self._changed)
        return cast("list[RowT]", compiled.converted(rows))

    def _of(self, dialect: Dialect) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiled(self.statement, dialect)
        return self._compiled


class _Compiled:
    """A statement's texts for SQLite, by the lengths of the lists in its values."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        self._statement, self._dialect = statement, dialect
        self._texts: dict[tuple[int, ...], _Text] = {}
        compiled = self._compile(None)
        self._lists = tuple(name for bind, name in compiled.bind_names.items() if bind.expanding)
        converts = (
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in (() if isinstance(statement, TextClause) else statement.exported_columns)
        )
        self._converts = [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def has_too_many(self, values: Values) -> bool:
        """Whether a list is so long that a text of its own is not worth it."""
        return any(len(cast("Collection[object]", values.get(name, ()))) > MOST_ELEMENTS for name in self._lists)

    def text_for(self, values: Values) -> tuple[_Text, Values]:
        """The text, and the values with lists of its lengths."""
        if self._lists:
            values = {**values, **{name: _padded(values[name]) for name in self._lists if name in values}}
        lengths = tuple(len(cast("Sequence[object]", values.get(name, ()))) for name in self._lists)
        text = self._texts.get(lengths)
        if text is None:
            text = self._texts[lengths] = self._text(values)
        return text, values

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows of the driver with the values that the columns' types say."""
        if not self._converts:
            return rows
        return [self._converted(row) for row in rows]

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        converted = list(row)
        for place, convert in self._converts:
            converted[place] = convert(converted[place])
        return tuple(converted)

    def _compile(self, values: Values | None) -> SQLCompiler:
        names = list(values) if values is not None and isinstance(self._statement, UpdateBase) else None
        compiled = self._statement.compile(dialect=self._dialect, column_keys=names)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{compiled} is no statement with values.")
        return compiled

    def _text(self, values: Values) -> _Text:
        compiled = self._compile(values)
        if compiled.prefetch:
            missing = ", ".join(column.name for column in compiled.prefetch)
            raise TypeError(f"Give every column a value that has a default in Python: {missing}")
        state = compiled.construct_expanded_state(dict(values))
        return _Text(state.statement, tuple(_places(state, values)))


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


def _driver_of(tx: Connection) -> sqlite3.Connection | None:
    """The driver, where statements may go to it past SQLAlchemy: nobody listens to them, and a transaction began."""
    if tx.dialect.name != "sqlite" or tx.dispatch.before_cursor_execute or not tx.in_transaction():
        return None
    driver = tx.connection.driver_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


def _raise_as_usual(error: sqlite3.Error, sql: str, parameters: list[object], dialect: Dialect) -> NoReturn:
    """The error that SQLAlchemy would raise, for whoever handles its kinds."""
    raise DBAPIError.instance(sql, parameters, error, sqlite3.Error, hide_parameters=True, dialect=dialect) from error
