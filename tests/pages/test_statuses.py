"""One table from errors to HTTP statuses, which every address uses."""

from __future__ import annotations

import pytest

from core.domain.labels import Role
from core.errors import Conflict, EarshotError, NotAllowed, NotFound, Refused, Unavailable, UndecodableAudio
from core.workflows.accounts import accounts, sign_ins
from core.workflows.annotation import audio_access, judge_desk
from core.workflows.deployment import scoring
from pages.http import first_start
from pages.http.first_start import OneTimeCode
from pages.http.statuses import status_of

RULE = [
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 422),
    (UndecodableAudio, 422),
    (Unavailable, 503),
    (EarshotError, 503),
]
CODE = "ABCDEFGHJKMN"
FORM = {"name": "ada", "password": "a horse in the library", "again": "a horse in the library", "code": CODE}


@pytest.fixture
def failing(monkeypatch):
    monkeypatch.setattr(first_start, "CODE", OneTimeCode(CODE))

    def fail_with(kind: type[EarshotError]) -> None:
        def fail(*_args, **_named):
            raise kind("words")

        for room, name in (
            *((scoring, "score_remote"), (audio_access, "audio_for"), (judge_desk, "skip_recording")),
            *((accounts, "create_first_administrator"), (sign_ins, "sign_in")),
        ):
            monkeypatch.setattr(room, name, fail)

    return fail_with


@pytest.mark.parametrize(("kind", "status"), RULE)
def test_an_error_has_its_status_wherever_it_is_met(visitor, stranger, failing, kind, status):
    assert status_of(kind("words")) == status
    failing(kind)
    assert stranger.post("/first-start", data=FORM).status_code == status
    browser = visitor(Role.STAFF)
    assert browser.post("/api/score", files=[("files", ("a.wav", b"x"))]).status_code == status
    assert browser.get("/audio/1").status_code == status


@pytest.mark.parametrize(("kind", "status"), RULE)
def test_the_desk_drops_what_is_turned_away(visitor, failing, kind, status):
    """Its outbox drops a label on 400, 404 and 409 and sends it again on all else, also in a tab opened long ago."""
    failing(kind)
    browser = visitor(Role.JUDGE)
    account = accounts.all_accounts()[-1].id
    body = {"account": account, "sitting": "tab", "recording_id": 1, "round": 1}
    answer = browser.post("/judging/skip", json=body)
    assert (answer.status_code, answer.json()) == (400 if status == 422 else status, {"error": "words"})
