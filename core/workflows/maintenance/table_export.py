"""Labels and predictions as tables for programs and people: CSV, Parquet or JSON lines, by the ending of the file's
name; labels also as JSON that Label Studio imports. `import` takes the labels back and loses nothing.

Parquet has one schema whatever the rows hold, and times with their zone. Probabilities are written with every digit
they have, so that figures recomputed from a file equal the report's. In a CSV, text that a spreadsheet would run as a
formula has an apostrophe before it, which `import` takes away again.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.evaluation import model_evaluation
from core.workflows.importing import label_studio_tasks
from core.workflows.importing.cells import escape_formula
from db import audit, session
from db import exports as rows_of
from db.exports import ExportRow

if TYPE_CHECKING:
    import pyarrow

PREDICTIONS = "model filename sha256 child language split label p_accepted p_noise p_speechless"
LABELS = (
    "filename sha256 child language word source split judge label round decided_at seconds_heard flag comment "
    "consensus replays decision_s brought_by newest_round wanted settled settled_by settled_at settled_why"
)
HISTORY = f"{LABELS} kind undone_at repeat_of"
NUMBERS = frozenset({"p_accepted", "p_noise", "p_speechless", "seconds_heard", "decision_s"})
COUNTS = frozenset({"round", "replays", "newest_round", "wanted"})
TIMES = frozenset({"decided_at", "settled_at", "undone_at", "repeat_of"})
GROUP_ROWS = 20_000  # of a Parquet file that are held at once
ENDINGS = (".csv", ".parquet", ".jsonl")


def export_labels(
    out: Path, *, has_history: bool = False, has_byte_order_mark: bool = False, actor: Actor = COMMAND_LINE
) -> int:
    """Every judgement in force, of every round, with its recording, the consensus and what staff decided.

    As JSON also the recordings that nobody has judged, so that judging can begin in Label Studio.

    Parameters
    ----------
    has_history : write what was taken back and the repeats as well, in rows that the column `kind` tells apart. Not
        as JSON: Label Studio would take each of them for a judgement.
    has_byte_order_mark : begin a CSV with one, by which Excel knows UTF-8.

    Returns
    -------
    How many rows were written: judgements, and with `has_history` what else there is.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    _check(out, ENDINGS if has_history else (*ENDINGS, ".json"))
    is_for_label_studio = out.suffix.lower() == ".json"
    with session.reading() as tx:  # one view: nobody waits while everything is read and written
        n_rows = rows_of.count_history(tx) if has_history else rows_of.count_labels(tx)
        detail: JsonObject = {"rows": n_rows}
        if has_history:
            detail["history"] = True
        _record(actor, "export labels", out.name, detail)
        rows = rows_of.history(tx) if has_history else rows_of.labels(tx)
        if is_for_label_studio:
            judged = list(rows)
            _write_text(out, _label_studio_json(judged, rows_of.without_judgements(tx)))
            return len(judged)
        columns = (HISTORY if has_history else LABELS).split()
        # with CRLF, a line break of either kind within a comment is quoted, and comes back as it was
        return write_table(rows, columns, out, line_end="\r\n", has_byte_order_mark=has_byte_order_mark)


def _label_studio_json(judged: Sequence[ExportRow], unjudged: Sequence[ExportRow]) -> str:
    tasks = label_studio_tasks.tasks(judged, unjudged)
    return json.dumps(tasks, ensure_ascii=False, default=label_studio_tasks.as_text, indent=1)


def _record(actor: Actor, action: str, subject: str, detail: JsonObject) -> None:
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.EXPORT)
        audit.record(tx, actor.account_id, actor.name, action, subject, detail)


def export_predictions(
    out: Path, model_id: str | None = None, *, has_byte_order_mark: bool = False, actor: Actor = COMMAND_LINE
) -> int:
    """What one model, or the champion, says of every recording of its snapshot; how many rows were written.

    Label and split are those of the snapshot that the model learned from, as in its report.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    _check(out)
    model = model_evaluation.model_or_champion(model_id)
    with session.reading() as tx:
        _record(actor, "export predictions", model.id, {"rows": rows_of.count_predictions(tx, model.id)})
        rows = rows_of.predictions(tx, model.id)
        return write_table(rows, PREDICTIONS.split(), out, has_byte_order_mark=has_byte_order_mark)


def write_table(
    rows: Iterable[ExportRow],
    columns: Sequence[str],
    out: Path,
    *,
    line_end: str = "\n",
    has_byte_order_mark: bool = False,
) -> int:
    """Write rows, as they come, in the format that the ending names; how many."""
    ending, counted = out.suffix.lower(), _Counted(rows)
    if ending == ".parquet":
        _write_parquet(counted, columns, out)
    elif ending == ".jsonl":
        _write_lines((f"{_json_line(row, columns)}\n" for row in counted), out)
    else:
        encoding = "utf-8-sig" if has_byte_order_mark else "utf-8"
        _write_csv(counted, columns, out, line_end=line_end, encoding=encoding)
    return counted.n


class _Counted:
    """Rows, and how many came."""

    def __init__(self, rows: Iterable[ExportRow]) -> None:
        self.n, self._rows = 0, rows

    def __iter__(self) -> Iterator[ExportRow]:
        for row in self._rows:
            self.n += 1
            yield row


def _check(out: Path, endings: Sequence[str] = ENDINGS) -> None:
    if out.suffix.lower() not in endings:
        raise Refused(
            "{out} cannot be written: expected a name that ends in {endings}.",
            out=out,
            endings=" or ".join(endings),
        )
    if not out.absolute().parent.is_dir():
        raise NotFound(
            "There is no folder {parent}; make it first.",
            parent=out.absolute().parent,
        )


def _write_text(out: Path, text: str) -> None:
    _write_lines([text], out)


def _write_lines(lines: Iterable[str], out: Path) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise Refused(
            "{out} cannot be written: {strerror}.",
            out=out,
            strerror=error.strerror or error,
        ) from None


def _write_csv(rows: Iterable[ExportRow], columns: Sequence[str], out: Path, *, line_end: str, encoding: str) -> None:
    try:
        with out.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator=line_end)
            writer.writerow(columns)
            writer.writerows([_csv_cell(row[name]) for name in columns] for row in rows)
    except OSError as error:
        raise Refused(
            "{out} cannot be written: {strerror}.",
            out=out,
            strerror=error.strerror or error,
        ) from None


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    return escape_formula(value) if isinstance(value, str) else value


def _json_line(row: ExportRow, columns: Sequence[str]) -> str:
    cells = {name: _with_zone(row[name]) for name in columns}
    return json.dumps(cells, ensure_ascii=False, default=label_studio_tasks.as_text)


def _write_parquet(rows: Iterable[ExportRow], columns: Sequence[str], out: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    schema = schema_of(columns)
    cells = ({name: _with_zone(row[name]) for name in columns} for row in rows)
    try:
        with parquet.ParquetWriter(out, schema) as writer:
            while some := list(islice(cells, GROUP_ROWS)):
                writer.write_table(pyarrow.Table.from_pylist(some, schema=schema))
    except OSError as error:
        raise Refused(
            "{out} cannot be written: {strerror}.",
            out=out,
            strerror=error.strerror or error,
        ) from None


def schema_of(columns: Iterable[str]) -> pyarrow.Schema:
    """The types of the columns of any export, whatever its rows hold."""
    import pyarrow

    def type_of(name: str) -> pyarrow.DataType:
        if name in TIMES:
            return pyarrow.timestamp("us", tz="UTC")
        if name in NUMBERS:
            return pyarrow.float64()
        if name in COUNTS:
            return pyarrow.int32()
        return pyarrow.bool_() if name == "flag" else pyarrow.string()

    return pyarrow.schema([(name, type_of(name)) for name in columns])


def _with_zone(value: object) -> object:
    """Times are stored in UTC, without saying so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
