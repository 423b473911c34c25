"""Hidden repeats: the same judge, the same recording, later; stored apart and never counted as a judgement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.domain.accounts import Account
from core.domain.labels import Label
from core.errors import Conflict
from core.workflows.annotation import judge_desk
from db import children, erasures, judgements, schema, session
from tests.annotation.people import add_recordings, bring_repeats, give, lying_before, people

pytestmark = pytest.mark.usefixtures("database")


def stored() -> list[Any]:
    with session.reading() as tx:
        return list(tx.execute(select(schema.repeats).order_by(schema.repeats.c.id)))


def judged_all(judge: Account, count: int) -> list[int]:
    """Recordings this judge has been through, without any repeats so far."""
    ids = add_recordings(count)
    for recording_id in ids:
        give(judge, recording_id, Label.NOISE)
    return ids


def until_a_repeat_comes(judge: Account, known: list[int]) -> int:
    """Give new recordings a label until a known one lies on the desk; its number."""
    for _ in range(40):
        add_recordings(1)
        for recording_id in lying_before(judge, 2):
            if recording_id in known:
                return recording_id
            give(judge, recording_id)
    raise AssertionError("no repeat came")


def test_a_recording_comes_again_and_is_stored_apart() -> None:
    (anna,) = people("anna")
    known = judged_all(anna, 5)
    bring_repeats(after=2)
    again = until_a_repeat_comes(anna, known)
    saved = give(anna, again, Label.ACCEPTED, request="again")
    assert (saved.label, saved.already) == (Label.ACCEPTED, False)
    (row,) = stored()
    assert (row.recording_id, row.label, row.seconds_heard) == (again, "Accepted", 1.0)
    with session.reading() as tx:
        assert [one.label for one in judgements.of_recordings(tx, [again])[again]] == [Label.NOISE]
    assert give(anna, again, Label.ACCEPTED, request="again").already is True


def test_no_repeat_comes_before_as_many_other_labels_as_asked_for() -> None:
    (anna,) = people("anna")
    judged_all(anna, 6)
    bring_repeats(after=6)
    add_recordings(1)
    assert lying_before(anna, 20) == [7]


def test_without_a_share_nothing_comes_again() -> None:
    (anna,) = people("anna")
    judged_all(anna, 6)
    bring_repeats(share=0.0)
    assert lying_before(anna, 20) == []


def test_a_judgement_is_repeated_once_at_most() -> None:
    (anna,) = people("anna")
    known = judged_all(anna, 3)
    bring_repeats(after=1)
    for number in range(60):
        for recording_id in lying_before(anna, 3) or add_recordings(1):
            give(anna, recording_id, request=f"{number}-{recording_id}")
    twice = [row.judgement_id for row in stored()]
    assert len(twice) == len(set(twice)) >= len(known)


def test_the_share_of_repeats_is_about_what_was_asked_for() -> None:
    (anna,) = people("anna")
    bring_repeats(after=5, share=0.2)
    add_recordings(300)
    given = 0
    while items := lying_before(anna, 3):
        for recording_id in items:
            give(anna, recording_id, request=f"r{given}")
            given += 1
    assert len(stored()) == pytest.approx(0.2 * given, abs=0.06 * given)


def test_undo_takes_a_repeat_back_and_lays_it_down_again() -> None:
    (anna,) = people("anna")
    again = until_a_repeat_comes_and_is_given(anna)
    item = judge_desk.undo_judgement(anna, session_id="tab")
    assert item is not None
    assert item.recording_id == again
    assert again in lying_before(anna, 2)
    give(anna, again, Label.SPEECHLESS, request="third")
    assert [(row.label, row.undone_at is None) for row in stored()] == [("Accepted", False), ("Speechless", True)]
    with session.reading() as tx:
        assert [one.label for one in judgements.of_recordings(tx, [again])[again]] == [Label.NOISE]


def test_undo_goes_back_through_repeats_and_judgements_in_the_order_they_were_given() -> None:
    (anna,) = people("anna")
    again = until_a_repeat_comes_and_is_given(anna)
    (other,) = add_recordings(1)
    give(anna, other)
    back = [judge_desk.undo_judgement(anna, session_id="tab") for _ in range(2)]
    assert [item and item.recording_id for item in back] == [other, again]


def test_a_repeat_on_one_desk_keeps_nobody_elses_place() -> None:
    anna, bert = people("anna", "bert")
    known = judged_all(anna, 3)
    bring_repeats(after=1)
    again = until_a_repeat_comes(anna, known)
    assert again in lying_before(bert, 20)
    assert give(bert, again).already is False
    assert give(anna, again, request="again").already is False


def test_a_repeat_left_behind_in_a_closed_tab_comes_again() -> None:
    (anna,) = people("anna")
    known = judged_all(anna, 1)
    bring_repeats(after=1)
    until_a_repeat_comes(anna, known)
    with session.writing() as tx:
        tx.execute(update(schema.claims).values(expires_at=session.now() - timedelta(seconds=1)))
    found: list[int] = []
    for _ in range(40):
        found = lying_before(anna, 3, session_id="new")
        if set(known) & set(found):
            return
        for recording_id in found or add_recordings(1):
            give(anna, recording_id, session_id="new")
    raise AssertionError("it never came")


def test_a_second_label_without_a_repeat_on_the_desk_is_a_conflict_as_ever() -> None:
    (anna,) = people("anna")
    (only,) = judged_all(anna, 1)
    bring_repeats(after=1)
    with pytest.raises(Conflict, match="another tab"):
        give(anna, only, Label.ACCEPTED, request="second")
    assert stored() == []


def test_a_repeat_counts_as_done_at_the_desk_like_every_label() -> None:
    (anna,) = people("anna")
    until_a_repeat_comes_and_is_given(anna)
    desk = judge_desk.next_assignments(anna, session_id="tab")
    with session.reading() as tx:
        rows = tx.execute(select(schema.judgements)).all()
    assert desk.done_today == len(rows) + 1


def test_erasing_a_child_takes_its_repeats_along() -> None:
    (anna,) = people("anna")
    until_a_repeat_comes_and_is_given(anna)
    with session.writing() as tx:
        child = children.find_or_add(tx, "child-1")
        ids = tx.execute(select(schema.recordings.c.id).where(schema.recordings.c.child_id == child.id)).scalars()
        assert erasures.remove_recordings(tx, list(ids))["repeats"] == 1
    assert stored() == []


def until_a_repeat_comes_and_is_given(judge: Account) -> int:
    known = judged_all(judge, 5)
    bring_repeats(after=2)
    again = until_a_repeat_comes(judge, known)
    give(judge, again, Label.ACCEPTED, request="again")
    return again
