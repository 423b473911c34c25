"""The Agreement screen: how far judging has come, and how alike two judges hear."""

from __future__ import annotations

import json

import pytest

from core.labels import Role
from tests.pages import seeding


@pytest.fixture
def staff(database, signed_in) -> None:
    signed_in(Role.STAFF)


def metrics(test) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def test_how_far_judging_has_come(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    found = metrics(screen("agreement"))
    assert found["Judged twice"] == str(seeding.N)
    assert (found["Agreed"], found["To settle"], found["Not judged"]) == (str(seeding.N - 3), "3", "0")


def test_kappa_is_said_in_words(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    test = screen("agreement")
    assert not test.exception
    assert float(metrics(test)["Cohen's kappa"]) > 0.9
    assert any("Almost perfect" in one.value for one in test.markdown)


def test_the_table_between_two_judges_counts_every_recording_once(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    figure = json.loads(screen("agreement").get("plotly_chart")[0].proto.spec)
    counts = [int(note["text"]) for note in figure["layout"]["annotations"]]
    assert (len(counts), sum(counts)) == (9, seeding.N)


def test_without_recordings_it_says_what_to_do(staff, screen):
    test = screen("agreement")
    assert not test.exception
    assert test.info[0].proto.title == "There are no recordings yet"


def test_before_two_have_judged_the_same_it_says_so(staff, screen):
    seeding.seed_recordings()
    assert screen("agreement").info[0].proto.title == "No two judges have heard the same recording yet"


def test_a_judge_may_not_see_it(database, signed_in, screen):
    seeding.seed_judgements(seeding.seed_recordings())
    signed_in(Role.JUDGE)
    test = screen("agreement")
    assert "This screen is for" in test.error[0].value
    assert not test.metric
