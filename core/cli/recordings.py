"""Recordings and their labels: import, export, backup, restore."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from core.cli.frame import AsJson, Command, print_json, print_line, progress, say, show, table
from core.domain.actor import COMMAND_LINE

if TYPE_CHECKING:
    from core.workflows.maintenance.backup import BackupResult

SHOWN_REFUSALS = 20


class What(StrEnum):
    LABELS = "labels"
    PREDICTIONS = "predictions"


def add_to(app: typer.Typer) -> None:
    for name, function in (("import", bring_in), ("export", export), ("backup", backup)):
        app.command(name, cls=Command)(function)
    app.command("restore", cls=Command)(restore)


def bring_in(
    path: Annotated[Path, typer.Argument(help="A folder, a zip, a manifest.csv, or labels.")], as_json: AsJson = False
) -> None:
    """Bring recordings in, or labels for recordings that are here. Twice changes nothing; refusals are listed."""
    from core.workflows.importing import import_recordings

    with progress(f"Importing {escape(path.name)}") as on_progress:
        result = import_recordings.import_path(path, actor=COMMAND_LINE, on_progress=on_progress)
    if as_json:
        print_json(
            {
                "recordings": result.recordings,
                "known": result.known,
                "judgements": result.judgements,
                "refused": [dict(one) for one in result.refused],
                "notes": list(result.notes),
            }
        )
        return
    print_line(
        f"{result.recordings} new recordings, {result.known} known, {result.judgements} new judgements, "
        f"{len(result.refused)} refused"
    )
    for note in result.notes:
        say(escape(note))
    if result.refused:
        listed = table("file", "row", "reason", title="Refused")
        for one in result.refused[:SHOWN_REFUSALS]:
            listed.add_row(escape(str(one["file"])), str(one["row"] or ""), escape(str(one["reason"])))
        show(listed)
    if len(result.refused) > SHOWN_REFUSALS:
        say(f"... and {len(result.refused) - SHOWN_REFUSALS} more; --json lists all of them.")


def export(
    what: Annotated[What, typer.Argument(help="labels or predictions.")],
    out: Annotated[Path, typer.Argument(help="Ends in .csv or .parquet; for labels also .json.")],
    model: Annotated[str | None, typer.Option(help="Predictions of this model; default: the deployed one.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Labels: what was taken back and repeats, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every label, or a model's probabilities, to a table."""
    from core.workflows.maintenance import table_export

    if what is What.LABELS:
        rows = table_export.export_labels(out, has_history=history, actor=COMMAND_LINE)
    else:
        rows = table_export.export_predictions(out, model_id=model, actor=COMMAND_LINE)
    if as_json:
        print_json({"rows": rows, "file": str(out)})
    else:
        print_line(f"{rows} rows in {out}")


def backup(out: Annotated[Path, typer.Argument(help="The zip to write.")], as_json: AsJson = False) -> None:
    """Write database, recordings and models into one zip, while people go on working."""
    from core.workflows.maintenance import backup as keeping

    with progress("Backing up") as on_progress:
        kept = keeping.backup(out, actor=COMMAND_LINE, on_progress=on_progress)
    _tell(kept, out, as_json)
    say("It holds children's voices; keep it as you keep them.")


def restore(
    path: Annotated[Path, typer.Argument(help="A zip that `backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Give up what is in the database now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty storage."""
    from core.workflows.maintenance import backup as keeping

    with progress("Restoring") as on_progress:
        kept = keeping.restore(path, replace=replace, actor=COMMAND_LINE, on_progress=on_progress)
    _tell(kept, path, as_json)


def _tell(kept: BackupResult, file: Path, as_json: bool) -> None:
    if as_json:
        counted = {"recordings": kept.recordings, "models": kept.models, "rows": kept.rows, "missing": kept.missing}
        print_json({"file": str(file)} | counted)
        return
    print_line(f"{file}: {kept.recordings} recordings, {kept.models} models, {kept.rows} rows")
    if kept.erased_again:
        say(f"{kept.erased_again} recordings were removed again: their children were erased after this backup.")
    if kept.withdrawn:
        say(f"Withdrawn, since they had learned from these children: {', '.join(kept.withdrawn)}")
    if not kept.is_log_empty:
        say("[yellow]Somebody is reading the database:[/yellow] its log holds what was replaced until they finish.")
    for name in kept.missing:
        say(f"[yellow]Its bytes are missing:[/yellow] {escape(name)}")
