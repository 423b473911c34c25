"""The audit log: whether it is as it was written, and all of it as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.frame import REFUSED, AsJson, Command, print_json, print_line, say
from core.domain.actor import COMMAND_LINE

SHOWN_PROBLEMS = 20

audit_app = typer.Typer(no_args_is_help=True, help="The audit log, which is only added to.")


@audit_app.command("verify", cls=Command)
def verify(
    against: Annotated[Path | None, typer.Option(help="An earlier export that must still be part of the log.")] = None,
    as_json: AsJson = False,
) -> None:
    """Whether an entry was changed, removed or added. Ends with 1 when one was."""
    from core.workflows.accounts import audit_log

    report = audit_log.verify(against)
    if as_json:
        print_json(
            {
                "is_intact": report.is_intact,
                "entries": report.n_entries,
                "redacted": report.n_redacted,
                "head": report.head,
                "problems": [{"entry": problem.entry_id, "fault": str(problem.fault)} for problem in report.problems],
            }
        )
    else:
        print_line(f"{report.n_entries} entries, {report.n_redacted} redacted by erasures, head {report.head}")
        for problem in report.problems[:SHOWN_PROBLEMS]:
            say(f"[red]Entry {problem.entry_id}:[/red] {problem.fault}.")
        print_line("The log is as it was written." if report.is_intact else "The log was changed.")
    if not report.is_intact:
        raise typer.Exit(REFUSED)


@audit_app.command("export", cls=Command)
def export(
    out: Annotated[Path, typer.Argument(help="The file to write, one JSON object a line.")], as_json: AsJson = False
) -> None:
    """Every entry with its hashes; `verify --against` compares the log with it later."""
    from core.workflows.accounts import audit_log

    count = audit_log.export_log(out, actor=COMMAND_LINE)
    if as_json:
        print_json({"entries": count, "file": str(out)})
    else:
        print_line(f"{count} entries in {out}")
