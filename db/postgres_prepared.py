"""Statements that PostgreSQL has prepared in a connection, run below the driver's cursors.

A cursor reads a statement's text again each time, looks for how each type is written, and keeps what it runs by itself:
three times the work of the driver's lower level, with every other request waiting for the interpreter.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import psycopg
from psycopg import adapt, errors, generators, pq
from psycopg.abc import Buffer, Transformer
from psycopg.pq.abc import PGconn, PGresult

from db.driver_statements import Row

MOST_PREPARED = 500  # in a connection: several times as many as there are texts
_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")  # of a value, or a percent sign


@dataclass(frozen=True)
class NumberedText:
    """A statement whose values stand as $1, $2 and so on.

    names : of the values, in the order of their numbers
    """

    sql: bytes
    names: tuple[str, ...]

    @classmethod
    def of(cls, sql: str) -> NumberedText:
        """`sql` has its values as %(name)s and percent signs twice, as SQLAlchemy writes them."""
        names: dict[str, int] = {}

        def numbered(place: re.Match[str]) -> str:
            name = place.group(1)
            return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

        text = _PLACE.sub(numbered, sql)
        return cls(text.encode(), tuple(names))


@dataclass(frozen=True)
class Answer:
    """What a statement gives.

    types : of the columns, as PostgreSQL numbers them
    """

    rows: list[Row]
    types: tuple[int, ...]


class _Ready(NamedTuple):
    """A prepared statement by its name, with its values as they are written."""

    name: bytes
    values: Sequence[Buffer | None]
    formats: Sequence[pq.Format] | None


class PreparedStatements:
    """What a connection has prepared, by text and by the types of its values."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._names: dict[tuple[bytes, tuple[int, ...] | None], bytes] = {}
        self._numbers = itertools.count(1)

    def run(self, text: NumberedText, values: Sequence[object]) -> Answer:
        """Run it with the values in the order of their numbers.

        Raises
        ------
        psycopg.Error
            As a cursor's `execute`.
        """
        with self._driver.lock:
            self._make_room()
            self._send(self._ready(text, values))
            results = self._results()
            self._raise_first(results)
            return self._answer(results[-1])

    def run_each(self, text: NumberedText, each: Sequence[Sequence[object]], *, commits: bool = False) -> None:
        """Run it with each of these values in one message to the server, which also commits where it says so.

        Raises
        ------
        psycopg.Error
            The first; none of what comes after it in the message is run.
        """
        with self._driver.lock:
            self._make_room()
            ready = [self._ready(text, values) for values in each]
            self._pgconn.enter_pipeline_mode()
            for statement in ready:
                self._send(statement)
            if commits:
                self._pgconn.send_query_params(b"COMMIT", None)
            self._pgconn.pipeline_sync()
            results = self._results()
            while results[-1].status != pq.ExecStatus.PIPELINE_SYNC:
                results += self._driver.wait(generators.fetch_many(self._pgconn))
            self._pgconn.exit_pipeline_mode()
            self._raise_first(results)

    def command(self, sql: bytes) -> None:
        """Run what has no values and gives no rows, such as BEGIN; errors as of `run`."""
        with self._driver.lock:
            self._command(sql)

    def forget(self) -> None:
        """Take it that the server has forgotten every one."""
        self._names.clear()

    @property
    def _pgconn(self) -> PGconn:
        return self._driver.pgconn

    @cached_property
    def _transformer(self) -> Transformer:
        """Once in a connection, when its types are known: it keeps how each of them is written and read."""
        return adapt.Transformer(self._driver)

    def _make_room(self) -> None:
        """Before anything is ready to be sent: a message may need the oldest again."""
        while len(self._names) >= MOST_PREPARED:
            oldest = next(iter(self._names))
            self._command(b"DEALLOCATE " + self._names[oldest])
            del self._names[oldest]

    def _ready(self, text: NumberedText, values: Sequence[object]) -> _Ready:
        written = self._transformer.dump_sequence(values, [adapt.PyFormat.AUTO] * len(values))
        types, formats = self._transformer.types, self._transformer.formats
        return _Ready(self._names.get((text.sql, types)) or self._prepare(text.sql, types), written, formats)

    def _prepare(self, sql: bytes, types: tuple[int, ...] | None) -> bytes:
        name = f"earshot_{next(self._numbers)}".encode()
        self._pgconn.send_prepare(name, sql, param_types=types)
        self._raise_first(self._results())
        self._names[sql, types] = name
        return name

    def _send(self, ready: _Ready) -> None:
        self._pgconn.send_query_prepared(ready.name, ready.values, param_formats=ready.formats)

    def _command(self, sql: bytes) -> None:
        self._pgconn.send_query(sql)
        self._raise_first(self._results())

    def _results(self) -> list[PGresult]:
        return self._driver.wait(generators.execute(self._pgconn))

    def _raise_first(self, results: Sequence[PGresult]) -> None:
        for result in results:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result, encoding=self._driver.info.encoding)

    def _answer(self, result: PGresult) -> Answer:
        if not result.nfields:
            return Answer([], ())
        self._transformer.set_pgresult(result)
        try:
            rows = self._transformer.load_rows(0, result.ntuples, tuple)
        finally:
            self._transformer.set_pgresult(None)
        return Answer(rows, tuple(result.ftype(place) for place in range(result.nfields)))
