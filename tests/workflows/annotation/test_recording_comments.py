"""Comments of staff on recordings: who writes and removes them, and that they go with the recording."""

from __future__ import annotations

import pytest

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.labels import Role
from core.domain.recording_history import RecordingComment
from core.errors import NotAllowed, NotFound, Refused
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import recording_comments
from core.workflows.maintenance import erasure
from db import recording_comments as table
from db import session
from tests.annotation.people import actor, add_recordings, confirmed, person


@pytest.fixture
def lea(any_database: object) -> Account:
    return person("lea", Role.STAFF)


@pytest.fixture
def recording_id(lea: Account) -> int:
    return add_recordings(1)[0]


def comments(recording_id: int) -> list[RecordingComment]:
    with session.reading() as tx:
        return table.of_recording(tx, recording_id)


def texts(recording_id: int) -> list[str]:
    return [comment.text for comment in comments(recording_id)]


def test_a_comment_has_its_author_and_its_time(lea: Account, recording_id: int) -> None:
    recording_comments.add_comment(recording_id, "  A door slams. ", actor=actor(lea))
    (comment,) = comments(recording_id)
    assert (comment.author, comment.author_id, comment.text) == ("lea", lea.id, "A door slams.")


def test_the_audit_log_has_that_there_is_a_comment_and_not_its_words(lea: Account, recording_id: int) -> None:
    recording_comments.add_comment(recording_id, "Kim sounds ill", actor=actor(lea))
    entry = entries(actor=COMMAND_LINE).items[0]
    assert (entry.action, entry.subject) == ("comment on recording", f"recording {recording_id}")
    assert "Kim" not in str(entry.detail)


@pytest.mark.parametrize("text", ["", "   \n", "x" * (recording_comments.LONGEST + 1)])
def test_an_empty_or_endless_comment_is_refused(lea: Account, recording_id: int, text: str) -> None:
    with pytest.raises(Refused):
        recording_comments.add_comment(recording_id, text, actor=actor(lea))
    assert texts(recording_id) == []


def test_a_comment_on_what_is_not_there_is_refused(lea: Account) -> None:
    with pytest.raises(NotFound):
        recording_comments.add_comment(99, "gone?", actor=actor(lea))
    with pytest.raises(NotFound):
        recording_comments.remove_comment(99, actor=actor(lea))


def test_only_its_author_or_an_administrator_removes_a_comment(lea: Account, recording_id: int) -> None:
    for text in ("first", "second"):
        recording_comments.add_comment(recording_id, text, actor=actor(lea))
    first, second = comments(recording_id)
    with pytest.raises(NotAllowed, match="of lea"):
        recording_comments.remove_comment(first.id, actor=actor(person("max", Role.STAFF)))
    recording_comments.remove_comment(first.id, actor=actor(lea))
    assert texts(recording_id) == ["second"]
    recording_comments.remove_comment(second.id, actor=actor(person("boss", Role.ADMIN)))
    assert texts(recording_id) == []


def test_comments_go_with_the_child_and_words_about_it_elsewhere(lea: Account, recording_id: int) -> None:
    recording_comments.add_comment(recording_id, "clear", actor=actor(lea))
    boss = confirmed(person("boss", Role.ADMIN))
    result = erasure.erase_child("child-1", models=ModelsChoice.WITHDRAW, actor=boss)
    assert result.recordings == 1
    assert texts(recording_id) == []
