"""A search: within its budget, on validation children alone, and never the same trial twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.config import settings
from core.domain.jobs import Job
from core.domain.labels import Split
from core.errors import Refused
from core.learning import grid, networks, training, trial_comparison
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities
from core.workflows.jobs import cluster, job_status
from core.workflows.retraining import retraining
from core.workflows.search import hyperparameter_search, search_results, search_run, trial_run
from core.workflows.training import feature_extraction, model_folders
from core.workflows.training.model_specs import ModelSpec
from db import session, snapshots
from tests.workflows import labelled_sounds

QUICK = {"dnn": NetworkSpec("dnn", units=8, layers=1, max_epochs=3, patience=1)}
SMALL = ((("units", (4, 8)), ("layers", (1, 2))), (("learning_rate", (0.001, 0.01)), ("dropout", (0.0, 0.3))))
DYNAMICS = {"features": "dynamics", "network": "dnn"}


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs stay queued until the test runs them in this process; a small grid of small networks."""
    keys: list[str] = []
    monkeypatch.setattr(networks, "RECOMMENDED", QUICK)
    monkeypatch.setattr(grid, "GRID", SMALL)
    monkeypatch.setattr(trial_comparison, "MUCH_WORSE", 1e6)
    monkeypatch.setattr(cluster, "submit", lambda *_, key: keys.append(key))
    return keys


@pytest.fixture
def labelled() -> None:
    labelled_sounds.label_sounds()


class Pretended:
    """What `training.train` gives, without training: the more units, layers and dropout, the lower the loss."""

    def __init__(self, spec: NetworkSpec, task: str) -> None:
        self.task, self.spec = task, spec
        self.course = SimpleNamespace(validation_loss=[1.0 - self.skill], epochs=1)
        self.model = SimpleNamespace(count_params=lambda: spec.units * spec.layers)

    @property
    def skill(self) -> float:
        return 0.04 * self.spec.units + 0.1 * self.spec.layers + 0.2 * self.spec.dropout

    def predict(self, features: Any) -> Probabilities:
        return Probabilities(np.array([0.5 + 0.5 * self.skill * np.sign(one.mean() % 2 - 1) for one in features]))


@pytest.fixture
def pretended(labelled: None, monkeypatch: pytest.MonkeyPatch) -> list[NetworkSpec]:
    """Labels and sounds, and no training takes any time; the specs that were trained."""
    trained: list[NetworkSpec] = []

    def pretend(*_: Any, spec: NetworkSpec, task: str, **__: Any) -> Pretended:
        trained.append(spec)
        return Pretended(spec, task)

    monkeypatch.setattr(training, "train", pretend)
    return trained


def searched(**asked: Any) -> Job:
    job = hyperparameter_search.start(**DYNAMICS | asked)
    search_run.run(job.id)
    return job_status.get_job(job.id)


def n_tried(job: Job) -> int:
    return len(search_results.report(job).trials)


def test_a_search_tries_pair_after_pair_and_says_what_it_chose(pretended: list[NetworkSpec]) -> None:
    job = searched()
    assert job.state == "succeeded", job.error
    said = search_results.report(job).as_json()
    json.dumps(said, allow_nan=False)
    assert [pair["name"] for pair in said["pairs"]] == ["Units and hidden layers", "Learning rate and dropout"]
    assert n_tried(job) == 4 + 4 - 1
    first, second = said["pairs"]
    assert all(one["units"] == first["chosen"]["units"] for one in second["trials"])
    losses = [one["loss"] for one in second["trials"]]
    assert min(losses) <= said["chosen"]["loss"] <= said["now"]["loss"] + 0.5
    assert {name: said["chosen"][name] for name in said["changes"]} == said["changes"]


@pytest.mark.parametrize("n_trials", [1, 3, 5])
def test_a_budget_of_trials_is_kept(pretended: list[NetworkSpec], n_trials: int) -> None:
    job = searched(trials=n_trials)
    assert n_tried(job) == n_trials
    assert {one.state for one in job.steps} == {"done"}


def test_when_the_time_is_up_no_trial_begins_and_what_is_there_is_chosen_from(
    pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, made = [0.0], trial_run.run_trial
    monkeypatch.setattr(search_run.time, "monotonic", lambda: clock[0])

    def taking_a_minute(ask: trial_run.TrialRequest) -> trial_comparison.Trial:
        clock[0] += 60.0
        return made(ask)

    monkeypatch.setattr(trial_run, "run_trial", taking_a_minute)
    job = searched(minutes=1.5)
    assert job.state == "succeeded", job.error
    assert n_tried(job) == 2
    assert job.result["chosen"] is not None


def test_a_search_that_was_killed_goes_on_with_the_trials_it_had(
    pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend = training.train

    def dying(*args: Any, **options: Any) -> Any:
        if len(pretended) == 3:
            raise SystemExit("killed")
        return pretend(*args, **options)

    job = hyperparameter_search.start(**DYNAMICS)
    with monkeypatch.context() as killed:
        killed.setattr(training, "train", dying)
        with pytest.raises(SystemExit):
            search_run.run(job.id)
    with monkeypatch.context() as at_once:
        at_once.setattr(job_status, "SILENT_AFTER_S", 0.0)
        assert job_status.get_job(job.id).state == "interrupted"
    search_run.run(hyperparameter_search.resume(job.id).id)
    assert job_status.get_job(job.id).state == "succeeded", job_status.get_job(job.id).error
    assert len(pretended) == len(set(pretended)) == n_tried(job_status.get_job(job.id)) == 7


def test_the_minutes_go_on_counting_when_a_search_is_resumed(
    pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, made = [0.0], trial_run.run_trial
    monkeypatch.setattr(search_run.time, "monotonic", lambda: clock[0])

    def taking_a_minute(ask: trial_run.TrialRequest) -> trial_comparison.Trial:
        clock[0] += 60.0
        if len(pretended) == 2:
            raise Refused("the disk is full")
        return made(ask)

    with monkeypatch.context() as failing:
        failing.setattr(trial_run, "run_trial", taking_a_minute)
        job = searched(minutes=4.0)
    assert job.state == "failed"
    clock[0] += 3_600.0  # an hour in which nobody looked costs nothing

    monkeypatch.setattr(trial_run, "run_trial", lambda ask: (clock.__setitem__(0, clock[0] + 60.0), made(ask))[1])
    search_run.run(hyperparameter_search.resume(job.id).id)
    ended = job_status.get_job(job.id)
    assert ended.state == "succeeded", ended.error
    assert 2 <= n_tried(ended) <= 4
    assert len(pretended) <= 4


def test_what_a_search_chose_can_be_retrained_with(pretended: list[NetworkSpec]) -> None:
    job = searched()
    chosen = job.result["chosen"]
    assert job.result["is_better"]
    assert job.result["changes"]
    started = hyperparameter_search.retrain(job.id)
    assert started.parameters["changes"] == job.result["changes"]
    system = ModelSpec(*started.parameters["systems"][0], started.parameters["changes"])
    assert {(one.spec.units, one.spec.layers, one.spec.dropout) for one in system.classifiers} == {
        (chosen["units"], chosen["layers"], chosen["dropout"])
    }


def test_models_that_were_retrained_with_changes_have_them(labelled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = ModelSpec("dynamics", "dnn", "multiclass")
    job = retraining.start(changes=[("units", 4)], systems=[one])
    retraining.run(job.id)
    job = job_status.get_job(job.id)
    assert job.state == "succeeded", job.error
    loaded = model_folders.load(job.result["models"][0]["id"])
    assert [network.spec.units for network in loaded.classifiers] == [4]
    assert loaded.spec == replace(one, changes=(("units", 4),))


def test_a_search_that_has_chosen_nothing_cannot_be_retrained_with(pretended: list[NetworkSpec]) -> None:
    job = hyperparameter_search.start(**DYNAMICS)
    with pytest.raises(Refused, match="no search that has chosen"):
        hyperparameter_search.retrain(job.id)


def test_a_second_search_finds_the_same_without_training(
    pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = searched(trials=4)
    monkeypatch.setattr(training, "train", None)
    again = searched(trials=4)
    assert again.result == first.result
    assert search_results.report(again).pairs == search_results.report(first).pairs


def test_no_recording_of_a_test_child_is_opened(pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[str] = set()
    load = feature_extraction._load
    monkeypatch.setattr(feature_extraction, "_load", lambda family, item: opened.add(item[0]) or load(family, item))
    searched(trials=2)
    with session.reading() as tx:
        snapshot = snapshots.get(tx, 1)
    of_test = {item.sha256 for item in snapshot.items if item.split is Split.TEST}
    assert opened
    assert of_test
    assert not opened & of_test
    cached = {file.stem for file in Path(settings().storage, "features").rglob("*.npy")}
    assert not cached & of_test


def test_a_network_much_worse_than_what_is_held_is_given_up_and_tried_again_where_the_measure_is_kinder(
    pretended: list[NetworkSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as strict:
        strict.setattr(trial_comparison, "MUCH_WORSE", 0.0)
        job = searched(trials=4)
    held, *others = sorted(search_results.report(job).trials, key=lambda one: one.loss is None)
    assert held.loss is not None
    assert {one.loss for one in others} == {None}
    assert job.result["changes"] == []
    assert len(pretended) == 4
    again = searched(trials=4)
    assert all(one.loss is not None for one in search_results.report(again).trials)
    assert len(pretended) > 4 + 2


def test_losses_are_those_that_the_training_saw(labelled: None) -> None:
    job = searched(trials=1, task="binary")
    said = json.loads(next(settings().models.glob(".parts/*/trial.json")).read_text())
    assert said["loss"] == pytest.approx(min(said["validation_loss"]), abs=1e-4)
    assert sum(said["child_losses"]) / sum(said["child_counts"]) == pytest.approx(said["loss"])
    assert np.isclose(job.result["chosen"]["loss"], said["loss"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"features": "mfccs"}, "'mfccs' cannot be searched for: expected one of mfcc"),
        ({"network": "svm"}, "'svm' cannot be searched for"),
        ({"task": "double binary"}, "binary-noise"),
        ({"features": "dynamics", "network": "rnn"}, "take dnn"),
        ({"trials": 0}, "0 trials"),
        ({"minutes": 0.0}, r"0\.0 minutes"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_before_a_job_is_made(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        hyperparameter_search.start(**asked)
    assert search_results.history() == []


def test_a_second_start_joins_the_first(handed_over: list[str]) -> None:
    assert hyperparameter_search.start(**DYNAMICS).id == hyperparameter_search.start(trials=3).id
    assert len(handed_over) == 1
