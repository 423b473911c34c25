"""Models: report, list, deploy, score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from core.cli.frame import (
    AsJson,
    Command,
    print_json,
    print_line,
    say,
    share,
    show,
    table,
    without_chatter,
)
from core.domain.actor import COMMAND_LINE
from core.domain.audit import AuditAction
from core.domain.certainty import Certainty
from core.number_words import decimal, interval
from core.sentences.certainty_sentences import needed_sentence, sure_words, target_words
from core.translation import DEFAULT_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from core.workflows.evaluation.model_figures import ModelReport

CertaintyShare = Annotated[
    float, typer.Option("--certainty", help="How sure the target is kept: 0.50 (no margin), 0.80, 0.90 or 0.95.")
]
AmTarget = Annotated[float, typer.Option("--am", min=0, max=1, help="Share of Accepted that may be refused.")]


def add_to(app: typer.Typer) -> None:
    for function in (report, models, deploy, score):
        app.command(cls=Command)(function)


def report(
    model: Annotated[
        str | None,
        typer.Option(help="A model's id, or its name on the screens; default: the deployed one, or the newest."),
    ] = None,
    am: AmTarget = 0.10,
    certainty: Annotated[
        float | None, typer.Option("--certainty", help="As for deploy; default: the one in force at this target.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page to keep, send and print, instead.")] = None,
    language: Annotated[str, typer.Option(help=f"Of that page: {' or '.join(LANGUAGES)}.")] = DEFAULT_LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Figures of a model at an AM target. The threshold is chosen on validation; the test only reports."""
    from core.workflows.evaluation import model_evaluation, report_page

    sure = None if certainty is None else Certainty.of(certainty)
    if html is not None:
        page = report_page.html(model, am, certainty=sure, speaks=language)
        html.write_text(page, encoding="utf-8")
        print_json({"file": str(html)}) if as_json else print_line(f"The report is in {html}.")
        return
    figures = model_evaluation.report(model, am, certainty=sure)
    if as_json:
        print_json(figures.as_json())
        return
    _print_report(figures, am)


def models(as_json: AsJson = False) -> None:
    """Every trained model, newest first."""
    from core.workflows.deployment import deployment_control
    from core.workflows.evaluation import model_evaluation

    deployed = deployment_control.current_deployment()
    deployed_id = deployed.operating_point.model_id if deployed else None
    every_model = model_evaluation.models()
    if as_json:
        entries = [
            {"id": model.id, "name": model.name, "created_at": model.created_at, "seconds": model.seconds}
            for model in every_model
        ]
        print_json({"models": entries, "deployed": deployed_id})
        return
    rows = table("id", "name", "trained", "seconds", "")
    for model in every_model:
        mark = "deployed" if model.id == deployed_id else ""
        rows.add_row(model.id, model.name, f"{model.created_at:%Y-%m-%d %H:%M}", f"{model.seconds:.0f}", mark)
    show(rows)


def deploy(
    model: Annotated[str, typer.Argument(help="The model's id.")],
    am: AmTarget,
    certainty: CertaintyShare = 0.50,
    reason: Annotated[str, typer.Option(help="Why; kept with the operating point.")] = "",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Though it is clearly worse than the one in force; with --reason.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Decide with this model from now on, at the threshold that validation gives for the AM target.

    With a certainty above 0.50 the threshold is lower, so that the target is kept by other children as well.

    A model that is clearly worse than the one in force on the same test children is refused.
    """
    from core.workflows.deployment import deployment_control

    point = deployment_control.deploy(
        model, am, certainty=Certainty.of(certainty), reason=reason, anyway=anyway, actor=COMMAND_LINE
    ).operating_point
    if as_json:
        print_json(
            {
                "model": point.model_id,
                "am_target": point.am_target,
                "threshold": point.threshold,
                "certainty": point.certainty.value,
            }
        )
    else:
        print_line(
            f"{point.model_id} decides from now on: accepted when p >= {point.threshold:.4f}, "
            f"{target_words(point.am_target, point.certainty)}."
        )


def score(
    files: Annotated[list[Path], typer.Argument(help="Recordings.")],
    source: Annotated[str, typer.Option(help="Where they come from; its own threshold decides, if it has one.")] = "",
    record: Annotated[bool, typer.Option("--record", help="Each decision leaves a record, without its sound.")] = False,
    as_json: AsJson = False,
) -> None:
    """Accept or reject recordings with the deployed model. Ends with 1 when not one file could be read."""
    from core.workflows.accounts import audit_log
    from core.workflows.deployment import decision_records, scoring

    n_decided = 0
    audit_log.record_event(COMMAND_LINE, AuditAction.SCORE, detail={"files": len(files), "source": source})
    with without_chatter():
        for decision in scoring.score(files, source=source):
            n_decided += "error" not in decision
            ids = decision_records.record_answers([decision], source=source, actor=COMMAND_LINE) if record else []
            _print_decision(decision | ({"id": ids[0]} if ids else {}), as_json)
    if not n_decided:
        raise typer.Exit(1)


def _print_decision(decision: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        print_json(decision)
    elif "error" in decision:
        file, error = str(decision["file"]), str(decision["error"])
        say(f"[red]{escape(error if error.startswith(file) else f'{file}: {error}')}[/red]")
    else:
        reason = f" ({decision['reason']})" if decision["reason"] else ""
        name, verdict, p = decision["file"], decision["decision"], decision["p_accepted"]
        print_line(f"{name}: {verdict}{reason}, p = {p:.3f}. {decision['explanation']}")


def _print_report(figures: ModelReport, am: float) -> None:
    columns = ("", "RCC", "AM", "Accepted", "Rejected", "RCC Noise", "RCC Speechless", "AM with disagreements")
    shown = table(*columns, title=f"{figures.model}, AM target {share(am)}, {sure_words(figures.certainty)}")
    for name, split in (("validation", figures.validation), ("test", figures.test)):
        apart = [share(caught.rcc) for caught in split.caught.values()]
        counts = (str(split.accepted), str(split.rejected))
        shown.add_row(name, share(split.rcc), share(split.am), *counts, *apart, share(split.am_stream))
    test = figures.test
    rcc, am_ends = interval(test.rcc_interval, of=test.rcc), interval(test.am_interval, of=test.am)
    apart = [interval(each.interval, of=each.rcc) for each in test.caught.values()]
    shown.add_row("  95 %", rcc, am_ends, "", "", *apart, "")
    show(shown)
    summary = figures.summary
    print_line(f"threshold {decimal(figures.threshold, 4, unknown='no data')}")
    if figures.needed:
        print_line(needed_sentence(figures.needed))
    print_line(f"f(0.10) {share(summary.f10)}   f(0.15) {share(summary.f15)}")
    print_line(f"f(AMm) / AMm {share(summary.f_am_m)} / {share(summary.am_m)}   (test children, exact grid)")
