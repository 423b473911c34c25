"""Statements as PostgreSQL's driver takes them: a list to compare with is one array.

Whatever its length, the text is the same, and the server has planned it before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    String,
    all_,
    any_,
    bindparam,
)
from sqlalchemy.sql import operators, visitors

from db.driver_errors import raise_as_usual
from db.driver_statements import Convert, DriverStatement, Row, Statement, Values, converted
from db.postgres_limits import LimitedConnection
from db.postgres_prepared import Answer, NumberedText


class PostgresStatement(DriverStatement[LimitedConnection]):
    """A statement's text for PostgreSQL, which the server plans once in each connection."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        arrays: set[str] = set()
        super().__init__(cast("Statement", _with_arrays(statement, arrays)), dialect)
        self._arrays = frozenset(arrays)
        self._text: _PostgresText | None = None
        self._of_columns: list[tuple[int, Convert]] | None = None

    def run(self, driver: LimitedConnection, tx: Connection, each: Sequence[Values]) -> list[Row]:
        """See `DriverStatement.run`."""
        text = self._text_with(each[0])
        with _errors_as_usual(text, tx):
            if len(each) == 1:
                return self._rows(driver.prepared.run(text.numbered, text.parameters(each[0])))
            driver.prepared.run_each(text.numbered, [text.parameters(values) for values in each])
        return []

    def run_and_commit(self, driver: LimitedConnection, tx: Connection, each: Sequence[Values]) -> None:
        """Run it with each of these values and commit, all of it in one message to the server."""
        text = self._text_with(each[0])
        with _errors_as_usual(text, tx):
            driver.prepared.run_each(text.numbered, [text.parameters(values) for values in each], commits=True)

    def _rows(self, answer: Answer) -> list[Row]:
        if self._of_columns is None and answer.types:
            self._of_columns = self.converts(answer.types)
        return converted(answer.rows, self._of_columns or [])

    def _text_with(self, values: Values) -> _PostgresText:
        if self._text is None:
            self._text = self._text_for(values)
        return self._text

    def _text_for(self, values: Values) -> _PostgresText:
        state = self.compiled(values).construct_expanded_state(dict(values))
        names = {name for name in state.parameters if name in values}
        processors = state.processors
        converts = {name: processors[name] for name in names - self._arrays if name in processors}
        constants = {
            name: processors[name](value) if name in processors else value
            for name, value in state.parameters.items()
            if name not in values
        }
        numbered = NumberedText.of(state.statement)
        return _PostgresText(numbered, tuple(names), converts, constants, self._arrays & names)


@dataclass(frozen=True)
class _PostgresText:
    """A statement as PostgreSQL's driver takes it, with what makes its values of those that are asked with."""

    numbered: NumberedText
    names: tuple[str, ...]
    converts: Mapping[str, Convert]
    constants: Mapping[str, object]
    arrays: frozenset[str]

    def parameters(self, values: Values) -> list[object]:
        """What stands for the numbers in the text."""
        filled = {**self.constants, **{name: values[name] for name in self.names}}
        for name, convert in self.converts.items():
            filled[name] = convert(filled[name])
        for name in self.arrays:
            filled[name] = _array(cast("Collection[object]", filled[name]))
        return [filled[name] for name in self.numbered.names]


@contextmanager
def _errors_as_usual(text: _PostgresText, tx: Connection) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise_as_usual(error, text.numbered.sql.decode(), None, tx)


def _array(elements: Collection[object]) -> object:
    """An array for PostgreSQL's driver: one of numbers as text, which the driver itself takes far longer to write."""
    if all(type(element) is int for element in elements):
        return "{" + ",".join(map(str, elements)) + "}"
    return list(elements)


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
