"""The search for a network's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, share, show, table
from core.cli.models import follow
from core.domain.actor import COMMAND_LINE

if TYPE_CHECKING:
    from core.domain.jobs import Job


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(search)


def search(
    features: Annotated[str, typer.Option(help="One family: mfcc, vggish, yamnet or dynamics.")] = "mfcc",
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
    if as_json:
        print_json(search_results.as_json(job))
    elif wait:
        _tell(search_results.as_json(job))
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


def _tell(found: dict[str, Any]) -> None:
    from core.workflows.search import search_results

    for pair in found["pairs"]:
        columns = (pair["first"], pair["second"])
        shown = table(
            *(search_results.WORDS[one] for one in columns),
            "cross-entropy",
            "f(0.10)",
            "parameters",
            "seconds",
            "",
            title=pair["name"],
        )
        for one in pair["trials"]:
            is_chosen = pair["chosen"] is not None and all(one[name] == pair["chosen"][name] for name in columns)
            shown.add_row(
                *(f"{one[name]:g}" for name in columns),
                "given up" if one["loss"] is None else f"{one['loss']:.4f}",
                "-" if one["f10"] is None else share(one["f10"]),
                f"{one['parameters']:,}",
                f"{one['seconds']:.1f}",
                "chosen" if is_chosen else "",
            )
        show(shown)
    if found["chosen"] is None:
        return
    print_line(f"Criterion: {found['criterion']}.")
    for words, one in (("In use:", found["now"]), ("Chosen:", found["chosen"])):
        loss = "-" if one is None or one["loss"] is None else f"{one['loss']:.4f}"
        print_line(f"{words} cross-entropy {loss}, f(0.10) {share(one['f10'] if one else None)}")
    print_line(f"Changes: {search_results.describe_changes(found['changes']) or 'none'}")
    if not found["is_better"]:
        print_line("What is in use is within noise of the best that was tried: nothing speaks for a change.")
    else:
        print_line(f"To use it: python -m core search --retrain {found['job']}")
