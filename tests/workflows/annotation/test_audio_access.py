"""Which recordings a judge may hear: what came to the own desk, before and after it was judged."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.domain.accounts import Account
from core.domain.labels import Role
from core.errors import NotFound
from core.workflows.annotation import audio_access, judge_desk, recording_search
from core.workflows.annotation.recording_search import AudioBytes
from db import audio_access as question
from db import session
from tests.annotation.people import add_recordings, bring_repeats, give, let_claims_expire, lying_before, people, person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def any_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_search, "original_audio", lambda recording_id: AudioBytes(b"sound", "wav", "0" * 64))


def hears(account: Account, recording_id: int) -> bool:
    try:
        return audio_access.audio_for(account, recording_id).data == b"sound"
    except NotFound:
        return False


def test_what_lies_on_the_desk_is_heard_and_what_lies_on_anothers_is_not() -> None:
    add_recordings(4)
    anna, ben = people("anna", "ben")
    (mine,) = lying_before(anna, 1)
    assert (hears(anna, mine), hears(ben, mine)) == (True, False)
    let_claims_expire()
    assert hears(anna, mine)


def test_what_was_judged_undone_or_skipped_can_be_heard_again() -> None:
    add_recordings(3)
    anna = person("anna")
    one, other = lying_before(anna, 2)
    give(anna, one)
    judge_desk.skip_recording(anna, recording_id=other, round=1, session_id="tab")
    assert hears(anna, one)
    assert hears(anna, other)
    judge_desk.undo_judgement(anna, session_id="tab")
    assert hears(anna, one)


def test_a_repeat_is_heard() -> None:
    add_recordings(6)
    bring_repeats(after=1, share=0.5)
    anna = person("anna")
    for _ in range(4):
        for recording_id in lying_before(anna, 2):
            assert hears(anna, recording_id)
            give(anna, recording_id, request=f"{recording_id}-{_}")


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_staff_hear_everything(role: Role) -> None:
    (only,) = add_recordings(1)
    assert hears(person("eve", role), only)


def test_the_question_reads_no_table_through() -> None:
    """It is asked with every sound, of hundreds of thousands of judgements."""
    words = str(question._IS_OWN.compile(compile_kwargs={"literal_binds": False}))
    with session.reading() as tx:
        if tx.dialect.name != "sqlite":
            pytest.skip("SQLite's plan")
        plan = tx.execute(text(f"EXPLAIN QUERY PLAN {words}"), {"judge_id": 1, "heard_id": 1}).all()
    assert not any(step[-1].startswith("SCAN") and "CONSTANT ROW" not in step[-1] for step in plan), plan
