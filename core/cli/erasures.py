"""Erasing a child, and the receipts of erasures."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.aftermath import print_aftermath
from core.cli.frame import REFUSED, AsJson, Command, PlainCommand, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ErasurePreview, ErasureResult, ModelsChoice
from core.errors import Refused

FINISH_PATIENCE_S = 10.0

erasures_app = typer.Typer(no_args_is_help=True, help="Receipts of erased children.")
Number = Annotated[int, typer.Argument(help="The number of the receipt.")]


def add_to(app: typer.Typer) -> None:
    app.command("erase", cls=Command)(erase)


def erase(
    child: Annotated[str, typer.Option(help="The pseudonym of the child.")],
    models: Annotated[
        ModelsChoice | None, typer.Option(help="Models that learned from it: withdraw, or withdraw and retrain.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, even at a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase all that is stored of a child. Ends with 1 when something could not be removed yet."""
    from core.workflows.maintenance import erasure

    expected = erasure.preview(child, actor=COMMAND_LINE)
    if preview:
        _print_preview(expected, as_json)
        return
    choice = _models_choice(models, expected, is_asked=not yes and sys.stdin.isatty())
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Erase everything of the child {child}? This cannot be undone.", abort=True, err=True)
    erased = erasure.erase_child(child, models=choice, actor=COMMAND_LINE)
    if as_json:
        print_json(dataclasses.asdict(erased) | {"is_complete": erased.is_complete})
    else:
        _print_result(erased)
    if not erased.is_complete:
        raise typer.Exit(REFUSED)


def _models_choice(models: ModelsChoice | None, expected: ErasurePreview, *, is_asked: bool) -> ModelsChoice:
    if models is not None or not expected.learned:
        return models or ModelsChoice.WITHDRAW
    names = ", ".join(model.id for model in expected.learned)
    if not is_asked:
        raise Refused(
            f"These models learned from this child and hold rows of its features: {names}. Say what becomes of them: "
            "--models withdraw, or --models retrain to train the same systems again on what is left."
        )
    say(f"These models learned from this child and will be withdrawn: {names}")
    again = typer.confirm("Train the same systems again on what is left?", err=True)
    return ModelsChoice.RETRAIN if again else ModelsChoice.WITHDRAW


def _print_preview(expected: ErasurePreview, as_json: bool) -> None:
    if as_json:
        print_json(dataclasses.asdict(expected))
        return
    print_line(
        f"Would go: {expected.recordings} recordings, {expected.judgements} judgements. "
        f"Named in {expected.mentions} texts."
    )
    for model in expected.learned:
        print_line(f"Learned from it, would be withdrawn: {model.id}{' (in force)' if model.is_in_force else ''}")
    for model in expected.tested:
        print_line(f"Only tested on it, stays without its probabilities: {model.id}")
    if expected.withdraws_the_deployed:
        print_line(f"Would decide afterwards: {expected.next_in_force or 'no model, until another one is deployed'}")
    for job_id in expected.jobs:
        print_line(f"Would be cancelled: job {job_id}")


def _print_result(erased: ErasureResult) -> None:
    print_line(f"Erased {erased.recordings} recordings and {erased.judgements} judgements. Receipt {erased.receipt}.")
    print_aftermath(erased)


@erasures_app.command("list", cls=Command)
def list_receipts(as_json: AsJson = False) -> None:
    """Every receipt, newest first."""
    from core.workflows.maintenance import receipts

    stored = receipts.all_receipts(actor=COMMAND_LINE)
    if as_json:
        print_json({"receipts": [dataclasses.asdict(receipt) for receipt in stored]})
        return
    shown = table("number", "erased at", "by", "database log")
    for receipt in stored:
        state = "emptied" if receipt.is_log_empty else "still holds rows"
        shown.add_row(str(receipt.id), str(receipt.body["erased_at"]), str(receipt.body["by"]), state)
    show(shown)


@erasures_app.command("receipt", cls=Command)
def show_receipt(number: Number) -> None:
    """One signed receipt as JSON."""
    from core.workflows.maintenance import receipts

    print_json(receipts.receipt(number, actor=COMMAND_LINE).body)


@erasures_app.command("check", cls=PlainCommand)
def check(file: Annotated[Path, typer.Argument(help="A receipt as JSON.")]) -> None:
    """Whether this installation signed exactly this receipt. Ends with 1 when not."""
    from core.workflows.maintenance import receipts

    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        body = None
    is_genuine = isinstance(body, dict) and receipts.is_genuine(body)
    print_line("The receipt is genuine." if is_genuine else "The receipt was changed, or signed elsewhere.")
    if not is_genuine:
        raise typer.Exit(REFUSED)


@erasures_app.command("finish", cls=Command)
def finish() -> None:
    """Empty the database's log, where somebody kept an erasure from it. Ends with 1 while they are still reading."""
    from core.workflows.maintenance import database_log

    if not database_log.finish(patience_s=FINISH_PATIENCE_S):
        raise Refused("Somebody is still reading the database; try again when they have finished.")
    print_line("Nothing of an erased child is in the database's log.")
