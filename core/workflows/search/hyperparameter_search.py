"""The search for a network's hyperparameters: started, resumed, and what it chose handed to a retraining.

What a worker does is `search_run`.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.audio.features import FAMILIES
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.permissions import Permission
from core.errors import Refused
from core.learning import networks, tasks
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.retraining import retraining
from core.workflows.search import search_results
from core.workflows.search.search_plan import KINDS, planned_steps
from core.workflows.search.search_results import SearchParameters
from core.workflows.search.search_run import run
from core.workflows.training import model_specs

SEED = 2019
TASKS = (*tasks.TASKS, *tasks.DOUBLE_BINARY_TASKS)
TRIALS = 40  # where neither trials nor minutes are set


def start(
    *,
    features: str = "mfcc",
    network: str = "dnn",
    task: str = "multiclass",
    trials: int | None = None,
    minutes: float | None = None,
    actor: Actor = COMMAND_LINE,
) -> Job:
    """Queue a search and hand it to a worker. While one is queued or running, that one is returned.

    Parameters
    ----------
    trials : networks to try; `TRIALS` where no minutes are given either
    minutes : after these no further trial begins; each pair has its share of them. They go on counting when the search
        is resumed

    Raises
    ------
    Refused
        A name that is not known, a family that the network cannot read, or a budget of nothing.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.SEARCH)
    _check(features, network, task, trials, minutes)
    if trials is None and minutes is None:
        trials = TRIALS
    parameters = SearchParameters(features, network, task, SEED, trials, minutes)
    return job_launch.begin_job(
        job_status.SEARCH,
        run,
        parameters=parameters.as_json(),
        plan=planned_steps(parameters),
        actor=actor,
        detail={"features": features, "network": network, "task": task, "seed": SEED},
    )


@dataclass(frozen=True)
class SearchChoices:
    """What can be searched for, the usual one first."""

    features: tuple[str, ...] = tuple(FAMILIES)
    networks: tuple[str, ...] = tuple(KINDS)
    tasks: tuple[str, ...] = TASKS


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a search that was interrupted, cancelled or failed; finished trials are kept."""
    authorisation.require_first(actor, Permission.SEARCH)
    return job_launch.resume_job(job_id, run, actor=actor)


def retrain(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Start a retraining with what a search chose.

    Raises
    ------
    Refused
        The search has not chosen anything.
    """
    authorisation.require_first(actor, Permission.RETRAIN)
    job = job_status.get_job(job_id)
    report = search_results.report(job) if job.kind == job_status.SEARCH else None
    if report is None or report.chosen is None:
        raise Refused(
            "Job {job_id} is no search that has chosen a network: wait for it, or go on with it.",
            job_id=job_id,
        )
    features, network = (report.parameters.features,), (report.parameters.network,)
    return retraining.start(features=features, networks=network, changes=report.changes, actor=actor)


def _check(features: str, network: str, task: str, trials: int | None, minutes: float | None) -> None:
    for value, names, what in (
        (features, tuple(FAMILIES), "Features"),
        (network, tuple(KINDS), "Network"),
        (task, TASKS, "Task"),
    ):
        if value not in names:
            raise Refused(
                "{what} {value!r} cannot be searched for: expected one of {names}.",
                what=what,
                value=value,
                names=", ".join(names),
            )
    if not networks.accepts_family(KINDS[network], is_sequence=model_specs.is_sequence(features)):
        raise Refused(
            "{features} gives one row of numbers a recording, which an RNN cannot read: take dnn.",
            features=features,
        )
    if trials is not None and trials < 1:
        raise Refused(
            "{trials} trials cannot be made: expected a whole number from 1.",
            trials=trials,
        )
    if minutes is not None and not minutes > 0:
        raise Refused(
            "{minutes} minutes cannot be spent: expected more than 0.",
            minutes=minutes,
        )
