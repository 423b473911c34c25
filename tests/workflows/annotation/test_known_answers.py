"""Known answers: recordings whose label stands, blind at a judge's desk; compared, and never counted as judgements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.judgements import ReferenceKind
from core.domain.labels import JudgingState, Label, Role
from core.domain.selection import SelectionReason
from core.errors import Conflict
from core.workflows.annotation import (
    judge_desk,
    judge_trust,
    own_labels,
    protocols,
    qualification_items,
    recording_search,
    setting_aside,
)
from core.workflows.annotation.protocols import QueueProtocol
from db import accounts, claims, control_answers, judge_comparisons, kept_counts, schema, session
from tests.annotation.hearing import settle
from tests.annotation.people import actor, add_recordings, give, lying_before, people, person

pytestmark = pytest.mark.usefixtures("database")


def bring_known_answers(*, share: float = 0.2, a_day: int = 200) -> None:
    protocols.set_queue(QueueProtocol(control_share=share, controls_a_day=a_day), actor=COMMAND_LINE)


def stored() -> list[Any]:
    with session.reading() as tx:
        return list(tx.execute(select(schema.control_answers).order_by(schema.control_answers.c.id)))


def agreed_by_two(count: int, label: Label = Label.NOISE) -> list[int]:
    """Recordings on which two judges agree who are nobody else's colleagues."""
    first, second = people("first", "second")
    ids = add_recordings(count)
    for recording_id in ids:
        give(first, recording_id, label)
        give(second, recording_id, label)
    bring_counts_up()
    return ids


def bring_counts_up() -> None:
    with session.writing() as tx:
        kept_counts.count_everything_in(tx)


def until_one_comes(judge: Account, known: list[int], *, label: Label = Label.ACCEPTED) -> int:
    """Label new recordings until a known one lies on the desk; its number."""
    for _ in range(60):
        add_recordings(1)
        for recording_id in lying_before(judge, 2):
            if recording_id in known:
                return recording_id
            give(judge, recording_id, label)
    raise AssertionError("no known answer came")


def test_a_known_answer_is_stored_apart_and_changes_no_label() -> None:
    known = agreed_by_two(3)
    (anna,) = people("anna")
    bring_known_answers()
    came = until_one_comes(anna, known)
    saved = give(anna, came, Label.ACCEPTED, request="known")
    assert (saved.label, saved.already) == (Label.ACCEPTED, False)
    (row,) = stored()
    assert (row.recording_id, row.label, row.account_id) == (came, "Accepted", anna.id)
    judged = recording_search.get_recording(came)
    assert (judged.judging_state, judged.consensus) == (JudgingState.AGREED, Label.NOISE)
    assert {each.judge for each in judged.judgements} == {"first", "second"}
    assert give(anna, came, Label.ACCEPTED, request="known").already is True


def test_without_a_share_none_comes() -> None:
    agreed_by_two(3)
    (anna,) = people("anna")
    bring_known_answers(share=0.0)
    assert lying_before(anna, 20) == []


def test_whoever_had_a_part_in_the_label_never_gets_it() -> None:
    known = agreed_by_two(3)
    (anna,) = people("anna")
    with session.reading() as tx:
        first = accounts.by_name(tx, "first")
        assert first is not None
        due = {
            judge.name: control_answers.due_ids(
                tx, judge_desk.DeskSession(judge.id, "tab", session.now()), begin=0.0, limit=10
            )
            for judge in (first, anna)
        }
    assert due == {"first": [], "anna": known}


def test_a_settled_disagreement_is_no_known_answer_unless_staff_chose_it_for_new_judges() -> None:
    first, second, anna = people("first", "second", "anna")
    (recording_id,) = add_recordings(1)
    give(first, recording_id, Label.NOISE)
    give(second, recording_id, Label.ACCEPTED)
    settle(recording_id, Label.NOISE, "a fan", actor=actor(person("staff", Role.STAFF)))
    bring_counts_up()
    desk = judge_desk.DeskSession(anna.id, "tab", session.now())
    with session.reading() as tx:
        assert control_answers.due_ids(tx, desk, begin=0.0, limit=10) == []
    qualification_items.add(recording_id, actor=COMMAND_LINE)
    with session.reading() as tx:
        assert control_answers.due_ids(tx, desk, begin=0.5, limit=10) == [recording_id]


def test_each_comes_once_and_no_more_of_them_a_day_than_set() -> None:
    known = agreed_by_two(8)
    (anna,) = people("anna")
    bring_known_answers(a_day=3)
    for number in range(80):
        for recording_id in lying_before(anna, 2) or add_recordings(1):
            give(anna, recording_id, request=f"{number} {recording_id}")
    answered = [row.recording_id for row in stored()]
    assert len(answered) == len(set(answered)) == 3
    assert set(answered) <= set(known)
    with session.reading() as tx:
        later = control_answers.count_since(tx, anna.id, session.now() + timedelta(seconds=1))
    assert later == 0


def test_at_the_desk_it_is_like_all_others() -> None:
    known = agreed_by_two(3)
    (anna,) = people("anna")
    bring_known_answers()
    came = until_one_comes(anna, known)
    before = judge_desk.next_assignments(anna, session_id="tab", count=2)
    give(anna, came, Label.SPEECHLESS)
    after = judge_desk.next_assignments(anna, session_id="tab", count=2)
    assert (after.done_today or 0) - (before.done_today or 0) == 1
    newest = own_labels.newest_labels(anna)[0]
    assert (newest.item.recording_id, newest.can_change) == (came, True)
    back = judge_desk.undo_judgement(anna, session_id="tab")
    assert back is not None
    assert back.recording_id == came
    give(anna, came, Label.NOISE, request="changed")
    assert [(row.label, row.undone_at is None) for row in stored()] == [("Speechless", False), ("Noise", True)]


def test_the_claim_takes_no_place_and_the_label_no_other_judges() -> None:
    known = agreed_by_two(3)
    (anna,) = people("anna")
    bring_known_answers()
    came = until_one_comes(anna, known)
    with session.reading() as tx:
        assert claims.selection_reason(tx, anna.id, came, 1) is SelectionReason.CONTROL
        assert tx.execute(select(func.count()).where(schema.judgements.c.recording_id == came)).scalar_one() == 2


def test_a_label_for_a_closed_recording_that_did_not_come_as_one_is_refused() -> None:
    known = agreed_by_two(1)
    (anna,) = people("anna")
    with pytest.raises(Conflict):
        give(anna, known[0], Label.NOISE)
    assert stored() == []


def test_answers_are_compared_with_the_label_that_stands() -> None:
    known = agreed_by_two(2)
    (anna,) = people("anna")
    bring_known_answers()
    give(anna, until_one_comes(anna, known), Label.ACCEPTED)
    with session.reading() as tx:
        (compared,) = [each for each in judge_comparisons.references(tx) if each.kind is ReferenceKind.KNOWN]
    assert (compared.judge, compared.label, compared.reference) == ("anna", Label.ACCEPTED, Label.NOISE)
    verdict = next(each for each in judge_trust.verdicts() if each.judge == "anna")
    assert (verdict.known.n, verdict.known.n_same) == (1, 0)


def test_answers_of_a_period_that_is_set_aside_are_compared_no_more() -> None:
    known = agreed_by_two(2)
    (anna,) = people("anna")
    bring_known_answers()
    give(anna, until_one_comes(anna, known), Label.ACCEPTED)
    begin, end = session.now() - timedelta(days=1), session.now() + timedelta(days=1)
    aside = setting_aside.set_aside("anna", begin, end, "tired", actor=COMMAND_LINE)
    with session.reading() as tx:
        assert [each for each in judge_comparisons.references(tx) if each.kind is ReferenceKind.KNOWN] == []
    setting_aside.count_again(aside.id, actor=COMMAND_LINE)
    with session.reading() as tx:
        assert len([each for each in judge_comparisons.references(tx) if each.kind is ReferenceKind.KNOWN]) == 1
