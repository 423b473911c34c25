"""A search as a worker does it: a pair of parameters at a time, each trial a task of the cluster.

`core.learning.grid` decides which trial comes next, `core.learning.trial_comparison` which network is chosen, and says
why; one trial is `trial_run.run_trial`. Finished trials are stored, so a search that was killed, cancelled or done
before goes on from there. Everything is scored on the validation children; the test children's recordings are not even
read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.domain.jobs import Job
from core.domain.json_types import JsonObject, JsonValue
from core.domain.snapshots import Snapshot
from core.learning import grid, networks, trial_comparison
from core.learning.grid import ParameterPair
from core.learning.networks import NetworkKind, NetworkSpec
from core.learning.trial_comparison import Point, Trial
from core.messages import Message
from core.workflows.jobs import job_launch
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.search import parallel_trials, trial_run
from core.workflows.search.search_plan import CHOICE, KINDS, LABELS, features_step
from core.workflows.search.search_results import SearchParameters, pair_name, result_as_json
from core.workflows.search.trial_json import pair_as_json, point_as_json, trial_as_json
from core.workflows.training import feature_extraction, snapshots
from core.workflows.training.model_specs import ClassifierSpec


@dataclass
class OngoingSearch:
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
    with job.step(features_step(classifier.features)) as step:
        feature_extraction.extract_all(classifier.features, items, job, step)
    start = grid.point_of(networks.RECOMMENDED[kind])
    search = OngoingSearch(job, kind, classifier, snapshot, parameters.seed, start, {})
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


def _vary(search: OngoingSearch, pair: ParameterPair, share: int, step: Step, *, deadline: float | None) -> None:
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
    chosen = trial_comparison.choose((search.tried[cell] for cell in cells), held=search.held)
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


def _result(search: OngoingSearch, start: Point) -> JsonObject:
    chosen, in_use = search.tried.get(search.held), search.tried.get(start)
    best = trial_comparison.lowest_loss(search.tried.values())
    is_better = (
        in_use is not None
        and best is not None
        and trial_comparison.is_surely_better(best, in_use, n_tried=len(search.tried) - 1)
    )
    changes: list[JsonValue] = [[*change] for change in grid.changed_parameters(search.held, search.recommended)]
    return result_as_json(chosen, in_use, is_better) | {"changes": changes}
