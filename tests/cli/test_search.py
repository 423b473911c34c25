"""The search at a terminal: what it asks for, and what programs read of it."""

from __future__ import annotations

import pytest

from core.workflows.jobs import cluster, job_status
from core.workflows.search import hyperparameter_search
from db import jobs as jobs_table
from db import session
from tests.cli.conftest import Json, Run

PAIR = {"first": "units", "second": "layers", "first_values": [32, 64], "second_values": [2, 3]}
HELD = {"units": 32, "layers": 2, "learning_rate": 0.001, "dropout": 0.3, "batch_size": 32, "input_noise": 0.3}
TRIAL = HELD | {"loss": 0.4, "f10": 0.8, "parameters": 5000, "seconds": 2.0, "epochs": 20}
GIVEN_UP = TRIAL | {"layers": 3, "loss": None, "f10": None}


@pytest.fixture(autouse=True)
def handed_over(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "submit", lambda *_, key: None)


@pytest.fixture
def ended() -> str:
    """A search that has ended with two networks tried; its id."""
    job = hyperparameter_search.start(trials=2)
    steps = [
        {
            **job.steps[2].as_json(),
            "state": "done",
            "pair": PAIR,
            "held": HELD,
            "chosen": HELD,
            "trials": [TRIAL, GIVEN_UP],
        }
    ]
    result = {"chosen": TRIAL, "now": TRIAL, "is_better": True, "changes": [["units", 32]]}
    with session.writing() as tx:
        jobs_table.end(tx, job.id, "succeeded", result=result, steps=steps)
    return job.id


def test_a_search_is_queued_with_what_was_asked_for(said: Json) -> None:
    found = said("search", "--features", "mfcc", "--network", "rnn", "--task", "binary", "--minutes", "5")
    assert found["state"] == "queued"
    job = job_status.get_job(found["job"])
    assert job.parameters | {"seed": 0} == {
        "features": "mfcc",
        "network": "rnn",
        "task": "binary",
        "trials": None,
        "minutes": 5.0,
        "seed": 0,
    }


def test_programs_read_every_trial_and_what_was_chosen(said: Json, ended: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyperparameter_search, "start", lambda **_: job_status.get_job(ended))
    found = said("search", "--wait")
    assert (found["job"], found["state"], found["changes"]) == (ended, "succeeded", {"units": 32})
    assert [one["loss"] for one in found["pairs"][0]["trials"]] == [0.4, None]
    assert found["chosen"]["f10"] == 0.8
    assert "validation children" in found["criterion"]


def test_people_read_a_table_a_pair_and_how_to_use_what_was_chosen(
    run: Run, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hyperparameter_search, "start", lambda **_: job_status.get_job(ended))
    shown = run("search", "--wait").stdout
    assert "given up" in shown
    assert "80.0 %" in shown
    assert f"search --retrain {ended}" in shown


def test_what_was_chosen_is_retrained_with(said: Json, ended: str) -> None:
    retraining = job_status.get_job(said("search", "--retrain", ended)["job"])
    assert (retraining.kind, retraining.parameters["changes"]) == ("retrain", [["units", 32]])


def test_a_budget_of_nothing_is_refused(run: Run) -> None:
    result = run("search", "--trials", "0")
    assert result.exit_code == 1
    assert "0 trials" in result.stderr
