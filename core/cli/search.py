"""The search for a network's hyperparameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, share, show, table
from core.cli.retraining import follow
from core.domain.actor import COMMAND_LINE

if TYPE_CHECKING:
    from core.domain.jobs import Job
    from core.workflows.search.search_results import SearchedPair, SearchReport


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(search)


def search(
    features: Annotated[str, typer.Option(help="One family: mfcc, vggish, yamnet, dynamics or steady.")] = "mfcc",
    network: Annotated[str, typer.Option(help="dnn or rnn.")] = "dnn",
    task: Annotated[
        str, typer.Option(help="multiclass, binary, binary-noise or binary-speechless (the two of double binary).")
    ] = "multiclass",
    trials: Annotated[int | None, typer.Option(help="Networks to try; 40, unless --minutes is given.")] = None,
    minutes: Annotated[float | None, typer.Option(help="After these no further network is begun.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Come back when it is done.")] = False,
    retrain: Annotated[
        str | None, typer.Option(metavar="JOB", help="Search nothing: retrain with what this search chose.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search a network's numbers, two at a time, on training and validation children. Finished trials are kept.

    Units and hidden layers first, then learning rate and dropout, then batch size and input noise. One search at a
    time: a second call joins the first.
    """
    from core.workflows.search import hyperparameter_search

    if retrain is not None:
        _retrain(retrain, wait=wait, as_json=as_json)
        return
    job = hyperparameter_search.start(
        features=features, network=network, task=task, trials=trials, minutes=minutes, actor=COMMAND_LINE
    )
    _follow(job, wait=wait, as_json=as_json)


def _follow(job: Job, *, wait: bool, as_json: bool) -> None:
    from core.workflows.search import search_results

    if wait:
        job = follow(job.id, "Searching")
    report = search_results.report(job)
    if as_json:
        print_json(report.as_json())
    elif wait:
        _show_report(report)
    else:
        print_line(f"Job {job.id} is {job.state}. `python -m core search --wait` follows it.")
    if wait and job.state != "succeeded":
        refuse(f"Job {job.id} {job.state}: {job.error or 'see the Paper screen'}")


def _retrain(search_id: str, *, wait: bool, as_json: bool) -> None:
    from core.workflows.retraining import retraining
    from core.workflows.search import hyperparameter_search

    job = hyperparameter_search.retrain(search_id, actor=COMMAND_LINE)
    if wait:
        job = follow(job.id)
    if as_json:
        print_json(retraining.as_json(job))
    else:
        print_line(f"Job {job.id} is {job.state}. `python -m core retrain --wait` follows it.")
    if wait and job.state != "succeeded":
        refuse(f"Job {job.id} {job.state}: {job.error or 'see the Retrain screen'}")


def _show_report(report: SearchReport) -> None:
    from core.workflows.search import search_results

    for pair in report.pairs:
        _show_pair(pair)
    if report.chosen is None:
        return
    print_line(f"Criterion: {search_results.CRITERION}.")
    for title, trial in (("In use:", report.in_use), ("Chosen:", report.chosen)):
        loss = "-" if trial is None or trial.loss is None else f"{trial.loss:.4f}"
        print_line(f"{title} cross-entropy {loss}, f(0.10) {share(trial.f10 if trial else None)}")
    print_line(f"Changes: {search_results.describe_changes(report.changes) or 'none'}")
    if not report.is_better:
        print_line("What is in use is within noise of the best that was tried: nothing speaks for a change.")
    else:
        print_line(f"To use it: python -m core search --retrain {report.job_id}")


def _show_pair(pair: SearchedPair) -> None:
    from core.workflows.search import search_results

    columns = (pair.grid.first, pair.grid.second)
    names = [search_results.PARAMETER_NAMES[column] for column in columns]
    rows = table(*names, "cross-entropy", "f(0.10)", "parameters", "seconds", "", title=pair.name)
    for trial in pair.trials:
        values = [search_results.value_at(trial.point, column) for column in columns]
        chosen = pair.chosen and [search_results.value_at(pair.chosen, column) for column in columns]
        rows.add_row(
            *(f"{value:g}" for value in values),
            "given up" if trial.loss is None else f"{trial.loss:.4f}",
            "-" if trial.f10 is None else share(trial.f10),
            f"{trial.n_parameters:,}",
            f"{trial.seconds:.1f}",
            "chosen" if values == chosen else "",
        )
    show(rows)
