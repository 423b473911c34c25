"""Decision records: the last ones, why one was taken, all of them as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.number_words import decimal

decisions_app = typer.Typer(no_args_is_help=True, help="What was decided, and why.")


@decisions_app.command("list", cls=Command)
def list_decisions(
    source: Annotated[str | None, typer.Option(help="Only recordings of this source.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The last decisions, newest first."""
    from core.workflows.deployment import decision_log

    logged = decision_log.newest(limit, source=source, actor=COMMAND_LINE)
    if as_json:
        print_json({"decisions": [decision_log.as_json(each.record, each.key) for each in logged]})
        return
    shown = table("id", "at", "source", "decision", "reason", "p", "threshold", "model", "key")
    for each in logged:
        record = each.record
        figures = decimal(record.p_accepted, 3), decimal(record.threshold, 3)
        words = record.source, str(record.verdict), str(record.reason or "")
        shown.add_row(record.id, f"{record.decided_at:%Y-%m-%d %H:%M}", *words, *figures, record.model_id, each.key)
    show(shown)


@decisions_app.command("why", cls=Command)
def explain(
    decision_id: Annotated[str, typer.Argument(help="The id that the decision came with.")],
    language: Annotated[str, typer.Option(help="en or fr.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Why a recording was accepted or refused, in sentences."""
    from core.sentences import decision_sentences
    from core.workflows.deployment import decision_log

    logged = decision_log.look_up(decision_id, actor=COMMAND_LINE)
    sentences = decision_sentences.why(logged.record, language)
    if as_json:
        print_json({"decision": decision_log.as_json(logged.record, logged.key), "sentences": sentences})
        return
    for sentence in sentences:
        print_line(sentence)


@decisions_app.command("export", cls=Command)
def export(out: Annotated[Path, typer.Argument(help="A file that ends in .csv, .json or .jsonl.")]) -> None:
    """Write every decision record to a file."""
    from core.workflows.deployment import decision_log

    say(f"{decision_log.export_decisions(out, actor=COMMAND_LINE):,} decision records are in {out}.")
