"""The paper: its tables on these labels, from what is trained or by cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, say, show, table
from core.cli.models import follow, listed
from core.number_words import in_hundred

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
    from core.workflows.paper import paper_comparison, table_files

    if folds is None and (features or networks or language):
        raise typer.BadParameter("--features, --networks and --language go with --folds.")
    found = (
        paper_comparison.paper_rows()
        if folds is None
        else _crossed(folds, listed(features), listed(networks), language)
    )
    for file, made in ((csv_file, table_files.csv_of), (latex_file, table_files.latex_of)):
        if file is not None:
            file.write_text(made(found), encoding="utf-8")
    if as_json:
        print_json(found)
        return
    _show(found)
    print_line(table_files.how_it_was_made(found))
    for module in found["modules"]:
        _tell_module(module)
    for claim in found["claims"]:
        print_line(f"{claim['claim']}: {claim['verdict']}")
    missing = [row for row in found["rows"] if row["f10"] is None]
    if missing:
        one = "1 system is" if len(missing) == 1 else f"{len(missing)} systems are"
        say(f"{one} not trained here: `python -m core paper --folds 5` trains all of them.")


def _crossed(
    n_folds: int, features: tuple[str, ...] | None, networks: tuple[str, ...] | None, language: str
) -> dict[str, Any]:
    """Run the job, or join the one that runs, and come back with its table."""
    from core.workflows.paper import cross_validation, cross_validation_results

    job = cross_validation.start(n_folds=n_folds, features=features, networks=networks, language=language)
    ended = follow(job.id, "Cross-validating")
    if ended.state != "succeeded":
        refuse(f"Job {job.id} {ended.state}: {ended.error or 'see the Paper screen'} What is finished is kept.")
    return cross_validation_results.paper(ended.parameters["trained_on"]) or dict(ended.result["paper"])


def _show(found: dict[str, Any]) -> None:
    columns = ("f(0.10)", "95 %", "f(0.15)", "f(AMm) / AMm", "seconds", "published f(0.10)", "f(AMm) / AMm")
    shown = table("system", *columns)
    for row in found["rows"]:
        beside, interval = row["published"] or {}, row["f10_interval"] or (None, None)
        shown.add_row(
            f"{row['features']} {row['network']} {row['system']}",
            _percent(row["f10"]),
            f"{_percent(interval[0])} to {_percent(interval[1])}" if row["f10"] is not None else "-",
            _percent(row["f15"]),
            f"{_percent(row['f_am_m'])} / {_percent(row['am_m'])}",
            "-" if row["seconds"] is None else f"{row['seconds']:.0f}",
            _percent(beside.get("f10")),
            f"{_percent(beside.get('f_am_m'))} / {_percent(beside.get('am_m'))}",
        )
    show(shown)


def _tell_module(module: dict[str, Any]) -> None:
    seconds = module["load_seconds"]
    if seconds is not None:
        print_line(f"{module['features']}: {seconds:.1f} s from a cold process to the first features.")
    if module["words"]:
        print_line(module["words"])


def _percent(value: float | None) -> str:
    return in_hundred(value, unknown="-")
