"""Recordings and their labels: import and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from core.cli.frame import AsJson, Command, print_json, print_line, progress, say, show, table
from core.domain.actor import COMMAND_LINE
from core.errors import Refused

if TYPE_CHECKING:
    from core.workflows.importing.previewing import ImportPreview

SHOWN_REFUSALS = 20


class What(StrEnum):
    LABELS = "labels"
    PREDICTIONS = "predictions"
    DATASET = "dataset"
    CHILD = "child"
    MODEL = "model"


def add_to(app: typer.Typer) -> None:
    for name, function in (("import", bring_in), ("export", export)):
        app.command(name, cls=Command)(function)


Separator = Annotated[
    str | None,
    typer.Option(help="Between the cells of a table: comma, semicolon, tab, or a sign."),
]
Encoding = Annotated[str | None, typer.Option(help="Of a table: utf-8, cp1252, mac_roman, ... By default as it reads.")]
Dates = Annotated[str | None, typer.Option(help="How 03/04/2026 is meant: dmy (3 April) or mdy (4 March).")]
Judge = Annotated[str | None, typer.Option(help="Who judged, for labels that name nobody (Audacity's tracks).")]


def bring_in(
    path: Annotated[Path, typer.Argument(help="A folder, a zip, a table of recordings, or labels.")],
    separator: Separator = None,
    encoding: Encoding = None,
    dates: Dates = None,
    judge: Judge = None,
    preview: Annotated[bool, typer.Option("--preview", help="Say what would be done, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring recordings in, or labels for recordings that are here. Twice changes nothing; refusals are listed."""
    from core.workflows.importing import import_options, import_recordings, previewing

    options = import_options.options(separator=separator, encoding=encoding, dates=dates, judge=judge)
    if preview:
        _show_preview(previewing.preview_path(path, actor=COMMAND_LINE, options=options), as_json=as_json)
        return
    with progress(f"Importing {escape(path.name)}") as on_progress:
        result = import_recordings.import_path(path, actor=COMMAND_LINE, on_progress=on_progress, options=options)
    if as_json:
        print_json(
            {
                "recordings": result.recordings,
                "known": result.known,
                "judgements": result.judgements,
                "refused": [dict(refusal) for refusal in result.refused],
                "notes": list(result.notes),
                "filled": dict(result.filled),
            }
        )
        return
    print_line(
        f"{result.recordings} new recordings, {result.known} known, {result.judgements} new judgements, "
        f"{len(result.refused)} refused"
    )
    _show_notes(result.notes, result.refused)


def _show_notes(notes: Sequence[str], refused: Sequence[Mapping[str, object]]) -> None:
    for note in notes:
        say(escape(note))
    if refused:
        listed = table("file", "row", "reason", title="Refused")
        for refusal in refused[:SHOWN_REFUSALS]:
            listed.add_row(escape(str(refusal["file"])), str(refusal["row"] or ""), escape(str(refusal["reason"])))
        show(listed)
    if len(refused) > SHOWN_REFUSALS:
        say(f"... and {len(refused) - SHOWN_REFUSALS} more; --json lists all of them.")


def _show_preview(preview: ImportPreview, *, as_json: bool) -> None:
    if as_json:
        print_json(preview.as_json())
        return
    for read in preview.tables:
        order = f", dates {read.date_order}" if read.date_order else ""
        print_line(f"{read.name}: {read.title}, {read.n_rows} rows, {read.encoding or 'a spreadsheet'}{order}")
        columns = table("column", "taken for", "first rows")
        for place, column in enumerate(read.columns):
            cells = [row[place] for row in read.first_rows if place < len(row)]
            columns.add_row(escape(column.header), column.taken_for or "kept aside", escape(", ".join(cells)))
        show(columns)
    print_line(
        f"Would try {preview.recordings} recordings ({preview.without_child} without a child) and {preview.labels} "
        f"labels; {len(preview.refused)} refused. Nothing was changed."
    )
    _show_notes(list(map(str, preview.notes)), [refusal.as_json() for refusal in preview.refused])
    if preview.has_questions:
        say("Some dates can be meant in two ways: say --dates dmy or --dates mdy.")


def export(
    what: Annotated[
        What, typer.Argument(help="labels, predictions, a whole dataset, all of one child, or a model for a tablet.")
    ],
    out: Annotated[
        str,
        typer.Argument(
            help="Ends in .csv, .parquet or .jsonl; for labels also .json; a folder for a dataset or a model; for "
            "child the pseudonym."
        ),
    ],
    file: Annotated[Path | None, typer.Argument(help="For child only: the zip to write.")] = None,
    model: Annotated[str | None, typer.Option(help="This model; default: the deployed one.")] = None,
    am: Annotated[
        float | None, typer.Option(min=0, max=1, help="Model: share of Accepted that may be refused, if not in force.")
    ] = None,
    certainty: Annotated[float, typer.Option(help="Model: how sure that is kept: 0.50, 0.80, 0.90 or 0.95.")] = 0.50,
    source: Annotated[str, typer.Option(help="Model: the source whose threshold decides, if it has one.")] = "",
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Model: the last day on which it decides, UTC.")
    ] = None,
    mlflow: Annotated[bool, typer.Option("--mlflow", help="Model: a folder that MLflow loads, for servers.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Labels: what was taken back and repeats, too.")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="CSV: begin with the mark by which Excel knows UTF-8.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every label, a model's probabilities, a data set with audio and card, everything of one child, or a model.

    A model becomes one ES module that decides on a tablet, with its types and a page to try it; or, with --mlflow, a
    folder that MLflow loads.
    """
    from core.workflows.maintenance import table_export

    if what is What.CHILD:
        _export_child(out, file, as_json=as_json)
        return
    if file is not None:
        raise Refused(f"{file} is one name too many: `export {what} {out}` is enough.")
    if what is What.DATASET:
        _export_dataset(Path(out), as_json=as_json)
        return
    if what is What.MODEL:
        expires_on = None if expires is None else expires.date()
        _export_model(Path(out), _ModelChoice(model, am, certainty, source, expires_on), mlflow=mlflow, as_json=as_json)
        return
    if what is What.LABELS:
        rows = table_export.export_labels(Path(out), has_history=history, has_byte_order_mark=bom, actor=COMMAND_LINE)
    else:
        rows = table_export.export_predictions(Path(out), model_id=model, has_byte_order_mark=bom, actor=COMMAND_LINE)
    if as_json:
        print_json({"rows": rows, "file": str(out)})
    else:
        print_line(f"{rows} rows in {out}")


@dataclass(frozen=True)
class _ModelChoice:
    """The options of `export model`."""

    model_id: str | None
    am_target: float | None
    certainty: float
    source: str
    expires_on: date | None


def _export_model(out: Path, choice: _ModelChoice, *, mlflow: bool, as_json: bool) -> None:
    from core.domain.certainty import Certainty
    from core.workflows.deployment import mlflow_export, model_export

    certainty = Certainty.of(choice.certainty)
    request = model_export.ExportRequest(choice.model_id, choice.am_target, certainty, choice.source, choice.expires_on)
    write = mlflow_export.export_mlflow_model if mlflow else model_export.export_tablet_model
    exported = write(out, request, actor=COMMAND_LINE)
    chosen = exported.threshold
    if as_json:
        described = {"model": chosen.model_id, "threshold": chosen.threshold, "am_target": chosen.am_target}
        files = {"folder": str(out), "files": [file.name for file in exported.files], "bytes": exported.n_bytes}
        print_json(described | files | {"expires_on": choice.expires_on})
        return
    print_line(f"{chosen.model_id} at threshold {chosen.threshold:.4f} in {out} ({exported.n_bytes / 1e6:.2f} MB)")


def _export_child(pseudonym: str, file: Path | None, *, as_json: bool) -> None:
    from core.workflows.maintenance import exporting_child

    if file is None:
        raise Refused("Name the child and the zip to write: export child PSEUDONYM FILE.zip")
    result = exporting_child.export_child(pseudonym, file, actor=COMMAND_LINE)
    if as_json:
        print_json({"file": str(file), **asdict(result)})
        return
    print_line(f"{result.recordings} recordings and {result.rows} rows in {file}")
    for name in result.missing:
        say(f"[yellow]Its bytes are missing:[/yellow] {escape(name)}")
    say("It holds a child's voice; give it to the parents and keep no copy.")


def _export_dataset(folder: Path, *, as_json: bool) -> None:
    from core.workflows.maintenance import exporting_dataset

    with progress(f"Writing {escape(folder.name)}") as on_progress:
        result = exporting_dataset.dataset(folder, actor=COMMAND_LINE, on_progress=on_progress)
    if as_json:
        counts = {"recordings": result.recordings, "judgements": result.judgements, "missing": list(result.missing)}
        print_json({"folder": str(folder)} | counts)
        return
    print_line(f"{result.recordings} recordings and {result.judgements} judgements in {folder}")
    for name in result.missing:
        say(f"[yellow]Its bytes are missing:[/yellow] {escape(name)}")
    say("It holds children's voices; keep it as you keep them.")
