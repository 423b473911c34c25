"""Overview: what it says at each stage of the work."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.models import Deployment, OperatingPoint
from core.messages import Message
from core.workflows.accounts import accounts
from core.workflows.annotation import judging_progress
from core.workflows.annotation.judging_progress import JudgingProgress
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.training import label_counts
from core.workflows.training.label_counts import LabelCounts
from db import jobs, session
from tests.workflows.overview.test_warning_watch import click_at_random

NO_LABELS = LabelCounts(0, None)
ALL_AGREED = JudgingProgress(10, unjudged=0, judged_once=0, agreed=10, disagreed=0, settled=0, awaiting_third=0)


@pytest.fixture
def as_staff(signed_in, monkeypatch):
    signed_in(Role.STAFF)

    def at(progress: JudgingProgress, labels: LabelCounts = NO_LABELS) -> None:
        monkeypatch.setattr(judging_progress, "count_progress", lambda: progress)
        monkeypatch.setattr(label_counts, "count_labels", lambda: labels)

    return at


def words(test) -> str:
    return " ".join(markdown.value for markdown in (*test.markdown, *test.header))


def test_without_recordings_it_leads_to_bringing_some_in(signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("overview")
    assert "No recordings yet" in words(test)
    assert test.button(key="bring-in").click().run().title[0].value == "Recordings"


def test_the_counts_are_those_of_the_judging(as_staff, screen):
    as_staff(
        JudgingProgress(1600, unjudged=100, judged_once=50, agreed=1295, disagreed=30, settled=120, awaiting_third=5)
    )
    values = {metric.label: metric.value for metric in screen("overview").metric}
    assert values == {"Recordings": "1600", "Agreed or settled": "1415", "To settle": "30", "To judge": "155"}


def test_what_is_due_stands_first_and_says_how_much(as_staff, screen):
    as_staff(
        JudgingProgress(10, unjudged=0, judged_once=0, agreed=9, disagreed=1, settled=0, awaiting_third=0),
        LabelCounts(9, 4),
    )
    test = screen("overview")
    assert "Two judges differ on 1 recording." in words(test)
    assert "4 labels came or changed" in words(test)
    assert [head.value.split(": ")[1] for head in test.header] == ["Settle disagreements"]
    assert test.button(key="next-action").click().run().title[0].value == "Disagreements"


def test_when_all_is_done_nothing_is_due(as_staff, screen):
    as_staff(ALL_AGREED, LabelCounts(10, 0))
    test = screen("overview")
    assert "All done for now" in words(test)
    captions = " ".join(caption.value for caption in test.caption)
    assert "Every recording has two judgements." in captions
    assert "learned from all 10 labels" in captions
    assert "next-action" not in [button.key for button in test.button]


def test_labels_without_a_model_are_a_reason_to_train(as_staff, screen):
    as_staff(ALL_AGREED, LabelCounts(10, None))
    assert "nothing has been learned from them yet" in words(screen("overview"))
    assert deployment_control.current_deployment() is None
    assert model_evaluation.champion() is None


def test_the_operating_point_in_force_is_said_in_words(as_staff, screen, monkeypatch):
    as_staff(ALL_AGREED, LabelCounts(10, 0))
    point = OperatingPoint(1, "m1", 0.1, 0.4, "ada", datetime(2026, 3, 1, 14, 5), "")
    deployment = Deployment(1, point, "ada_l", datetime(2026, 3, 1, 14, 5), "")
    report = SimpleNamespace(name="dynamics DNN", test=SimpleNamespace(am=0.09, rcc=0.91))
    monkeypatch.setattr(deployment_control, "current_deployment", lambda: deployment)
    monkeypatch.setattr(model_evaluation, "report", lambda _model, am: report if am == 0.1 else None)
    said = words(screen("overview"))
    assert "**dynamics DNN** decides." in said
    assert "Of 100 good readings, 9 are wrongly refused; of 100 bad recordings, 91 are caught." in said
    assert "2026-03-01 14:05 UTC, by ada\\_l" in said


def test_a_model_in_force_whose_figures_are_gone_is_still_named(as_staff, screen, monkeypatch):
    as_staff(ALL_AGREED, LabelCounts(10, 0))
    point = OperatingPoint(1, "m1", 0.1, 0.4, "ada", datetime(2026, 3, 1), "")
    monkeypatch.setattr(
        deployment_control, "current_deployment", lambda: Deployment(1, point, "ada", datetime(2026, 3, 1), "")
    )
    assert "**m1** decides." in words(screen("overview"))


def test_a_warning_is_dismissed_with_who_and_when_and_shown_again(as_staff, screen):
    as_staff(ALL_AGREED, LabelCounts(10, 0))
    click_at_random()
    test = screen("overview")
    n_before = len(test.warning)
    assert "Ana agrees with the others no more than by chance" in test.warning[0].value
    dismiss = [button for button in test.button if (button.key or "").startswith("dismiss-")]
    test = dismiss[0].click().run()
    assert not test.exception
    assert len(test.warning) == n_before - 1
    assert "1 dismissed warning" in [each.label for each in test.expander]
    assert "Dismissed by staff-" in words(test).replace("\\", "")
    again = next(button for button in test.button if (button.key or "").startswith("show-again-"))
    assert len(again.click().run().warning) == n_before


def test_what_runs_is_shown_with_its_progress(as_staff, screen):
    as_staff(ALL_AGREED, LabelCounts(10, None))
    with session.writing() as tx:
        jobs.add(tx, "job1", "retrain", parameters={}, steps=[], account_id=None)
    test = screen("overview")
    assert not test.exception
    assert "**Retraining** · Waiting for a worker" in test.get("progress")[0].proto.text
    assert "Train a first model" not in words(test)


def test_a_job_that_stopped_comes_before_more_labels(as_staff, screen):
    as_staff(JudgingProgress(10, 5, 0, 5, 0, 0, 0), LabelCounts(5, 0))
    with session.writing() as tx:
        jobs.add(tx, "job1", "search", parameters={}, steps=[], account_id=None)
        jobs.end(tx, "job1", "failed", error=Message("the power went"))
    test = screen("overview")
    assert "Go on with the job that stopped" in words(test)
    assert test.button(key="next-action").click().run().title[0].value == "Paper"


def test_the_overview_speaks_french(signed_in, screen, monkeypatch):
    account = signed_in(Role.ADMIN)
    accounts.set_language(account.id, "fr", actor=Actor.of(account))
    monkeypatch.setattr(judging_progress, "count_progress", lambda: JudgingProgress(1600, 100, 0, 1490, 10, 0, 0))
    monkeypatch.setattr(label_counts, "count_labels", lambda: LabelCounts(1490, 3))
    test = screen("overview")
    assert test.title[0].value == "Vue d'ensemble"
    assert "Les deux juges divergent sur 10 enregistrements" in words(test)
    assert [metric.label for metric in test.metric][1] == "Retenus"
