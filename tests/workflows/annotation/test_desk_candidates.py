from __future__ import annotations

import pytest

from core.domain.judgements import DeskSession
from core.workflows.annotation import desk_candidates, judge_desk, protocols
from db import session
from tests.annotation.people import add_recordings, give, people

pytestmark = pytest.mark.usefixtures("database")


def test_a_desk_is_filled_although_all_that_lay_there_was_judged_meanwhile() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    add_recordings(12)
    lying = judge_desk.next_assignments(anna, session_id="tab", count=4).items
    for item in lying:
        give(bert, item)
        give(cleo, item)
    now = judge_desk.next_assignments(anna, session_id="tab", count=4).items
    assert len(now) == 4
    assert not {item.recording_id for item in lying} & {item.recording_id for item in now}


def test_a_desk_looks_only_for_what_it_has_free_places_for() -> None:
    (anna,) = people("anna")
    add_recordings(30)
    judge_desk.next_assignments(anna, session_id="tab", count=4)
    desk, rules = DeskSession(anna.id, "tab", session.now()), protocols.queue()[1]
    assert desk_candidates.find_candidates(desk, 4, rules).ordinary == []
    assert len(desk_candidates.find_candidates(desk, 7, rules).ordinary) == 3 * desk_candidates.SPARE


def test_the_end_of_the_work_is_noticed_at_once() -> None:
    (anna,) = people("anna")
    add_recordings(3)
    desk, rules = DeskSession(anna.id, "tab", session.now()), protocols.queue()[1]
    assert not desk_candidates.find_candidates(desk, 4, rules).has_more
    assert len(judge_desk.next_assignments(anna, session_id="tab", count=4).items) == 3
