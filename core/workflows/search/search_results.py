"""The results of a search, for programs and screens, from the record of its job, also while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.domain.jobs import Job, JobState
from core.domain.json_types import (
    JsonObject,
    list_of,
    number_of,
    number_or_none,
    object_of,
    objects_of,
    text_of,
)
from core.learning.grid import NAMES, ParameterPair
from core.learning.trial_comparison import Point as Point
from core.learning.trial_comparison import Trial as Trial  # both for screens
from core.translation import DEFAULT_LANGUAGE, decimal_sign, mark, translate
from core.workflows.jobs import job_status
from core.workflows.search.trial_json import (
    pair_as_json,
    point_as_json,
    point_from_json,
    trial_as_json,
    trial_from_json,
)
from core.workflows.training.model_specs import changes_of

CRITERION = mark(
    "the lowest mean cross-entropy (Accepted against rejected) on the validation children; among those within one "
    "standard error of it, the smallest network; of one size, the one that needs no change"
)
PARAMETER_NAMES = {
    "units": mark("units"),
    "layers": mark("hidden layers"),
    "learning_rate": mark("learning rate"),
    "dropout": mark("dropout"),
    "batch_size": mark("batch size"),
    "input_noise": mark("input noise"),
}
COUNTS = frozenset({"units", "layers"})  # `256 units`, but `dropout 0.2`

Changes = tuple[tuple[str, float], ...]
"""(name, value) of the numbers that differ from those in use."""


@dataclass(frozen=True)
class SearchParameters:
    """What is searched for; without a number of trials, or of minutes, there is no such limit."""

    features: str
    network: str
    task: str
    seed: int
    trials: int | None = None
    minutes: float | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> SearchParameters:
        trials = number_or_none(stored.get("trials"))
        return SearchParameters(
            features=text_of(stored["features"]),
            network=text_of(stored["network"]),
            task=text_of(stored["task"]),
            seed=int(number_of(stored["seed"], 0)),
            trials=None if trials is None else int(trials),
            minutes=number_or_none(stored.get("minutes")),
        )

    def as_json(self) -> JsonObject:
        return {**asdict(self)}


@dataclass(frozen=True)
class SearchedPair:
    """Two numbers that were varied together: their grid, the trials on it, what was held, and what was chosen."""

    name: str
    grid: ParameterPair
    held: Point
    chosen: Point | None
    trials: tuple[Trial, ...]

    @staticmethod
    def from_step(name: str, details: JsonObject) -> SearchedPair:
        """The pair from the details of its step."""
        pair, chosen = object_of(details["pair"]), object_of(details.get("chosen"))
        first, second = (
            tuple(number_of(value, 0.0) for value in list_of(pair[f"{side}_values"])) for side in ("first", "second")
        )
        return SearchedPair(
            name=name,
            grid=ParameterPair(text_of(pair["first"]), text_of(pair["second"]), first, second),
            held=point_from_json(object_of(details.get("held"))),
            chosen=point_from_json(chosen) if chosen else None,
            trials=tuple(trial_from_json(stored) for stored in objects_of(details.get("trials"))),
        )

    def as_json(self) -> JsonObject:
        return {
            "name": self.name,
            **pair_as_json(self.grid),
            "held": point_as_json(self.held),
            "chosen": None if self.chosen is None else point_as_json(self.chosen),
            "trials": [trial_as_json(trial) for trial in self.trials],
        }


@dataclass(frozen=True)
class SearchReport:
    """A search, running or ended.

    pairs : those that the search has come to
    in_use, chosen : the network in use, and the one that the search chose; None while they are not known
    is_better : whether the best is better than what is in use beyond what the luckiest of as many would be
    changes : how the chosen network differs; None while nothing is chosen
    """

    job_id: str
    state: JobState
    error: str
    parameters: SearchParameters
    pairs: tuple[SearchedPair, ...]
    in_use: Trial | None
    chosen: Trial | None
    is_better: bool | None
    changes: Changes

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every network that was tried, once, in the order of the pairs."""
        return tuple({trial.point: trial for pair in self.pairs for trial in pair.trials}.values())

    def as_json(self) -> JsonObject:
        """What programs read.

        `trials` of a pair have the six numbers, `loss` and `f10` on the validation children (null where a network was
        pruned or did not converge), `parameters`, `seconds`, `epochs`.
        """
        report: JsonObject = {
            "job": self.job_id,
            "state": self.state.value,
            "features": self.parameters.features,
            "network": self.parameters.network,
            "task": self.parameters.task,
            "criterion": CRITERION,
            "pairs": [pair.as_json() for pair in self.pairs],
            **result_as_json(self.chosen, self.in_use, self.is_better),
            "changes": {**dict(self.changes)},
        }
        return report | ({"error": self.error} if self.error else {})


def report(job: Job) -> SearchReport:
    """What a search has come to."""
    chosen, in_use = (object_of(job.result.get(name)) for name in ("chosen", "now"))
    is_better = job.result.get("is_better")
    return SearchReport(
        job_id=job.id,
        state=job.state,
        error=job.error,
        parameters=SearchParameters.from_json(job.parameters),
        pairs=tuple(SearchedPair.from_step(step.name, step.details) for step in job.steps if "pair" in step.details),
        in_use=trial_from_json(in_use) if in_use else None,
        chosen=trial_from_json(chosen) if chosen else None,
        is_better=is_better if isinstance(is_better, bool) else None,
        changes=changes_of(job.result.get("changes")),
    )


def history(*, limit: int = 20) -> list[Job]:
    """Searches, newest first."""
    return job_status.job_history(job_status.SEARCH, limit=limit)


def pair_name(pair: ParameterPair) -> str:
    """`Units and hidden layers`."""
    return f"{PARAMETER_NAMES[pair.first]} and {PARAMETER_NAMES[pair.second]}".capitalize()


def result_as_json(chosen: Trial | None, in_use: Trial | None, is_better: bool | None) -> JsonObject:
    return {
        "chosen": trial_as_json(chosen) if chosen else None,
        "now": trial_as_json(in_use) if in_use else None,
        "is_better": is_better,
    }


def value_at(point: Point, name: str) -> float:
    """One number of a network."""
    return point[NAMES.index(name)]


def describe_changes(changes: Sequence[tuple[str, float]], *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`256 units, dropout 0.2`."""
    return ", ".join(
        f"{_number(value, speaks)} {translate(speaks, PARAMETER_NAMES[name])}"
        if name in COUNTS
        else f"{translate(speaks, PARAMETER_NAMES[name])} {_number(value, speaks)}"
        for name, value in changes
    )


def describe_network(point: Point, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """All numbers of a network."""
    return describe_changes(list(zip(NAMES, point, strict=True)), speaks=speaks)


def _number(value: float, speaks: str) -> str:
    return f"{value:g}".replace(".", decimal_sign(speaks))
