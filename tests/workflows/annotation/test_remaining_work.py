"""How much lies ahead of a judge: counted now and then, taken off in between."""

from __future__ import annotations

import pytest

from core.workflows.annotation import judge_desk, remaining_work
from db import queue
from tests.annotation.people import add_recordings, give, lying_before, people

pytestmark = pytest.mark.usefixtures("database")


def left(judge: judge_desk.Account) -> int | None:
    return judge_desk.next_assignments(judge, session_id="tab").left


def test_between_two_counts_what_was_done_since_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remaining_work, "EXACT_BELOW", 0)
    (anna,) = people("anna")
    add_recordings(8)
    assert left(anna) == 8
    monkeypatch.setattr(queue, "count_open", lambda *_: pytest.fail("counted again"))
    for _ in range(3):
        give(anna, lying_before(anna)[0])
    assert left(anna) == 5


def test_near_the_end_it_is_counted_each_time() -> None:
    anna, bert, carl = people("anna", "bert", "carl")
    one, *_ = add_recordings(4)
    assert left(anna) == 4
    give(bert, one)
    give(carl, one)
    assert left(anna) == 3
