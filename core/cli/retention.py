"""How long recordings are kept, and the consent references of children."""

from __future__ import annotations

import dataclasses
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from core.cli.aftermath import print_aftermath
from core.cli.frame import REFUSED, AsJson, Command, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.retention import RetentionPreview, RetentionResult, RetentionRule, RetentionRun, SourceRetention
from core.errors import Refused
from core.sentences import retention_sentences

retention_app = typer.Typer(no_args_is_help=True, help="How long recordings are kept, by source.")
consent_app = typer.Typer(no_args_is_help=True, help="Consent references of children.")

Source = Annotated[str | None, typer.Option(help="A source, such as a school; '' where it is not known.")]
Default = Annotated[bool, typer.Option("--default", help="The default, for sources without a rule of their own.")]
Days = Annotated[int | None, typer.Option(help="Days from the recording, or its import where that is not known.")]
Keep = Annotated[bool, typer.Option("--keep", help="Until somebody erases them, whatever the default is.")]
Models = Annotated[
    ModelsChoice, typer.Option(help="Models that learned from what goes: withdraw, or withdraw and retrain.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask, even at a terminal.")]
Child = Annotated[str, typer.Argument(help="The pseudonym of the child.")]


@retention_app.command("show", cls=Command)
def show_retention(as_json: AsJson = False) -> None:
    """The rules, what goes when by source, and the last runs."""
    from core.workflows.maintenance import retention_outlook, retention_rules

    rules, sources = retention_rules.rules(), retention_outlook.by_source()
    runs = retention_outlook.runs()
    if as_json:
        default = None if rules.default is None else _rule_json(rules.default)
        print_json(
            {
                "default": default,
                "sources": [_source_json(row) for row in sources],
                "runs": [_run_json(row) for row in runs],
            }
        )
        return
    print_line(f"By default: {retention_sentences.keeping_time('en', rules.default)}")
    shown = table("source", "recordings", "children", "without consent", "kept", "first goes", "7 days", "30 days")
    for row in sources:
        shown.add_row(
            escape(row.source or "(not known)"),
            str(row.recordings),
            str(row.children),
            str(row.children_without_consent),
            retention_sentences.keeping_time("en", row.rule),
            _day(row.next_at),
            str(row.within_week),
            str(row.within_month),
        )
    show(shown)
    for row in sources:
        if row.within_week:
            print_line(retention_sentences.goes_soon("en", row))
    if runs:
        print_line(f"Last run: {runs[0].started_at:%Y-%m-%d %H:%M} UTC, {runs[0].recordings} recordings went.")


@retention_app.command("set", cls=Command)
def set_retention(
    source: Source = None,
    default: Default = False,
    days: Days = None,
    keep: Keep = False,
    models: Models = ModelsChoice.WITHDRAW,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Let a source, or the default, have a rule. The server follows it from a day later on."""
    from core.workflows.maintenance import retention_rules

    source = _meant(source, default)
    if keep == (days is not None):
        raise Refused("Say either --days N, or --keep for recordings that stay until somebody erases them.")
    expected = retention_rules.preview_rule(source, days, actor=COMMAND_LINE)
    if dry_run:
        _print_preview(expected, as_json)
        return
    if not as_json:
        _print_preview(expected, as_json)
        if not yes and sys.stdin.isatty():
            typer.confirm("Set this rule?", abort=True, err=True)
    rule = retention_rules.set_rule(source, days, models, actor=COMMAND_LINE)
    if as_json:
        print_json(_rule_json(rule) | {"preview": _preview_json(expected)})
        return
    print_line(f"{_name(source)}: {retention_sentences.keeping_time('en', rule)}")
    if source is not None and not expected.recordings:
        say(f"[yellow]No recording has the source {escape(repr(source))} yet.[/yellow]")


@retention_app.command("remove", cls=Command)
def remove_retention(source: Source = None, default: Default = False, as_json: AsJson = False) -> None:
    """Take a rule away: the source follows the default again."""
    from core.workflows.maintenance import retention_rules

    source = _meant(source, default)
    retention_rules.remove_rule(source, actor=COMMAND_LINE)
    now = retention_rules.rules()
    rule = now.default if source is None else now.rule_for(source)
    if as_json:
        print_json({"source": source, "rule": None if rule is None else _rule_json(rule)})
        return
    print_line(f"{_name(source)}: {retention_sentences.keeping_time('en', rule)}")


@retention_app.command("run", cls=Command)
def run_retention(dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False) -> None:
    """Erase what is due now, as the server does once a day. Ends with 1 when something could not be removed yet."""
    from core.workflows.maintenance import retention_outlook, retention_run

    expected = retention_outlook.preview_run(actor=COMMAND_LINE)
    if dry_run:
        _print_preview(expected, as_json)
        return
    if expected.due and not yes and sys.stdin.isatty():
        _print_preview(expected, as_json=False)
        typer.confirm(
            f"Erase {expected.due - expected.postponed} recordings? This cannot be undone.", abort=True, err=True
        )
    result = retention_run.run(actor=COMMAND_LINE)
    if as_json:
        print_json(dataclasses.asdict(result) | {"is_complete": result.is_complete})
    else:
        _print_result(result)
    if not result.is_complete:
        raise typer.Exit(REFUSED)


@consent_app.command("list", cls=Command)
def list_consents(
    missing: Annotated[bool, typer.Option("--missing", help="Only children without a reference.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every child with its consent reference, and when its recordings go."""
    from core.workflows.maintenance import retention_outlook

    every = [row for row in retention_outlook.by_child() if not (missing and row.consent)]
    if as_json:
        print_json({"children": [dataclasses.asdict(row) for row in every]})
        return
    shown = table("child", "consent", "sources", "recordings", "first goes")
    for row in every:
        sources = escape(", ".join(row.sources))
        shown.add_row(escape(row.child), escape(row.consent), sources, str(row.recordings), _day(row.next_at))
    show(shown)


@consent_app.command("set", cls=Command)
def set_consent(
    child: Child, reference: Annotated[str, typer.Argument(help="The number of a form, or words.")]
) -> None:
    """Write what shows that a child's parents agreed."""
    from core.workflows.maintenance import consents

    if not reference.strip():
        raise Refused("The reference is empty; `consent clear` takes one away.")
    consents.set_consent(child, reference, actor=COMMAND_LINE)
    print_line(f"{child}: {reference}")


@consent_app.command("clear", cls=Command)
def clear_consent(child: Child) -> None:
    """Take a child's consent reference away. What is stored of the child stays: `erase` removes it."""
    from core.workflows.maintenance import consents

    consents.set_consent(child, "", actor=COMMAND_LINE)
    print_line(f"{child} has no consent reference. To erase the child: python -m core erase --child {child}")


def _meant(source: str | None, is_default: bool) -> str | None:
    if is_default == (source is not None):
        raise Refused("Say either --source NAME or --default.")
    return source


def _name(source: str | None) -> str:
    return "By default" if source is None else source or "Source not known"


def _print_preview(expected: RetentionPreview, as_json: bool) -> None:
    if as_json:
        print_json(_preview_json(expected))
        return
    for line in retention_sentences.preview_lines("en", expected):
        print_line(line)


def _print_result(result: RetentionResult) -> None:
    numbers = ", ".join(map(str, result.receipts))
    print_line(
        f"Erased {result.recordings} recordings and {result.judgements} judgements; {result.children} children are "
        f"gone with them.{f' Receipts: {numbers}.' if numbers else ''}"
    )
    if result.postponed:
        say(f"{result.postponed} recordings are due and on a judge's desk; they go with a later run.")
    print_aftermath(result)


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def _rule_json(rule: RetentionRule) -> dict[str, object]:
    return {
        "source": rule.source,
        "days": rule.days,
        "models": str(rule.models),
        "set_at": rule.set_at.isoformat(),
        "set_by": rule.set_by,
    }


def _preview_json(expected: RetentionPreview) -> dict[str, object]:
    return dataclasses.asdict(expected)


def _source_json(row: SourceRetention) -> dict[str, object]:
    rule = None if row.rule is None else _rule_json(row.rule)
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)} | {"rule": rule}


def _run_json(row: RetentionRun) -> dict[str, object]:
    return dataclasses.asdict(row)
