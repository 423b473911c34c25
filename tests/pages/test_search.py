"""The search on the Paper screen: start, progress, what was tried, what was chosen, and retraining with it."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.jobs import job_status
from core.workflows.search import hyperparameter_search
from core.workflows.search.search_results import SearchedPair
from db import jobs as jobs_table
from db import session
from pages.components.paper.search_heat_map import GIVEN_UP, heat_map
from tests.pages import seeding

PAIR = {"first": "units", "second": "layers", "first_values": [32, 64, 128], "second_values": [2, 3]}
HELD = {"units": 128, "layers": 2, "learning_rate": 0.001, "dropout": 0.3, "batch_size": 32, "input_noise": 0.3}
NOW = HELD | {"loss": 0.42, "f10": 0.8, "parameters": 27_011, "seconds": 2.0, "epochs": 20}
CHOSEN = NOW | {"units": 64, "loss": 0.40, "f10": 0.9, "parameters": 9_000}
HOPELESS = NOW | {"layers": 3, "loss": None, "f10": None}


@pytest.fixture
def staff(database, signed_in, monkeypatch) -> list[str]:
    """Somebody of the staff, labels, and a cluster that takes every job and does nothing; the jobs it took."""
    taken: list[str] = []
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda function, job_id, key: taken.append(job_id))
    signed_in(Role.STAFF)
    seeding.seed_judgements(seeding.seed_recordings())
    return taken


def tried(*, chosen: dict | None = None, is_better: bool = True) -> dict:
    """A search that has tried three networks: running, or ended with a choice."""
    job = hyperparameter_search.start(trials=3, actor=COMMAND_LINE)
    said = {"pair": PAIR, "held": HELD, "chosen": chosen, "trials": [NOW, CHOSEN, HOPELESS]}
    steps = [step.as_json() for step in job.steps]
    steps[2] |= {"state": "done", **said}
    result = {"chosen": chosen, "now": NOW, "is_better": is_better, "changes": [["units", 64]]}
    with session.writing() as tx:
        if chosen:
            jobs_table.end(tx, job.id, "succeeded", result=result, steps=steps)
        else:
            jobs_table.take(tx, job.id, "here/1/x")
            jobs_table.show_life(tx, job.id, "here/1/x", steps)
    return {"id": job.id}


def pair(trials: list[dict], *, chosen: dict | None = None) -> SearchedPair:
    return SearchedPair.from_step("Pair", {"pair": PAIR, "held": HELD, "chosen": chosen, "trials": trials})


def test_a_search_is_started_from_the_form(staff, screen):
    test = screen("paper")
    test.selectbox(key="search_network").select("rnn")
    test.number_input(key="search_trials").set_value(12)
    test.button(key="search_start").click().run()
    assert not test.exception
    job = job_status.current_job(job_status.SEARCH)
    assert staff == [job.id]
    assert (job.parameters["network"], job.parameters["trials"]) == ("rnn", 12)
    assert test.button(key="search_start").disabled


def test_a_running_search_shows_its_map_and_can_be_cancelled(staff, screen):
    tried()
    test = screen("paper")
    assert not test.exception
    assert any("Units and hidden layers" in one.value for one in test.markdown)
    test.button(key="cancel_search").click().run()
    assert not test.exception
    assert job_status.current_job(job_status.SEARCH).cancel_requested_at is not None


def test_what_was_chosen_stands_beside_what_is_used_now_and_can_be_retrained_with(staff, screen):
    tried(chosen=CHOSEN)
    test = screen("paper")
    assert not test.exception
    figures = [one.value for one in test.metric if one.label == "Cross-entropy"]
    assert figures == ["0.400", "0.420"]
    assert any("64 units" in one.value and "change" in one.value for one in test.markdown)
    test.button(key="search_retrain").click().run()
    assert not test.exception
    assert job_status.current_job(job_status.RETRAIN).parameters["changes"] == [["units", 64]]


def test_a_choice_within_noise_says_that_nothing_speaks_for_a_change(staff, screen):
    tried(chosen=CHOSEN, is_better=False)
    assert any("nothing speaks for a change" in one.value for one in screen("paper").info)


def test_a_map_has_a_value_on_each_cell_that_was_tried_and_a_frame_around_the_chosen_one():
    figure = heat_map(pair([NOW, CHOSEN, HOPELESS], chosen=CHOSEN), figure="loss")
    at = {(one.x, one.y): one.text for one in figure.layout.annotations}
    assert at == {(2, 0): "0.420", (1, 0): "0.400", (2, 1): GIVEN_UP}
    frame = figure.layout.shapes[0]
    assert frame.x0 < 1 < frame.x1
    assert frame.y0 < 0 < frame.y1
    shades = figure.data[1].z
    assert shades[0][1] == 1.0
    assert shades[0][0] is None


def test_f10_is_the_better_the_higher_it_is():
    figure = heat_map(pair([NOW, CHOSEN]), figure="f10")
    assert figure.data[1].z[0][1] == 1.0
    assert figure.data[1].z[0][2] == 0.0
    assert not figure.layout.shapes
