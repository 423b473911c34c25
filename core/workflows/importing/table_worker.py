"""The process in which packed tables from outside are unpacked: `python -m core.workflows.importing.table_worker KIND`.

The file comes on standard input; a line of JSON for each row goes to standard output, and one at the end. A few
kilobytes of Parquet or of a spreadsheet can unpack to gigabytes: this process has limits of memory and time.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from core.domain.json_types import JsonObject
from core.process_limits import MB, limit_cpu, limit_memory
from core.translation import mark

PARQUET, XLSX = "parquet", "xlsx"
MEMORY_MB, CPU_S = 1024, 60.0
MOST_CHARACTERS = 200_000_000
MOST_ROWS = 3_000_000
ROWS_AT_ONCE = 256
TOO_LARGE = mark("it unpacks to more than a table of labels or recordings can hold")


class TooLarge(Exception):
    """More than can be passed on."""


def main() -> None:
    kind = sys.argv[1]
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # Arrow's own reserves address space by the gigabyte
    importlib.import_module("pyarrow.parquet" if kind == PARQUET else "openpyxl")  # before memory is limited
    data = sys.stdin.buffer.read()
    limit_memory(MEMORY_MB * MB)
    limit_cpu(CPU_S)
    answer: JsonObject = {"done": True}
    try:
        _pass_on(_parquet(data) if kind == PARQUET else _spreadsheet(data))
    except (MemoryError, TooLarge):
        answer = {"refused": TOO_LARGE}
    except Exception as error:  # libraries raise whatever their parts raise
        answer = {"refused": f"{type(error).__name__}: {error}"[:500]}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _pass_on(rows: Iterable[tuple[str, int, Iterable[object]]]) -> None:
    """Write rows as they come: a line for each, with the table's title and the row's number."""
    n_characters = 0
    for title, number, row in rows:
        line = json.dumps([title, number, list(row)], default=_words)
        n_characters += len(line)
        if n_characters > MOST_CHARACTERS:
            raise TooLarge
        sys.stdout.write(line + "\n")


def _parquet(data: bytes) -> Iterator[tuple[str, int, Iterable[object]]]:
    """The names of the columns as row 1, then the rows."""
    from pyarrow import parquet

    file = parquet.ParquetFile(io.BytesIO(data), pre_buffer=False)
    if file.metadata.num_rows > MOST_ROWS:
        raise TooLarge
    yield "", 1, file.schema_arrow.names
    number = 1
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
        for row in batch.to_pylist():
            number += 1
            yield "", number, row.values()


def _spreadsheet(data: bytes) -> Iterator[tuple[str, int, Iterable[object]]]:
    """Every sheet, with the numbers that the spreadsheet shows."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations that no import needs
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield sheet.title, number, row


def _words(cell: object) -> str:
    """What JSON has no way to write: times in ISO 8601."""
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)


if __name__ == "__main__":
    main()
