"""A new judge begins on recordings with a settled answer, is told what was right, then starts on the real queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.judgements import NewJudgement
from core.domain.labels import Label, Role
from core.errors import NotFound, Refused
from core.workflows.accounts import accounts, audit_log
from core.workflows.annotation import audio_access, judge_desk, protocols, qualification, qualification_items
from core.workflows.annotation.judge_desk import SavedJudgement
from core.workflows.annotation.protocols import QualificationProtocol
from core.workflows.annotation.qualification import QualificationProgress
from db import schema, session
from tests.annotation.people import add_recordings, give, lay, lying_before, people, person

pytestmark = pytest.mark.usefixtures("database")
SETTLED = [Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS, Label.NOISE]


def progress_of(judge: Account) -> QualificationProgress | None:
    with session.reading() as tx:
        return qualification.qualification_progress(tx, judge, protocols.qualification()[1])


@pytest.fixture
def settled() -> list[int]:
    """Four items with a settled answer, two other recordings without any; who is new must give 3 of 4 right ones."""
    ids = add_recordings(6)
    for judge in people("old hand", "older hand"):
        for recording_id, label in zip(ids, SETTLED, strict=False):
            give(judge, recording_id, label)
    for recording_id in ids[:4]:
        qualification_items.add(recording_id, actor=COMMAND_LINE)
    require()
    return ids


def require(*, mark: float = 0.75, at_least: int = 4) -> None:
    protocols.set_qualification(QualificationProtocol(True, mark, at_least), actor=COMMAND_LINE)


def say(judge: Account, settled: list[int], rights: int) -> list[SavedJudgement]:
    """Answers to all items, the first `rights` of them right."""
    said = []
    for number, recording_id in enumerate(lying_before(judge, 4)):
        right = SETTLED[settled.index(recording_id)]
        label = right if number < rights else next(one for one in Label if one != right)
        said.append(give(judge, recording_id, label))
    return said


def hears(judge: Account, recording_id: int) -> bool:
    """Whether the sound would be given: these recordings have no bytes, so that is said in other words."""
    with pytest.raises(NotFound) as refusal:
        audio_access.audio_for(judge, recording_id)
    return "not on your desk" not in str(refusal.value)


def now(judge: Account) -> Account:
    return accounts.account_named(judge.name)


def count_judgements(judge: Account) -> int:
    with session.reading() as tx:
        query = select(func.count()).where(schema.judgements.c.account_id == judge.id)
        return tx.execute(query).scalar_one()


def test_a_new_judge_gets_the_items_and_is_told_what_was_right(settled: list[int]) -> None:
    anna = person("anna")
    desk = judge_desk.next_assignments(anna, session_id="tab", count=20)
    assert sorted(item.recording_id for item in desk.items) == settled[:4]
    assert desk.qualification == QualificationProgress(0, 0, 4, 0.75)
    wrong = give(anna, settled[0], Label.NOISE)
    assert wrong.feedback == qualification.QualificationFeedback(False, Label.ACCEPTED)
    right = give(anna, settled[1], Label.NOISE)
    assert right.feedback == qualification.QualificationFeedback(True, Label.NOISE)
    assert right.qualification == QualificationProgress(2, 1, 4, 0.75)
    assert count_judgements(anna) == 0


def test_an_item_that_lay_on_the_desk_before_the_rules_is_practice_once_it_is_shown_as_practice() -> None:
    ids, anna = add_recordings(6), person("anna")
    assert set(lying_before(anna, 6)) == set(ids)  # from the real queue: nobody must practise yet
    with session.writing() as tx:
        tx.execute(schema.qualification_items.insert(), [_item(recording_id) for recording_id in ids[:3]])
    require(mark=1.0, at_least=1)
    assert set(lying_before(anna, 6)) == set(ids[:3])
    assert give(anna, ids[0], Label.ACCEPTED).feedback == qualification.QualificationFeedback(False, Label.NOISE)
    assert give(anna, ids[3], Label.ACCEPTED).feedback is None  # fetched before, and no item
    assert count_judgements(anna) == 1


def _item(recording_id: int) -> dict[str, object]:
    return {"recording_id": recording_id, "label": Label.NOISE, "added_at": session.now()}


def test_an_answer_to_an_item_that_was_not_heard_is_refused_as_on_the_real_queue(settled: list[int]) -> None:
    anna = person("anna")
    unheard = NewJudgement("one", settled[0], 1, Label.ACCEPTED, "tab")
    lay(anna, settled[0])
    with pytest.raises(Refused, match=r"heard 0\.3 s of this recording and 1\.0 s are needed"):
        judge_desk.record_judgement(anna, replace(unheard, seconds_heard=0.3))
    assert progress_of(anna) == QualificationProgress(0, 0, 4, 0.75)
    assert judge_desk.record_judgement(anna, replace(unheard, seconds_heard=1.0)).feedback is not None
    assert judge_desk.record_judgement(anna, unheard).already


def test_a_new_judge_hears_the_items_and_no_other_recording(settled: list[int]) -> None:
    anna = person("anna")
    assert [qualification.is_qualification_item(anna, one) for one in settled] == [True] * 4 + [False] * 2
    (anna_hears,) = {hears(anna, one) for one in settled[:4]}
    assert (anna_hears, hears(anna, settled[4])) == (True, False)
    assert not hears(person("ben", Role.JUDGE), settled[4])
    say(anna, settled, 4)
    assert [hears(now(anna), one) for one in settled] == [True] * 4 + [False] * 2
    lying_before(now(anna), 1)
    assert sum(hears(now(anna), one) for one in settled[4:]) == 1


def test_the_mark_opens_the_real_queue_once_and_for_all(settled: list[int]) -> None:
    anna = person("anna")
    assert say(anna, settled, 3)[-1].qualification == QualificationProgress(4, 3, 4, 0.75, True)
    anna = now(anna)
    desk = judge_desk.next_assignments(anna, session_id="tab", count=20)
    assert desk.qualification is None
    assert sorted(item.recording_id for item in desk.items) == settled[4:]
    assert give(anna, settled[4]).feedback is None
    assert count_judgements(anna) == 1
    assert "qualified" in [entry.action for entry in audit_log.entries().items]


def test_below_the_mark_the_items_come_again_and_the_newest_answers_count(settled: list[int]) -> None:
    anna = person("anna")
    assert say(anna, settled, 2)[-1].qualification == QualificationProgress(4, 2, 4, 0.75)
    again = lying_before(anna, 4)
    assert sorted(again) == settled[:4]
    said = [give(anna, found, SETTLED[settled.index(found)], request=f"second {found}") for found in again]
    assert said[-1].qualification is not None
    assert any(one.qualification is not None and one.qualification.has_passed for one in said)


def test_an_answer_sent_twice_is_stored_once_and_told_again(settled: list[int]) -> None:
    anna = person("anna")
    first, again = (give(anna, settled[0], Label.NOISE, request="r") for _ in range(2))
    assert (first.already, again.already) == (False, True)
    assert first.feedback == again.feedback
    assert again.qualification == QualificationProgress(1, 0, 4, 0.75)


def test_items_fetched_before_the_mark_was_reached_are_still_answers(settled: list[int]) -> None:
    require(at_least=2)
    anna = person("anna")
    for recording_id in settled[:2]:
        give(anna, recording_id, SETTLED[settled.index(recording_id)])
    late = give(now(anna), settled[2], Label.SPEECHLESS)
    assert late.feedback == qualification.QualificationFeedback(True, Label.SPEECHLESS)
    assert count_judgements(anna) == 0


def test_an_answer_cannot_be_undone(settled: list[int]) -> None:
    anna = person("anna")
    give(anna, settled[0], Label.NOISE)
    assert judge_desk.undo_judgement(anna, session_id="tab") is None


def test_staff_need_none_and_nobody_does_where_it_is_not_asked_for_or_has_no_items(settled: list[int]) -> None:
    staff, anna = person("staff", Role.STAFF), person("anna")
    assert progress_of(staff) is None
    for recording_id in settled[:4]:
        qualification_items.remove(recording_id, actor=COMMAND_LINE)
    assert progress_of(anna) is None
    qualification_items.add(settled[0], actor=COMMAND_LINE)
    assert progress_of(anna) is not None
    protocols.set_qualification(QualificationProtocol(False), actor=COMMAND_LINE)
    assert progress_of(anna) is None


def test_who_has_judged_much_already_needs_none(settled: list[int]) -> None:
    anna = person("anna")
    protocols.set_qualification(QualificationProtocol(False), actor=COMMAND_LINE)
    for recording_id in add_recordings(qualification.EXPERIENCED_FROM + 1):
        give(anna, recording_id)
    require()
    assert progress_of(anna) is None


def test_a_recording_whose_answer_a_judge_was_shown_never_comes_to_that_judge(settled: list[int]) -> None:
    require(at_least=1)
    anna = person("anna")
    give(anna, settled[0], Label.ACCEPTED)
    with session.writing() as tx:
        tx.execute(schema.recordings.update().values(round=2))
    assert sorted(lying_before(now(anna), 20)) == settled[1:]


def test_only_recordings_with_a_settled_label_can_be_chosen(settled: list[int]) -> None:
    assert [item.label for item in qualification_items.items()] == SETTLED
    with pytest.raises(Refused, match="no settled label yet"):
        qualification_items.add(settled[5], actor=COMMAND_LINE)
    with pytest.raises(NotFound):
        qualification_items.add(999, actor=COMMAND_LINE)
    with pytest.raises(NotFound, match="not part of the qualification"):
        qualification_items.remove(settled[5], actor=COMMAND_LINE)
