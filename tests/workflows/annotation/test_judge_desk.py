"""One judge's desk: claims, labels, undo, skip, tabs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from core.domain.actor import COMMAND_LINE
from core.domain.desk_rules import WordShown
from core.domain.labels import Label
from core.errors import Conflict, NotAllowed, NotFound
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import judge_desk, own_labels, protocols
from core.workflows.annotation.protocols import DeskProtocol, TeamProtocol
from core.workflows.annotation.team_progress import TeamProgress
from db import schema, session
from tests.annotation.hearing import settle
from tests.annotation.people import Role, actor, add_recordings, give, let_claims_expire, lying_before, people, person

pytestmark = pytest.mark.usefixtures("database")


def count(table_name: str) -> int:
    with session.reading() as tx:
        return tx.execute(select(func.count()).select_from(schema.metadata.tables[table_name])).scalar_one()


def test_each_judge_has_an_own_order_and_a_reload_gives_the_same_items_back() -> None:
    anna, bert = people("anna", "bert")
    add_recordings(40)
    first = lying_before(anna, 6)
    assert len(set(first)) == 6
    assert lying_before(anna, 6) == first
    assert lying_before(bert, 6) != first


def test_the_desk_counts_what_is_done_and_left() -> None:
    (anna,) = people("anna")
    add_recordings(5)
    give(anna, lying_before(anna)[0])
    desk = judge_desk.next_assignments(anna, session_id="tab", count=2)
    assert (desk.done_today, desk.left) == (1, 4)
    assert judge_desk.next_assignments(anna, session_id="tab", count=2, with_figures=False).left is None


def test_a_label_of_yesterday_is_not_done_today() -> None:
    (anna,) = people("anna")
    give(anna, add_recordings(1)[0])
    tomorrow = session.now() + timedelta(hours=1)
    desk = judge_desk.next_assignments(anna, session_id="tab", day_began_at=tomorrow)
    assert (desk.done_today, desk.left) == (0, 0)


def test_a_second_tab_does_not_get_what_lies_in_the_first() -> None:
    (anna,) = people("anna")
    add_recordings(8)
    first, second = lying_before(anna, 5, session_id="one"), lying_before(anna, 5, session_id="two")
    assert len(first) == 5
    assert len(second) == 3
    assert not set(first) & set(second)
    assert judge_desk.next_assignments(anna, session_id="two", count=5).elsewhere == 5


def test_a_tab_can_take_over_what_lies_in_another() -> None:
    (anna,) = people("anna")
    add_recordings(4)
    first = lying_before(anna, 4, session_id="one")
    desk = judge_desk.next_assignments(anna, session_id="two", count=4, take_over=True)
    assert [item.recording_id for item in desk.items] == first
    assert lying_before(anna, 4, session_id="one") == []


def test_what_an_abandoned_tab_held_comes_back_when_the_claim_expires() -> None:
    (anna,) = people("anna")
    add_recordings(3)
    first = lying_before(anna, 3, session_id="closed")
    let_claims_expire()
    assert sorted(lying_before(anna, 3, session_id="new")) == sorted(first)


def test_two_judges_at_most_hear_a_recording() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    add_recordings(3)
    lying_before(anna)
    lying_before(bert)
    assert lying_before(cleo) == []
    let_claims_expire()
    assert len(lying_before(cleo)) == 3


def test_a_recording_with_two_judgements_comes_to_nobody() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    only = add_recordings(1)[0]
    give(anna, only)
    give(bert, only)
    assert lying_before(cleo) == lying_before(anna) == []


def test_a_third_judgement_is_refused_and_says_nothing_of_the_others() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    only = add_recordings(1)[0]
    give(anna, only, Label.SPEECHLESS)
    give(bert, only, Label.SPEECHLESS)
    with pytest.raises(Conflict, match="Two other people judged") as refusal:
        give(cleo, only)
    assert "Speechless" not in str(refusal.value)
    assert count("judgements") == 2


def test_a_label_whose_claim_has_expired_is_still_taken_while_there_is_a_place() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    only = add_recordings(1)[0]
    lying_before(anna)
    let_claims_expire()
    give(bert, only)
    lying_before(cleo)
    assert give(anna, only).already is False
    with pytest.raises(Conflict):
        give(cleo, only)


def test_the_same_request_twice_is_one_judgement() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    first, again = give(anna, only, request="r"), give(anna, only, request="r")
    assert (first.already, again.already) == (False, True)
    assert first.judgement_id == again.judgement_id
    assert count("judgements") == 1


def test_a_label_from_another_tab_stands_and_is_named() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    give(anna, only, Label.ACCEPTED, session_id="one")
    with pytest.raises(Conflict, match="another tab: Accepted stands"):
        give(anna, only, Label.NOISE, session_id="two")


def test_two_judges_may_use_the_same_request_id() -> None:
    anna, bert = people("anna", "bert")
    only = add_recordings(1)[0]
    assert give(anna, only, request="same").already is False
    assert give(bert, only, request="same").already is False


def test_a_request_id_used_for_another_recording_stores_nothing() -> None:
    (anna,) = people("anna")
    first, second = add_recordings(2)
    give(anna, first, request="r")
    with pytest.raises(Conflict, match="used for recording"):
        give(anna, second, request="r")


def test_undo_takes_back_one_label_after_the_other_of_this_sitting_only() -> None:
    (anna,) = people("anna")
    first, second, third = add_recordings(3)
    give(anna, first, session_id="yesterday")
    give(anna, second)
    give(anna, third)
    undone = [judge_desk.undo_judgement(anna, session_id="tab") for _ in range(3)]
    assert [item and item.recording_id for item in undone] == [third, second, None]
    assert entries(action="undid judgement").total == 2


def test_an_undone_recording_lies_on_the_desk_and_takes_another_label() -> None:
    anna, bert = people("anna", "bert")
    only = add_recordings(1)[0]
    give(anna, only, Label.NOISE)
    judge_desk.undo_judgement(anna, session_id="tab")
    assert lying_before(anna) == [only]
    assert give(anna, only, Label.ACCEPTED).already is False
    assert count("judgements") == 2
    assert lying_before(bert) == [only]


def test_undo_of_a_named_label_is_done_once_however_often_it_is_asked() -> None:
    (anna,) = people("anna")
    first, second = add_recordings(2)
    give(anna, first, request="a")
    give(anna, second, request="b")
    items = [judge_desk.undo_judgement(anna, session_id="tab", request_id="b") for _ in range(2)]
    assert [item and item.recording_id for item in items] == [second, second]
    assert judge_desk.next_assignments(anna, session_id="tab").done_today == 1


def test_a_label_sent_again_after_its_undo_stays_undone() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    give(anna, only, request="a")
    judge_desk.undo_judgement(anna, session_id="tab", request_id="a")
    assert give(anna, only, request="a").already is True
    assert judge_desk.next_assignments(anna, session_id="tab").done_today == 0


def test_nobody_undoes_anothers_label() -> None:
    anna, bert = people("anna", "bert")
    give(anna, add_recordings(1)[0], request="a")
    assert judge_desk.undo_judgement(bert, session_id="tab") is None
    assert judge_desk.undo_judgement(bert, session_id="tab", request_id="a") is None


def test_a_settled_recording_can_be_neither_judged_nor_undone() -> None:
    anna, bert = people("anna", "bert")
    only = add_recordings(1)[0]
    give(anna, only, Label.NOISE)
    give(bert, only, Label.ACCEPTED)
    settle(only, Label.NOISE, "a drill", actor=actor(person("staff", Role.STAFF)))
    with pytest.raises(Conflict, match="settled meanwhile"):
        judge_desk.undo_judgement(anna, session_id="tab")
    with pytest.raises(Conflict, match="settled meanwhile"):
        give(person("cleo"), only)


def test_a_label_for_an_earlier_round_is_not_taken() -> None:
    (anna,) = people("anna")
    first, second = add_recordings(2)
    give(anna, second)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).values(round=2))
    with pytest.raises(Conflict, match="judged anew"):
        give(anna, first)
    with pytest.raises(Conflict, match="judged anew"):
        judge_desk.undo_judgement(anna, session_id="tab")
    assert sorted(lying_before(anna)) == [first, second]


def test_skipped_recordings_come_last_the_first_skipped_first() -> None:
    (anna,) = people("anna")
    add_recordings(4)
    first, second = lying_before(anna, 2)
    for recording_id in (first, second):
        judge_desk.skip_recording(anna, recording_id=recording_id, round=1, session_id="tab")
    others = lying_before(anna, 2)
    assert not {first, second} & set(others)
    assert lying_before(anna, 4) == [*others, first, second]


def test_a_skipped_recording_is_free_for_somebody_else() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    only = add_recordings(1)[0]
    lying_before(anna)
    lying_before(bert)
    judge_desk.skip_recording(anna, recording_id=only, round=1, session_id="tab")
    assert lying_before(cleo) == [only]


def test_a_recording_that_was_erased_is_named_as_gone() -> None:
    (anna,) = people("anna")
    with pytest.raises(NotFound, match="or it was erased"):
        give(anna, 99)
    with pytest.raises(NotFound, match="or it was erased"):
        judge_desk.skip_recording(anna, recording_id=99, round=1, session_id="tab")
    assert count("skips") == 0


def test_a_closed_account_does_not_judge(database: Path) -> None:
    anna = person("anna")
    closed = type(anna)(anna.id, anna.name, anna.role, False, False, anna.created_at)
    with pytest.raises(NotAllowed, match="'anna' is not active"):
        judge_desk.next_assignments(closed, session_id="tab")


def test_an_empty_corpus_is_an_empty_desk() -> None:
    desk = judge_desk.next_assignments(person("anna"), session_id="tab")
    assert (desk.items, desk.left, desk.elsewhere) == ([], 0, 0)


def test_the_newest_own_labels_can_be_heard_and_changed_until_they_are_settled(database) -> None:
    anna, bert = people("anna", "bert")
    staff = person("sam", Role.STAFF)
    first, second = add_recordings(2)
    for number in (first, second):
        give(anna, number, Label.NOISE, request=f"r{number}")
    give(bert, second, Label.ACCEPTED)
    assert [(own.request_id, own.can_change) for own in own_labels.newest_labels(anna)] == [
        (f"r{second}", True),
        (f"r{first}", True),
    ]
    settle(second, Label.ACCEPTED, "clear", actor=actor(staff))
    assert [own.can_change for own in own_labels.newest_labels(anna)] == [False, True]
    item = judge_desk.undo_judgement(anna, session_id="another tab", request_id=f"r{first}")
    assert item is not None
    assert item.recording_id == first
    assert [own.item.recording_id for own in own_labels.newest_labels(anna)] == [second]
    with pytest.raises(Conflict):
        judge_desk.undo_judgement(anna, session_id="another tab", request_id=f"r{second}")


def test_a_word_that_is_never_shown_is_never_sent(database) -> None:
    (anna,) = people("anna")
    add_recordings(2)
    assert judge_desk.next_assignments(anna, session_id="tab", count=1).items[0].word
    number = protocols.set_desk(DeskProtocol(word_shown=WordShown.NEVER), actor=COMMAND_LINE)
    items = judge_desk.next_assignments(anna, session_id="tab", count=2).items
    assert {item.word for item in items} == {""}
    give(anna, items[0])
    assert {own.item.word for own in own_labels.newest_labels(anna)} == {""}
    assert number


def test_judges_see_how_far_the_team_is_and_the_target_of_the_day(database) -> None:
    anna, bert = people("anna", "bert")
    first, second = add_recordings(2)
    protocols.set_team(TeamProtocol(daily_target=40), actor=COMMAND_LINE)
    give(anna, first)
    give(bert, second)
    state = judge_desk.next_assignments(
        anna, session_id="tab", count=0, day_began_at=session.now() - timedelta(hours=1)
    )
    assert state.team == TeamProgress(2, 40)
