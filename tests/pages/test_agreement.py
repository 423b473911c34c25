"""The Agreement screen: how far judging has come, and how alike two judges hear."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert

from core.domain.labels import Role
from db import judgements, schema, session
from tests.pages import seeding
from tests.pages.looking import component_data, components


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


def agreement_tables(test) -> list:
    return [table.value for table in test.table if "Both judged" in table.value]


def test_every_figure_has_its_interval(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    test = screen("agreement")
    everybody = agreement_tables(test)[0]
    assert list(everybody["Both judged"]) == [seeding.N] * 2
    assert everybody["Same label"][0].startswith("97.5 % (")
    for name in ("Kappa", "Alpha"):
        assert all(" to " in cell for cell in everybody[name])
    assert sum(one.value.startswith("95 %: 0.") for one in test.caption) == 2


def test_languages_stand_side_by_side(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    by_language = agreement_tables(screen("agreement"))[1]
    assert sorted(by_language["Language"]) == ["en", "fr"]
    assert sum(by_language["Both judged"]) == seeding.N


def test_what_a_judge_heard_differently_can_be_played(staff, screen):
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids, differ=3)
    test = screen("agreement", judge="ben")
    assert not test.exception
    assert test.selectbox(key="judge").value == "ben"
    items = component_data(test, "earshot_player")["items"]
    assert sorted(item["id"] for item in items) == ids[:3]
    assert {chip["who"] for chip in items[0]["chips"]} == {"ada", "ben"}


def test_a_judge_who_never_differs_is_told_so(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=0)
    test = screen("agreement")
    assert "same label" in test.success[0].value
    assert not components(test, "earshot_player")


def test_days_can_be_seen_instead_of_weeks(staff, screen):
    seeding.seed_judgements(seeding.seed_recordings(), differ=3)
    test = screen("agreement")
    test.button_group(key="by").set_value("day").run()
    assert not test.exception
    assert "Day of" in agreement_tables(test)[-1].columns


def test_a_judge_is_compared_with_themselves_once_something_came_again(staff, screen):
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids, differ=0)
    with session.writing() as tx:
        first = judgements.of_recordings(tx, ids[:1])[ids[0]][0]
        again = {"recording_id": ids[0], "account_id": first.judge_id, "judgement_id": first.id}
        tx.execute(insert(schema.repeats).values(again | {"label": "Noise", "decided_at": session.now()}))
    tables = [one.value for one in screen("agreement").table]
    (own,) = [table for table in tables if "Heard twice" in table]
    assert (list(own["Judge"]), list(own["Heard twice"]), own["Same again"][0][:5]) == (["ada"], [1], "0.0 %")
