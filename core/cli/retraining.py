"""Retraining: what one click trains, and training it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import (
    AsJson,
    Command,
    print_json,
    print_line,
    refuse,
    show,
    table,
    working,
)
from core.domain.actor import COMMAND_LINE
from core.domain.jobs import Job, StepState

if TYPE_CHECKING:
    from core.workflows.retraining.refresh_set import RefreshedSystem


def add_to(app: typer.Typer) -> None:
    for function in (retrain, systems):
        app.command(cls=Command)(function)


def retrain(
    features: Annotated[
        str | None, typer.Option(help="Families, comma between: mfcc,vggish,yamnet,dynamics,steady")
    ] = None,
    networks: Annotated[str | None, typer.Option(help="Networks, comma between: dnn,rnn,svm,boosting,fusion")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Come back when it is done.")] = False,
    without_lost: Annotated[bool, typer.Option("--without-lost", help="Go on without files that are lost.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train models on the labels that stand. One retraining at a time: a second call joins the first."""
    from core.workflows.retraining import retraining
    from core.workflows.retraining.retraining_job import RetrainingResult

    job = retraining.start(
        features=listed(features), networks=listed(networks), without_lost=without_lost, actor=COMMAND_LINE
    )
    if wait:
        job = follow(job.id)
    if as_json:
        print_json(retraining.as_json(job))
    elif not wait:
        print_line(f"Job {job.id} is {job.state}. `python -m core retrain --wait` follows it.")
    else:
        for model in RetrainingResult.from_json(job.result).models:
            print_line(f"{model.id}  {model.name}  {model.seconds:.0f} s")
    if wait and job.state != "succeeded":
        refuse(f"Job {job.id} {job.state}: {job.error or 'see the Retrain screen'}")


def systems(
    choose: Annotated[
        str | None, typer.Option(help="Names, comma between, that one click trains from now on; or `usual`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What one click on Retrain trains, and `retrain` without a wish, each with the seconds it takes."""
    from core.workflows.retraining import refresh_set

    if choose is not None:
        names = () if choose == "usual" else listed(choose) or ()
        refresh_set.choose_systems(names, actor=COMMAND_LINE)
    every_system = refresh_set.every_system()
    if as_json:
        print_json([_system_json(system) for system in every_system])
        return
    shown = table("name", "system", "trained by one click", "seconds")
    for system in every_system:
        state = "yes" if system.is_trained else "waits for its module" if system.is_chosen else ""
        seconds = f"{system.seconds:.0f}" if system.is_measured else f"about {system.seconds:.0f}"
        shown.add_row(system.name, system.title, state, seconds)
    show(shown)


def follow(job_id: str, title: str = "Retraining") -> Job:
    """Wait for a job with its steps on stderr; the ended job comes back."""
    from core.workflows.jobs import job_status

    with working(title) as on_step:

        def on_progress(job: Job) -> None:
            running = [step.name for step in job.steps if step.state is StepState.RUNNING]
            left_s = job_status.seconds_left(job)
            left = f", about {left_s:.0f} s left" if left_s is not None else ""
            on_step(f"{running[0] if running else job.state}{left}", job_status.progress_share(job))

        return job_status.wait_for_job(job_id, on_progress)


def listed(names: str | None) -> tuple[str, ...] | None:
    """The names in a list with commas; None where nothing was named."""
    return tuple(name.strip() for name in names.split(",") if name.strip()) if names else None


def _system_json(system: RefreshedSystem) -> dict[str, object]:
    return {
        "name": system.name,
        "features": system.spec.features,
        "network": system.spec.kind,
        "system": system.spec.task,
        "chosen": system.is_chosen,
        "available": system.is_available,
        "seconds": round(system.seconds, 1),
        "measured": system.is_measured,
    }
