"""Verdicts on judges from what is stored: other judges, repeats, settled disagreements, the pace."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from core.domain.accounts import Account
from core.domain.judgements import ComparedLabel
from core.domain.labels import Label, Role
from core.sentences.judge_sentences import verdict_sentences
from core.workflows.annotation import judge_trust, open_disagreements, setting_aside
from core.workflows.annotation.judge_trust import JudgeStanding
from db import schema, session
from tests.annotation import hearing
from tests.annotation.people import actor, add_recordings, people, person

BEGIN = datetime(2026, 3, 2, 9)
LABELS = list(Label)


@pytest.fixture
def staff(any_database: object) -> Account:
    return person("staff", Role.STAFF)


def add_labels(judge: Account, given: dict[int, Label], *, gap_s: float) -> None:
    rows = [
        {
            "recording_id": recording_id,
            "account_id": judge.id,
            "round": 1,
            "label": label,
            "decided_at": BEGIN + timedelta(seconds=gap_s * k),
            "origin": "annotate",
        }
        for k, (recording_id, label) in enumerate(given.items())
    ]
    with session.writing() as tx:
        tx.execute(insert(schema.judgements), rows)


@pytest.fixture
def a_tired_judge(staff: Account) -> list[int]:
    """84 labels of each, 1,500 an hour those of ana, which are random."""
    chance = random.Random(5)
    ana, ben = people("Ana", "Ben")
    ids = add_recordings(84)
    add_labels(ben, {each: LABELS[each % 3] for each in ids}, gap_s=8.0)
    add_labels(ana, {each: chance.choice(LABELS) for each in ids}, gap_s=2.4)
    return ids


def test_random_clicking_at_1500_an_hour_is_in_doubt_and_the_colleague_is_not(a_tired_judge: list[int]) -> None:
    ana, ben = judge_trust.verdicts()
    assert (ana.judge, ana.verdict, round(ana.pace or 0)) == ("Ana", JudgeStanding.IN_DOUBT, 1500)
    assert (ben.judge, ben.verdict) != ("Ben", JudgeStanding.IN_DOUBT)
    words = " ".join(verdict_sentences(ana))
    assert "Ana agrees with the others no more than by chance" in words
    assert "1,500 labels an hour; the others 450." in words
    assert "pas plus souvent d'accord" in " ".join(verdict_sentences(ana, "fr"))


def test_set_aside_from_where_the_doubt_begins_nothing_is_in_doubt_any_more(
    a_tired_judge: list[int], staff: Account
) -> None:
    (ana, *_) = judge_trust.verdicts()
    assert ana.begins_at is not None
    setting_aside.set_aside("Ana", ana.begins_at, session.now(), "random", actor=actor(staff))
    assert [each for each in judge_trust.verdicts() if each.is_raised] == []


def test_the_newest_labels_are_there_to_be_heard(a_tired_judge: list[int]) -> None:
    newest = judge_trust.newest_labels("Ana")
    assert [judged.recording.id for judged in newest] == a_tired_judge[:-6:-1]


def test_a_verdict_is_computed_anew_when_staff_settle_something(a_tired_judge: list[int], staff: Account) -> None:
    (before, *_) = judge_trust.verdicts()
    (first, *_) = open_disagreements.disagreements(limit=1)
    hearing.settle(first.recording.id, LABELS[first.recording.id % 3], "heard it", actor=actor(staff))
    (after, *_) = judge_trust.verdicts()
    assert (before.settled.n, after.settled.n, after.settled.n_same) == (0, 1, 0)


def test_the_pace_leaves_breaks_and_imports_out() -> None:
    def label(at_s: float, is_from_desk: bool = True) -> ComparedLabel:
        return ComparedLabel(1, "ana", Label.NOISE, BEGIN + timedelta(seconds=at_s), is_from_desk)

    steady = [label(6.0 * k) for k in range(20)] + [label(5000 + 6.0 * k) for k in range(20)]
    assert judge_trust.pace_of(steady) == pytest.approx(600)
    assert judge_trust.pace_of([label(k, is_from_desk=False) for k in range(40)]) is None
    assert judge_trust.pace_of(steady[:5]) is None
