"""What a search found, as programs and screens read it: from the job's own record, at every moment of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from core.domain.jobs import Job
from core.learning.grid import NAMES, ParameterPair, Point, Trial
from core.workflows.jobs import job_status

CRITERION = (
    "the lowest mean cross-entropy (Accepted against rejected) on the validation children; among those within one "
    "standard error of it, the smallest network; of one size, the one that needs no change"
)
WORDS = {
    "units": "units",
    "layers": "hidden layers",
    "learning_rate": "learning rate",
    "dropout": "dropout",
    "batch_size": "batch size",
    "input_noise": "input noise",
}


def as_json(job: Job) -> dict[str, Any]:
    """What programs read of a search, running or ended.

    `trials` of a pair have the six numbers, `loss` and `f10` on the validation children (null where a network was given
    up or did not converge), `parameters`, `seconds`, `epochs`. `now` is the network in use, `chosen` what the search
    chose, `changes` how it differs, `is_better` whether the best that was tried is more than two standard errors better
    than what is in use.
    """
    said = job.parameters
    return {
        "job": job.id,
        "state": job.state,
        "features": said["features"],
        "network": said["network"],
        "task": said["task"],
        "criterion": CRITERION,
        "pairs": pairs(job),
        "chosen": job.result.get("chosen"),
        "now": job.result.get("now"),
        "is_better": job.result.get("is_better"),
        "changes": dict(job.result.get("changes", [])),
        **({"error": job.error} if job.error else {}),
    }


def pairs(job: Job) -> list[dict[str, Any]]:
    """The pairs that the search has come to, each with its values, trials, what it holds and what it chose."""
    return [
        {"name": step["name"], **step["pair"], "held": step["held"], "chosen": step["chosen"], "trials": step["trials"]}
        for step in job.steps
        if "pair" in step
    ]


def trials(job: Job) -> list[dict[str, Any]]:
    """Every network that was tried, once, in the order of the pairs."""
    of_all = {tuple(one[name] for name in NAMES): one for pair in pairs(job) for one in pair["trials"]}
    return list(of_all.values())


def history(*, limit: int = 20) -> list[Job]:
    """Searches, newest first."""
    return job_status.job_history(job_status.SEARCH, limit=limit)


def pair_name(pair: ParameterPair) -> str:
    """`Units and hidden layers`."""
    return f"{WORDS[pair.first]} and {WORDS[pair.second]}".capitalize()


def pair_as_json(pair: ParameterPair) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "first_values": list(pair.first_values),
        "second_values": list(pair.second_values),
    }


def trial_as_json(trial: Trial) -> dict[str, Any]:
    return as_dict(trial.point) | {
        "loss": trial.loss,
        "f10": trial.f10,
        "parameters": trial.n_parameters,
        "seconds": trial.seconds,
        "epochs": trial.epochs,
    }


STORED_NAMES = {"best_validation_loss": "heard"}  # as the files of trials have it


def trial_to_file(trial: Trial) -> dict[str, Any]:
    """All of a trial, as its file stores it."""
    return {STORED_NAMES.get(name, name): value for name, value in asdict(trial).items()}


def trial_from_file(stored: dict[str, Any], point: Point) -> Trial:
    """The trial that `trial_to_file` stored."""
    values = {field.name: stored[STORED_NAMES.get(field.name, field.name)] for field in fields(Trial)}
    values |= {name: tuple(values[name]) for name in ("child_losses", "child_counts")}
    return Trial(**values | {"point": point})


def as_dict(point: Point) -> dict[str, float]:
    return dict(zip(NAMES, point, strict=True))


def describe_changes(changes: Sequence[Sequence[Any]] | dict[str, float]) -> str:
    """`256 units, dropout 0.2`."""
    pairs_of = changes.items() if isinstance(changes, dict) else changes
    whole = {"units", "layers"}
    return ", ".join(
        f"{value:g} {WORDS[name]}" if name in whole else f"{WORDS[name]} {value:g}" for name, value in pairs_of
    )
