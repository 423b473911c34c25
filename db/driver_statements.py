"""A statement as a driver takes it: put together by SQLAlchemy once, and with the conversions of its columns' types.

`sqlite_statements` and `postgres_statements` say how for each kind of database.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, TextClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

DriverT = TypeVar("DriverT")
Row: TypeAlias = "tuple[Any, ...]"
Values: TypeAlias = "Mapping[str, object]"
Statement: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | UpdateBase | TextClause
Convert: TypeAlias = "Callable[[Any], Any]"


class DriverStatement(ABC, Generic[DriverT]):
    """A statement for one kind of database."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        self.statement, self.dialect = statement, dialect
        self._compiled: dict[tuple[str, ...], SQLCompiler] = {}

    def make_ready(self, values: Values) -> None:
        """Put it together as for these values, which takes longer than to run it."""
        self.compiled(values)

    def takes(self, values: Values) -> bool:
        """Whether it is worth running with these values."""
        return True

    @abstractmethod
    def run(self, driver: DriverT, tx: Connection, each: Sequence[Values]) -> list[Row]:
        """Run it with each of these values in turn; what it gives for the last."""

    def compiled(self, values: Values) -> SQLCompiler:
        """As SQLAlchemy puts it together; for a change of rows with the columns of these values.

        Raises
        ------
        TypeError
            A column that has a default in Python is not among the values.
        """
        names = tuple(values) if isinstance(self.statement, UpdateBase) else ()
        compiled = self._compiled.get(names)
        if compiled is None:
            compiled = self._compiled[names] = self._compile(names)
        return compiled

    def _compile(self, names: tuple[str, ...]) -> SQLCompiler:
        columns = list(names) if isinstance(self.statement, UpdateBase) else None
        compiled = self.statement.compile(dialect=self.dialect, column_keys=columns)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{compiled} is no statement with values.")
        if compiled.prefetch:
            missing = ", ".join(column.name for column in compiled.prefetch)
            raise TypeError(f"Give every column a value that has a default in Python: {missing}")
        return compiled

    def converts(self, types: Sequence[object]) -> list[tuple[int, Convert]]:
        """By place in a row, how its value becomes what the type of its column says.

        types : of the columns, as the driver names them
        """
        if isinstance(self.statement, TextClause):
            return []
        columns = self.statement.exported_columns
        converts = (
            column.type.dialect_impl(self.dialect).result_processor(self.dialect, of_driver)
            for column, of_driver in zip(columns, types, strict=True)
        )
        return [(place, convert) for place, convert in enumerate(converts) if convert is not None]


def converted(rows: list[Row], converts: list[tuple[int, Convert]]) -> list[Row]:
    """Rows of the driver with the values that the columns' types say."""
    return [_converted_row(row, converts) for row in rows] if converts else rows


def _converted_row(row: Row, converts: list[tuple[int, Convert]]) -> Row:
    converted = list(row)
    for place, convert in converts:
        converted[place] = convert(converted[place])
    return tuple(converted)
