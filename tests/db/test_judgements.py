"""The consensus that SQL computes is the one that Python defines; imported labels keep the rules."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core.domain.consensus import consensus
from core.domain.judgements import NewJudgement
from core.domain.labels import JudgingState, Label, Role
from core.errors import Conflict
from core.workflows.annotation import judge_desk
from db import (
    adjudications,
    imported_judgements,
    judgements,
    own_judgements,
    recording_counts,
    recordings,
    schema,
    session,
)
from tests.annotation.people import add_recordings, give, people, person

pytestmark = pytest.mark.usefixtures("database")

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS
CASES = [((), None), ((N,), None), *(((a, b), None) for a, b in itertools.product(Label, Label)), ((N, S), A)]


def stands() -> dict[int, tuple[int, JudgingState, Label | None]]:
    with session.reading() as tx:
        now = judgements.standing()
        columns = (now.c.recording_id, now.c.n_judged, now.c.standing, now.c.consensus)
        return {
            row[0]: (row[1], JudgingState(row[2]), None if row[3] is None else Label(row[3]))
            for row in tx.execute(select(*columns))
        }


def add_imported(recording_id: int, account_id: int, label: Label) -> bool:
    with session.writing() as tx:
        return imported_judgements.add_imported(
            tx, recording_id=recording_id, account_id=account_id, label=label, decided_at=session.now()
        )


@pytest.mark.parametrize("wanted", [2, 3])
def test_sql_and_python_say_the_same_of_every_combination_of_labels(wanted: int) -> None:
    judges, staff = people("anna", "bert", "cleo"), person("staff", Role.STAFF)
    cases = CASES if wanted == 2 else [*CASES, *((three, None) for three in itertools.product(Label, repeat=3))]
    expected = {}
    for recording_id, (labels, decision) in zip(add_recordings(len(cases)), cases, strict=True):
        with session.writing() as tx:
            recordings.set_round(tx, recording_id, round_=1, wanted=wanted)
        for judge, label in zip(judges, labels, strict=False):
            add_imported(recording_id, judge.id, label)
        if decision:
            decide(recording_id, staff.id, decision)
        expected[recording_id] = (len(labels), *consensus(labels, decision, wanted=wanted))
    assert stands() == expected


def test_every_standing_is_counted_also_where_there_is_none() -> None:
    (anna,) = people("anna")
    give(anna, add_recordings(3)[0])
    with session.reading() as tx:
        counted = recording_counts.count_by_standing(tx)
    assert counted == dict.fromkeys(JudgingState, 0) | {JudgingState.UNJUDGED: 2, JudgingState.ONE_JUDGEMENT: 1}


def test_what_was_undone_or_said_in_an_earlier_round_does_not_count() -> None:
    anna, bert = people("anna", "bert")
    first, second = add_recordings(2)
    give(anna, first)
    judge_desk.undo_judgement(anna, session_id="tab")
    give(bert, second)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == second).values(round=2))
        assert judgements.of_recordings(tx, [first, second]) == {}
    assert stands() == dict.fromkeys([first, second], (0, JudgingState.UNJUDGED, None))


def test_both_opinions_come_back_with_names_and_evidence() -> None:
    anna, bert = people("anna", "bert")
    only = add_recordings(1)[0]
    give(anna, only, N)
    give(bert, only, A)
    with session.reading() as tx:
        found = judgements.of_recordings(tx, [only, 999])
    assert [(one.judge, one.label, one.seconds_heard) for one in found[only]] == [("anna", N, 1.0), ("bert", A, 1.0)]


def test_an_imported_label_is_new_once() -> None:
    anna, bert = people("anna", "bert")
    only = add_recordings(1)[0]
    assert add_imported(only, anna.id, N) is True
    assert add_imported(only, anna.id, N) is False
    assert add_imported(only, bert.id, N) is True
    assert stands()[only] == (2, JudgingState.AGREED, N)


def test_an_imported_label_never_overwrites_and_is_never_the_third() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    only = add_recordings(1)[0]
    add_imported(only, anna.id, N)
    with pytest.raises(Conflict, match="earlier label Noise stands"):
        add_imported(only, anna.id, A)
    add_imported(only, bert.id, A)
    with pytest.raises(Conflict, match="has its two judgements"):
        add_imported(only, cleo.id, A)


def test_the_database_itself_refuses_a_second_judgement_of_a_judge_in_a_round() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    give(anna, only)
    with pytest.raises(IntegrityError), session.writing() as tx:
        own_judgements.add(tx, anna.id, NewJudgement("other", only, 1, S, "tab"), decided_at=session.now())


def decide(recording_id: int, staff_id: int, label: Label) -> None:
    with session.writing() as tx:
        adjudications.add(
            tx,
            recording_id=recording_id,
            round_=1,
            account_id=staff_id,
            label=label,
            reason="heard it",
            decided_at=session.now(),
        )
