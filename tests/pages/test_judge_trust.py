"""The Agreement screen names judges in doubt, lets staff hear their last labels, and sets labels aside."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import insert

from core.domain.labels import Label, Role
from core.workflows.annotation import judging_progress, setting_aside
from db import schema, session
from tests.annotation.people import add_recordings, people
from tests.pages.looking import component_data

LABELS = list(Label)


@pytest.fixture
def tired(database, signed_in) -> list[int]:
    """Ana clicks at random, 1,500 an hour, beside Ben."""
    signed_in(Role.STAFF)
    chance, now = random.Random(5), session.now()
    ids = add_recordings(84)
    rows = [
        {
            "recording_id": recording_id,
            "account_id": judge.id,
            "round": 1,
            "label": LABELS[k % 3] if judge.name == "Ben" else chance.choice(LABELS),
            "decided_at": now - timedelta(hours=1) + timedelta(seconds=gap_s * k),
            "origin": "annotate",
        }
        for judge, gap_s in zip(people("Ana", "Ben"), (2.4, 8.0), strict=True)
        for k, recording_id in enumerate(ids)
    ]
    with session.writing() as tx:
        tx.execute(insert(schema.judgements), rows)
    return ids


def test_the_judge_in_doubt_is_named_with_the_evidence_and_the_last_five_can_be_heard(tired, screen):
    test = screen("agreement")
    assert not test.exception
    assert "Ana agrees with the others no more than by chance" in test.warning[0].value
    assert "1,500 labels an hour" in test.warning[0].value
    assert any("Listen to the last 5 labels of Ana" in each.value for each in test.markdown)
    items = component_data(test, "earshot_player")["items"]
    assert [item["id"] for item in items] == tired[:-6:-1]


def test_the_overview_warns_and_leads_there(tired, screen):
    assert "Ana agrees with the others no more than by chance" in screen("overview").warning[0].value


def test_labels_are_set_aside_with_a_reason_and_counted_again(tired, screen):
    test = screen("agreement")
    test.button(key="aside").click().run()
    assert "Say in a few words why" in test.error[0].value
    test.text_input(key="aside_why").set_value("clicked at random").run()
    test.button(key="aside").click().run()
    assert not test.exception
    assert [aside.n_labels for aside in setting_aside.set_asides_of_all()] == [84]
    assert judging_progress.count_progress().judged_once == 84
    test.button(key="count_again_1").click().run()
    assert not test.exception
    assert setting_aside.set_asides_of_all()[0].undone_at is not None


def test_a_judge_sees_none_of_it(database, signed_in, screen):
    signed_in(Role.JUDGE)
    assert not screen("agreement").warning


def test_a_raised_warning_is_dismissed_here_as_well_and_then_names_who_did(tired, screen):
    test = screen("agreement")
    n_before = len(test.warning)
    button = next(each for each in test.button if (each.key or "").startswith("dismiss-"))
    test = button.click().run()
    assert not test.exception
    assert len(test.warning) == n_before - 1
    assert any("Dismissed by staff" in each.value for each in test.caption)
    assert "Ana agrees" not in " ".join(each.value for each in screen("overview").warning)
