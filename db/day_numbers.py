"""The day of a moment as a number, in the way of each database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class day_number(FunctionElement[int]):  # noqa: N801 - reads as a function of the database
    """Days from 1970-01-01 to the day of a moment, a `DateTime`."""

    type = Integer()
    name = "day_number"
    inherit_cache = True


@compiles(day_number, "sqlite")
def _of_sqlite(element: day_number, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(julianday({moment}) - 2440587.5 AS INTEGER)"


@compiles(day_number, "postgresql")
def _of_postgres(element: day_number, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"(CAST({moment} AS DATE) - DATE '1970-01-01')"
