"""The search for a network's hyperparameters: a pair of them at a time, each trial a task of the cluster.

`core.learning.grid` decides which trial comes next and which network is chosen, and says why; one trial is
`trial_run.run_trial`. Finished trials are stored, so a search that was killed, cancelled or done before goes on from
there. Everything is scored on the validation children; the test children's recordings are not even read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.audio.features import FAMILIES
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.json_types import JsonObject, JsonValue
from core.domain.permissions import Permission
from core.domain.snapshots import Snapshot
from core.errors import Refused
from core.learning import grid, networks, tasks
from core.learning.grid import ParameterPair, Point, Trial
from core.learning.networks import NetworkKind, NetworkSpec
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.retraining import retraining
from core.workflows.search import parallel_trials, search_results, trial_run
from core.workflows.search.search_results import SearchParameters, pair_name, result_as_json
from core.workflows.search.trial_json import pair_as_json, point_as_json, trial_as_json
from core.workflows.training import feature_extraction, model_specs, snapshots
from core.workflows.training.model_specs import ClassifierSpec

SEED = 2019
KINDS: dict[str, NetworkKind] = {"dnn": "dnn", "rnn": "rnn"}
TASKS = (*tasks.TASKS, *tasks.DOUBLE_BINARY_TASKS)
TRIALS = 40  # where neither trials nor minutes are set
LABELS, CHOICE = "Labels", "Choice"
USUAL_S = {LABELS: 0.5, "features": 30.0, CHOICE: 0.1, "dnn": 6.0, "rnn": 40.0}


@dataclass
class _Search:
    """A search as it goes: the trials so far by their points, and the point that is held."""

    job: RunningJob
    kind: NetworkKind
    classifier: ClassifierSpec
    snapshot: Snapshot
    seed: int
    held: Point
    tried: dict[Point, Trial]

    @property
    def recommended(self) -> NetworkSpec:
        return networks.RECOMMENDED[self.kind]

    def request(self, point: Point) -> trial_run.TrialRequest:
        """The trial of a point; its bound is the loss of what the pair holds."""
        classifier = replace(self.classifier, changes=grid.changed_parameters(point, self.recommended))
        held = self.tried.get(self.held)
        return trial_run.TrialRequest(
            self.job.id, self.snapshot.id, classifier, point, self.seed, held.best_validation_loss if held else None
        )


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
        plan=_plan(parameters),
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


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _search)


def _search(job: RunningJob, started: Job) -> None:
    parameters = SearchParameters.from_json(started.parameters)
    kind = KINDS[parameters.network]
    classifier = ClassifierSpec(parameters.features, kind, parameters.task)
    with job.step(LABELS) as step:
        snapshot = snapshots.freeze(seed=parameters.seed)
        items = trial_run.visible_items(snapshot)
        step.note(Message("{n} recordings of training and validation children", {"n": len(items)}))
    with job.step(_features_step(classifier.features)) as step:
        feature_extraction.extract_all(classifier.features, items, job, step)
    start = grid.point_of(networks.RECOMMENDED[kind])
    search = _Search(job, kind, classifier, snapshot, parameters.seed, start, {})
    pairs = grid.pairs(start)
    shares = grid.trials_per_pair(parameters.trials, pairs)
    spent_s = sum(job.seconds_before(pair_name(pair)) for pair in pairs)  # before the search was resumed
    deadlines = _deadlines(time.monotonic() - spent_s, parameters.minutes, pairs)
    try:
        for pair, share, deadline in zip(pairs, shares, deadlines, strict=True):
            with job.step(pair_name(pair)) as step:
                _vary(search, pair, share, step, deadline=deadline)
    finally:
        parallel_trials.release_trial_data()
    with job.step(CHOICE):
        job.result = dict(_result(search, start))


def _vary(search: _Search, pair: ParameterPair, share: int, step: Step, *, deadline: float | None) -> None:
    """One pair: tried wave by wave until its share or its time is used up, then the best cell is held."""
    cells = {cell for cell in pair.cells(search.held) if cell in search.tried}
    total = share + len(cells)
    step.set(pair=pair_as_json(pair), held=point_as_json(search.held), chosen=None)

    def show(trial: Trial | None = None) -> None:
        if trial is not None:
            search.tried[trial.point] = trial
            cells.add(trial.point)
        shown = sorted(cells)
        step.set(done=len(shown), total=max(total, 1), trials=[trial_as_json(search.tried[cell]) for cell in shown])

    show()
    while points := grid.next_points(pair, search.held, list(search.tried.values()), share=share, seed=search.seed):
        wanted = len(points)
        for trial in parallel_trials.run_trials([search.request(point) for point in points], search.job, ends=deadline):
            show(trial)
            wanted -= 1
        if wanted:
            break  # the time is up
    chosen = grid.choose((search.tried[cell] for cell in cells), held=search.held)
    if chosen is not None:
        search.held = chosen.point
    step.set(chosen=point_as_json(search.held))
    step.note(None)


def _deadlines(begun: float, minutes: float | None, pairs: Sequence[ParameterPair]) -> list[float | None]:
    """When each pair's time is up, in seconds of the monotonic clock; each has its share of the time by its cells."""
    if minutes is None:
        return [None] * len(pairs)
    cells = [pair.n_cells for pair in pairs]
    return [begun + 60.0 * minutes * sum(cells[: number + 1]) / sum(cells) for number in range(len(pairs))]


def _result(search: _Search, start: Point) -> JsonObject:
    chosen, in_use = search.tried.get(search.held), search.tried.get(start)
    best = grid.lowest_loss(search.tried.values())
    is_better = (
        in_use is not None and best is not None and grid.is_surely_better(best, in_use, n_tried=len(search.tried) - 1)
    )
    changes: list[JsonValue] = [[*change] for change in grid.changed_parameters(search.held, search.recommended)]
    return result_as_json(chosen, in_use, is_better) | {"changes": changes}


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


def _plan(parameters: SearchParameters) -> job_launch.Plan:
    network, minutes = parameters.network, parameters.minutes
    pairs = grid.pairs(grid.point_of(networks.RECOMMENDED[KINDS[network]]))
    cells = sum(pair.n_cells for pair in pairs)
    of_pairs = []
    for pair, share in zip(pairs, grid.trials_per_pair(parameters.trials, pairs), strict=True):
        usual_s = share * USUAL_S[network]
        at_most_s = usual_s if minutes is None else 60.0 * minutes * pair.n_cells / cells
        of_pairs.append((pair_name(pair), min(usual_s, at_most_s)))
    return [
        (LABELS, USUAL_S[LABELS]),
        (_features_step(parameters.features), USUAL_S["features"]),
        *of_pairs,
        (CHOICE, USUAL_S[CHOICE]),
    ]


def _features_step(family: str) -> Message:
    return Message("Features: {family}", {"family": family})
