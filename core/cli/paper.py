"""The paper: its tables on these labels, from what is trained or by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, say, show, table
from core.cli.retraining import follow, listed
from core.domain.jobs import JobState
from core.number_words import in_hundred, interval

if TYPE_CHECKING:
    from core.workflows.paper.paper_report import ModuleReport, PaperReport
from core.workflows.paper.paper_rows import TableRow

Figures = Annotated[Path | None, typer.Option("--csv", help="Write the rows to this file, for a spreadsheet.")]
Latex = Annotated[Path | None, typer.Option("--latex", help="Write the tables to this file; needs booktabs.")]


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(paper)


def paper(
    folds: Annotated[int | None, typer.Option(min=2, help="Cross-validate over children in so many folds.")] = None,
    features: Annotated[str | None, typer.Option(help="With --folds: families instead of mfcc,vggish")] = None,
    networks: Annotated[str | None, typer.Option(help="With --folds: networks instead of dnn,rnn")] = None,
    language: Annotated[str, typer.Option(help="With --folds: learn from this language alone; report each.")] = "",
    csv_file: Figures = None,
    latex_file: Latex = None,
    as_json: AsJson = False,
) -> None:
    """The paper's Tables 1, 3 and 4 on these labels: from the models trained here, or by cross-validation."""
    from core.workflows.paper import claim_texts, paper_comparison, table_files

    if folds is None and (features or networks or language):
        raise typer.BadParameter("--features, --networks and --language go with --folds.")
    report = (
        paper_comparison.report_of_models()
        if folds is None
        else _cross_validate(folds, listed(features), listed(networks), language)
    )
    for file, text_of in ((csv_file, table_files.csv_of), (latex_file, table_files.latex_of)):
        if file is not None:
            file.write_text(text_of(report), encoding="utf-8")
    if as_json:
        print_json(report.as_json())
        return
    _show_rows(report.rows)
    print_line(table_files.provenance_text(report.provenance))
    for module in report.modules:
        _print_module(module)
    for time in report.epochs:
        print_line(f"An epoch of an RNN on {time.features}: {table_files.epoch_text(time)}")
    for claim in report.claims:
        print_line(f"{claim_texts.claim_text(claim.claim)}: {claim_texts.verdict_text(claim)}")
    n_missing = sum(not row.is_trained for row in report.rows)
    if n_missing:
        systems = "1 system is" if n_missing == 1 else f"{n_missing} systems are"
        say(f"{systems} not trained here: `python -m core paper --folds 5` trains all of them.")


def _cross_validate(
    n_folds: int, features: tuple[str, ...] | None, networks: tuple[str, ...] | None, language: str
) -> PaperReport:
    """Run the job, or join the one that runs, and come back with its report."""
    from core.workflows.paper import cross_validation, cross_validation_results

    job = cross_validation.start(n_folds=n_folds, features=features, networks=networks, language=language)
    ended = follow(job.id, "Cross-validating")
    if ended.state is not JobState.SUCCEEDED:
        refuse(f"Job {job.id} {ended.state}: {ended.error or 'see the Paper screen'} What is finished is kept.")
    newest = cross_validation_results.newest_report(cross_validation_results.trained_on(ended))
    return newest or cross_validation_results.CrossValidationResult.from_json(ended.result).report


def _show_rows(rows: Sequence[TableRow]) -> None:
    columns = ("f(0.10)", "95 %", "f(0.15)", "f(AMm) / AMm", "seconds", "published f(0.10)", "f(AMm) / AMm")
    lines = table("system", *columns)
    for row in rows:
        ours, theirs = row.figures, row.published_figures
        lines.add_row(
            f"{row.features} {row.network} {row.system}",
            _percent(ours.f10),
            interval(ours.f10_interval, of=ours.f10) if row.is_trained else "-",
            _percent(ours.f15),
            f"{_percent(ours.f_am_m)} / {_percent(ours.am_m)}",
            "-" if row.seconds is None else f"{row.seconds:.0f}",
            _percent(theirs.f10),
            f"{_percent(theirs.f_am_m)} / {_percent(theirs.am_m)}",
        )
    show(lines)


def _print_module(module: ModuleReport) -> None:
    if module.load_seconds is not None:
        print_line(f"{module.features}: {module.load_seconds:.1f} s from a cold process to the first features.")
    if module.words:
        print_line(module.words)


def _percent(share: float | None) -> str:
    return in_hundred(share, unknown="-")
