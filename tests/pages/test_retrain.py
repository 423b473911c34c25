"""The Retrain screen: one click, live progress, how it ended, and the models there are."""

from __future__ import annotations

import pytest

from core.errors import Unavailable
from core.labels import Role
from core.workflows import deploying, jobs, retraining
from core.workflows.actor import COMMAND_LINE
from db import jobs as jobs_table
from db import session
from tests.pages import seeding


@pytest.fixture
def ids(database, signed_in) -> list[int]:
    signed_in(Role.STAFF)
    made = seeding.seed_recordings()
    seeding.seed_judgements(made)
    return made


@pytest.fixture
def handed_over(monkeypatch) -> list[str]:
    """The cluster takes every job and does nothing."""
    taken: list[str] = []
    monkeypatch.setattr("core.workflows.cluster.submit", lambda function, job_id, key: taken.append(job_id))
    return taken


def end(state: str, error: str = "") -> None:
    job = retraining.start(actor=COMMAND_LINE)
    with session.writing() as tx:
        jobs_table.end(tx, job.id, state, error=error)


def test_it_says_how_many_labels_there_are_to_learn_from(ids, screen):
    test = screen("retrain")
    assert not test.exception
    assert f"{seeding.N - 3} recordings" in test.markdown[0].value


def test_one_click_starts_a_job(ids, handed_over, screen):
    test = screen("retrain")
    test.button(key="retrain").click().run()
    assert not test.exception
    assert handed_over == [jobs.current().id]
    assert test.button(key="retrain").disabled
    assert any("Labels" in one.value for one in test.markdown)


def test_others_can_be_chosen(ids, handed_over, screen):
    test = screen("retrain")
    test.pills(key="features").select("mfcc")
    test.pills(key="networks").select("dnn")
    test.run()
    test.button(key="retrain").click().run()
    systems = jobs.current().parameters["systems"]
    assert {(features, kind) for features, kind, _ in systems} == {("mfcc", "dnn")}


def test_where_a_module_comes_from_is_said_before_it_is_needed(ids, screen):
    test = screen("retrain")
    test.pills(key="features").select("vggish").run()
    assert any("EARSHOT_VGGISH" in one.value and "unpack" in one.value for one in test.markdown)


def test_a_running_job_shows_its_steps_and_can_be_cancelled(ids, handed_over, screen):
    retraining.start(actor=COMMAND_LINE)
    test = screen("retrain")
    assert test.progress[0].value == 0
    test.button(key="cancel_job").click().run()
    assert not test.exception
    assert jobs.current().state == "cancelled"


def test_a_failure_says_why(ids, handed_over, screen):
    end("failed", "The module at https://example.org cannot be loaded.")
    test = screen("retrain")
    assert "cannot be loaded" in test.error[0].value
    assert not test.button(key="retrain").disabled


def test_an_interrupted_job_goes_on(ids, handed_over, screen):
    end("interrupted", "The process that ran this job ended.")
    test = screen("retrain")
    test.button(key="resume_job").click().run()
    assert not test.exception
    assert jobs.current().state == "queued"
    assert len(handed_over) == 2


def test_a_cluster_out_of_reach_is_said(ids, monkeypatch, screen):
    def unreachable(*_: object, **__: object) -> None:
        raise Unavailable("The cluster does not answer.")

    monkeypatch.setattr("core.workflows.cluster.submit", unreachable)
    test = screen("retrain")
    test.button(key="retrain").click().run()
    assert not test.exception
    assert any("does not answer" in one.value for one in test.error)


def test_two_new_models_stand_side_by_side(ids, screen):
    names = seeding.seed_models(ids)
    deploying.use(names[0], 0.1, actor=COMMAND_LINE)
    test = screen("retrain")
    assert not test.exception
    assert [metric.label for metric in test.metric].count("RCC") == 2
    models = test.dataframe[0].value
    assert list(models["Model"]) == ["dynamics DNN", "mfcc RNN"]
    assert list(models["In force"]) == ["yes", ""]


def test_without_labels_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("retrain")
    assert test.info[0].proto.title == "There is no label to learn from yet"
    assert test.button(key="retrain").disabled


def test_a_judge_may_not_see_it(ids, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("retrain")
    assert "This screen is for" in test.error[0].value
    assert not any(button.key == "retrain" for button in test.button)
