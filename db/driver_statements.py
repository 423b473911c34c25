"""A statement as the drivers of SQLite and PostgreSQL take it: put together by SQLAlchemy once, with its conversions.

A list to compare with is written out by SQLite's, in one of few lengths, and is one array for PostgreSQL's: whatever
its length, the server has planned the statement before.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar, cast

import psycopg
from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Select,
    String,
    TextClause,
    all_,
    any_,
    bindparam,
)
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from db.driver_errors import raise_as_usual

MOST_ELEMENTS = 1024  # of a list for SQLite; with more, SQLAlchemy's way is no detour

DriverT = TypeVar("DriverT")
Row: TypeAlias = "tuple[Any, ...]"
Values: TypeAlias = "Mapping[str, object]"
Statement: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | UpdateBase | TextClause
Convert: TypeAlias = "Callable[[Any], Any]"
PostgresDriver: TypeAlias = "psycopg.Connection[Row]"


class DriverStatement(ABC, Generic[DriverT]):
    """A statement for one kind of database."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        self._statement, self._dialect = statement, dialect

    def takes(self, values: Values) -> bool:
        """Whether it is worth running with these values."""
        return True

    @abstractmethod
    def run(self, driver: DriverT, tx: Connection, each: Sequence[Values]) -> list[Row]:
        """Run it with each of these values in turn; what it gives for the last."""

    def _compiled(self, values: Values | None) -> SQLCompiler:
        names = list(values) if values is not None and isinstance(self._statement, UpdateBase) else None
        compiled = self._statement.compile(dialect=self._dialect, column_keys=names)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{compiled} is no statement with values.")
        if values is not None and compiled.prefetch:
            missing = ", ".join(column.name for column in compiled.prefetch)
            raise TypeError(f"Give every column a value that has a default in Python: {missing}")
        return compiled

    def _converts(self, types: Sequence[object]) -> list[tuple[int, Convert]]:
        """By place in a row, how its value becomes what the type of its column says.

        types : of the columns, as the driver names them
        """
        if isinstance(self._statement, TextClause):
            return []
        columns = self._statement.exported_columns
        converts = (
            column.type.dialect_impl(self._dialect).result_processor(self._dialect, of_driver)
            for column, of_driver in zip(columns, types, strict=True)
        )
        return [(place, convert) for place, convert in enumerate(converts) if convert is not None]


class SqliteStatement(DriverStatement[sqlite3.Connection]):
    """A statement's texts for SQLite, by the lengths of the lists in its values."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        self._texts: dict[tuple[int, ...], _SqliteText] = {}
        self._lists = tuple(name for bind, name in self._compiled(None).bind_names.items() if bind.expanding)
        n_columns = 0 if isinstance(statement, TextClause) else len(statement.exported_columns)
        self._of_columns = self._converts([None] * n_columns)

    def takes(self, values: Values) -> bool:
        """Not with a list that is so long that a text of its own is not worth it."""
        return all(len(cast("Collection[object]", values.get(name, ()))) <= MOST_ELEMENTS for name in self._lists)

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
        return _converted(rows, self._of_columns)

    def _text_for(self, values: Values) -> tuple[_SqliteText, Values]:
        """The text, and the values with lists of its lengths."""
        if self._lists:
            values = {**values, **{name: _padded(values[name]) for name in self._lists if name in values}}
        lengths = tuple(len(cast("Sequence[object]", values.get(name, ()))) for name in self._lists)
        text = self._texts.get(lengths)
        if text is None:
            state = self._compiled(values).construct_expanded_state(dict(values))
            text = self._texts[lengths] = _SqliteText(state.statement, tuple(_places(state, values)))
        return text, values


class PostgresStatement(DriverStatement[PostgresDriver]):
    """A statement's text for PostgreSQL, which the server plans once in each connection."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        arrays: set[str] = set()
        super().__init__(cast("Statement", _with_arrays(statement, arrays)), dialect)
        self._arrays = frozenset(arrays)
        self._text: _PostgresText | None = None
        self._of_columns: list[tuple[int, Convert]] | None = None

    def run(self, driver: PostgresDriver, tx: Connection, each: Sequence[Values]) -> list[Row]:
        """See `DriverStatement.run`."""
        text = self._text_with(each[0])
        parameters = [text.parameters(values) for values in each]
        try:
            with driver.cursor() as cursor:
                if len(parameters) > 1:
                    cursor.executemany(text.sql, parameters)
                    return []
                cursor.execute(text.sql, parameters[0], prepare=True)
                return self._rows(cursor)
        except psycopg.Error as error:
            raise_as_usual(error, text.sql, parameters, tx)

    def run_and_commit(self, driver: PostgresDriver, tx: Connection, each: Sequence[Values]) -> None:
        """Run it with each of these values and commit, all of it in one message to the server."""
        text = self._text_with(each[0])
        try:
            with psycopg.ClientCursor(driver) as cursor:
                statements = [cursor.mogrify(text.sql, text.parameters(values)) for values in each]
                cursor.execute("; ".join([*statements, "COMMIT"]))
        except psycopg.Error as error:
            raise_as_usual(error, text.sql, None, tx)

    def _rows(self, cursor: psycopg.Cursor[Row]) -> list[Row]:
        result = cursor.pgresult
        if result is None or not result.nfields:
            return []
        if self._of_columns is None:
            self._of_columns = self._converts([result.ftype(place) for place in range(result.nfields)])
        return _converted(cursor.fetchall(), self._of_columns)

    def _text_with(self, values: Values) -> _PostgresText:
        if self._text is None:
            self._text = self._text_for(values)
        return self._text

    def _text_for(self, values: Values) -> _PostgresText:
        state = self._compiled(values).construct_expanded_state(dict(values))
        names = {name for name in state.parameters if name in values}
        processors = state.processors
        converts = {name: processors[name] for name in names - self._arrays if name in processors}
        constants = {
            name: processors[name](value) if name in processors else value
            for name, value in state.parameters.items()
            if name not in values
        }
        return _PostgresText(state.statement, tuple(names), converts, constants, self._arrays & names)


@dataclass(frozen=True)
class _PostgresText:
    """A statement as PostgreSQL's driver takes it: its values by name."""

    sql: str
    names: tuple[str, ...]
    converts: Mapping[str, Convert]
    constants: Mapping[str, object]
    arrays: frozenset[str]

    def parameters(self, values: Values) -> dict[str, object]:
        """What stands for the names in the text."""
        filled = {**self.constants, **{name: values[name] for name in self.names}}
        for name, convert in self.converts.items():
            filled[name] = convert(filled[name])
        for name in self.arrays:
            filled[name] = _array(cast("Collection[object]", filled[name]))
        return filled


def _array(elements: Collection[object]) -> object:
    """An array for PostgreSQL's driver: one of numbers as text, which the driver itself takes far longer to write."""
    if all(type(element) is int for element in elements):
        return "{" + ",".join(map(str, elements)) + "}"
    return list(elements)


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


def _with_arrays(statement: Statement, names: set[str]) -> object:
    """The statement with arrays in place of the lists that its values bring; their names are added to `names`."""

    def replaced(element: object, **_: object) -> ColumnElement[bool] | None:
        if not isinstance(element, BinaryExpression) or not isinstance(element.right, BindParameter):
            return None
        column, elements = element.left, element.right
        if element.operator not in (operators.in_op, operators.not_in_op) or not elements.required:
            return None
        names.add(elements.key)
        of_element = String() if isinstance(column.type, String) else column.type  # a length would cut elements off
        array: BindParameter[Any] = bindparam(elements.key, type_=ARRAY(of_element))
        is_among: ColumnElement[bool] = column == any_(array)
        return is_among if element.operator is operators.in_op else column != all_(array)

    changed: object = visitors.replacement_traverse(statement, {}, replaced)
    return changed


def _converted(rows: list[Row], converts: list[tuple[int, Convert]]) -> list[Row]:
    """Rows of the driver with the values that the columns' types say."""
    return [_converted_row(row, converts) for row in rows] if converts else rows


def _converted_row(row: Row, converts: list[tuple[int, Convert]]) -> Row:
    converted = list(row)
    for place, convert in converts:
        converted[place] = convert(converted[place])
    return tuple(converted)
