"""What leaves, what is heard, who is turned away: all of it is in the audit log, and a flood does not fill it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.audit import AuditAction, AuditEntry
from core.domain.labels import Label, Role
from core.errors import NotAllowed, Unavailable
from core.workflows.accounts import accounts, audit_log
from core.workflows.annotation import audio_access, judge_desk, recording_search, reported_listening
from core.workflows.annotation.recording_search import AudioBytes
from core.workflows.deployment import scoring
from pages.http import audit_events
from tests.annotation.people import actor, add_recordings, give, lay, person
from tests.attacks.test_second_step import set_up, ticket_of

DATA = bytes(range(100))
PASSWORD = "a horse in the library"
Visitor = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_search, "original_audio", lambda _: AudioBytes(DATA, "wav", "0" * 64))
    audit_events._counts.clear()


def recorded(action: AuditAction) -> list[AuditEntry]:
    reported_listening.store()
    return audit_log.entries(action=action).items[::-1]


def subjects(action: AuditAction) -> list[str]:
    return [entry.subject for entry in recorded(action)]


# --- bytes of recordings


@pytest.mark.parametrize("wanted", ["", "bytes=0-", "bytes=1-", "bytes=99-", "bytes=-1", "bytes=50-60"])
@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_every_fetch_of_staff_is_recorded_wherever_it_begins(visitor: Visitor, role: Role, wanted: str) -> None:
    assert visitor(role).get("/audio/7", headers={"Range": wanted} if wanted else {}).is_success
    (entry,) = recorded(AuditAction.FETCH_RECORDING)
    assert (entry.subject, entry.address) == ("recording 7", "127.0.0.1")
    assert ("first_part" in entry.detail) == (wanted not in ("", "bytes=0-"))
    assert not recorded(AuditAction.LISTEN)


def test_a_recording_in_many_parts_is_two_entries_and_every_recording_has_its_own(visitor: Visitor) -> None:
    browser = visitor(Role.STAFF)
    for begin in range(50):
        browser.get("/audio/7", headers={"Range": f"bytes={begin}-{begin}"})
    browser.get("/audio/8")
    assert subjects(AuditAction.FETCH_RECORDING) == ["recording 7", "recording 8"]
    audit_events.store_counts(is_last=True)
    assert recorded(AuditAction.FETCH_RECORDING)[-1].detail == {"more": 49}
    audit_events.store_counts(is_last=True)
    assert len(recorded(AuditAction.FETCH_RECORDING)) == 3


def test_after_a_minute_a_fetch_is_recorded_anew(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = visitor(Role.STAFF)
    browser.get("/audio/7")
    browser.get("/audio/7")
    monkeypatch.setattr(audit_events, "WINDOW_S", 0.0)
    browser.get("/audio/7")
    assert [entry.detail for entry in recorded(AuditAction.FETCH_RECORDING)] == [
        {"bytes": 100},
        {"more": 1},
        {"bytes": 100},
    ]


def test_what_sends_no_bytes_is_no_fetch(visitor: Visitor) -> None:
    browser = visitor(Role.STAFF)
    browser.head("/audio/7")
    assert browser.get("/audio/7", headers={"Range": "bytes=100-"}).status_code == 416
    assert not recorded(AuditAction.FETCH_RECORDING)


def test_what_cannot_be_recorded_is_not_sent(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise Unavailable("locked")

    browser = visitor(Role.STAFF)
    monkeypatch.setattr(audit_log, "record_event", locked)
    answer = browser.get("/audio/7")
    assert (answer.status_code, DATA in answer.content) == (503, False)


# --- listening


def report(browser: TestClient, recording_id: int, seconds: object, **headers: str) -> int:
    return browser.post(
        "/listening", json={"recording_id": recording_id, "seconds": seconds}, headers=headers
    ).status_code


def test_listening_is_what_the_player_reports_within_what_was_sent(visitor: Visitor) -> None:
    first, second = add_recordings(2)
    browser = visitor(Role.STAFF)
    assert report(browser, first, 0.5) == 404
    browser.get(f"/audio/{first}")
    assert report(browser, first, 500) == 204
    assert report(browser, second, 0.5) == 404
    (entry,) = recorded(AuditAction.LISTEN)
    assert (entry.subject, entry.address) == (f"recording {first}", "127.0.0.1")
    assert 0 < float(str(entry.detail["seconds"])) < 2


@pytest.mark.parametrize("seconds", [0, -1, "NaN", None, "many", 1e300, [1], True, {}])
def test_a_report_that_is_none_is_refused(visitor: Visitor, seconds: object) -> None:
    (only,) = add_recordings(1)
    browser = visitor(Role.STAFF)
    browser.get(f"/audio/{only}")
    assert report(browser, only, seconds) in ((400,) if seconds is not True else (204, 400))


def test_nobody_else_reports_listening(visitor: Visitor) -> None:
    (only,) = add_recordings(1)
    assert report(visitor(None), only, 1) == 401
    assert report(visitor(Role.JUDGE), only, 1) == 403
    assert report(visitor(Role.STAFF), only, 1, Origin="https://elsewhere.example") == 403
    assert not recorded(AuditAction.LISTEN)


def test_judges_listening_is_what_the_desk_reports_with_a_label_and_with_a_skip(database: object) -> None:
    anna = person("anna")
    first, second, unheard = add_recordings(3)
    give(anna, first, Label.NOISE)
    give(anna, first, Label.NOISE)  # the same request again
    for recording_id, seconds in ((second, 600.0), (unheard, None)):
        lay(anna, recording_id)
        judge_desk.skip_recording(anna, recording_id=recording_id, round=1, session_id="tab", seconds_heard=seconds)
    assert subjects(AuditAction.LISTEN) == [f"recording {first}", f"recording {second}"]
    assert all(float(str(entry.detail["seconds"])) <= 1.25 for entry in recorded(AuditAction.LISTEN))


def test_a_judges_fetch_is_no_entry_and_a_recording_of_no_own_desk_is_a_refusal(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visitor(Role.JUDGE)
    assert browser.get("/audio/7").status_code == 404
    monkeypatch.setattr(audio_access, "_is_own", lambda *_: True)
    assert browser.get("/audio/7").is_success
    assert subjects(AuditAction.REFUSE) == ["/audio/7"]
    assert not recorded(AuditAction.FETCH_RECORDING)


# --- doors and refusals


def test_failed_sign_ins_name_known_people_only(stranger: TestClient) -> None:
    accounts.create("Ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    for name in ("ada", "hunter2 my password", "", "\0", "x" * 9000):
        stranger.post("/sign-in", data={"name": name, "password": "not this one"})
    assert subjects(AuditAction.SIGN_IN_FAILED) == ["Ada", *["an unknown name"] * 4]
    entry = recorded(AuditAction.SIGN_IN_FAILED)[0]
    assert (entry.actor, entry.account_id, entry.address) == ("not signed in", None, "127.0.0.1")
    assert "hunter2" not in str(audit_log.entries(limit=1000))


def test_a_wrong_current_password_is_a_failed_sign_in_of_that_person(stranger: TestClient) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    new = "a whale below the stairs"
    stranger.post("/password", data={"current": "wrong", "password": new, "again": new})
    (entry,) = recorded(AuditAction.SIGN_IN_FAILED)
    assert (entry.actor, entry.detail) == ("ada", {"at": "/password"})


def test_a_wrong_code_and_a_wrong_proof_are_failed_sign_ins_of_that_person(stranger: TestClient) -> None:
    accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    _, _ = set_up(stranger)
    assert stranger.post("/confirm", data={"proof": "wrong"}).status_code == 401
    stranger.cookies.clear()
    ticket = ticket_of(stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}).text)
    stranger.post("/sign-in/code", data={"ticket": ticket, "code": "000000"})
    failed = [(entry.subject, entry.detail["at"]) for entry in recorded(AuditAction.SIGN_IN_FAILED)]
    assert failed == [("ada", "/confirm"), ("ada", "/sign-in/code")]


def test_a_flood_of_guesses_is_counted_and_does_not_fill_the_log(stranger: TestClient) -> None:
    for number in range(45):
        stranger.post("/sign-in", data={"name": f"name {number}", "password": "guess"})
    audit_events.store_counts(is_last=True)
    entries = recorded(AuditAction.SIGN_IN_FAILED)
    assert len(entries) == 21
    assert entries[-1].detail == {"more": 25}


@pytest.mark.parametrize(
    ("role", "method", "path", "origin"),
    [
        (Role.JUDGE, "GET", "/evaluate", "http://localhost"),
        (Role.JUDGE, "POST", "/api/score", "http://localhost"),
        (Role.JUDGE, "GET", "/media/0123.csv", "http://localhost"),
        (Role.STAFF, "GET", "/administration", "http://localhost"),
        (Role.STAFF, "POST", "/api/score", "https://elsewhere.example"),
        (None, "POST", "/sign-in", "https://elsewhere.example"),
        (None, "POST", "/first-start", "http://localhost"),
    ],
)
def test_every_403_is_recorded(visitor: Visitor, role: Role | None, method: str, path: str, origin: str) -> None:
    assert visitor(role).request(method, path, headers={"Origin": origin}).status_code == 403
    (entry,) = recorded(AuditAction.REFUSE)
    assert (entry.subject, entry.detail, entry.address) == (path, {"method": method}, "127.0.0.1")
    assert entry.actor.startswith(role.value if role else "not signed in")


def test_a_refused_websocket_is_recorded(visitor: Visitor) -> None:
    headers = {"Host": "localhost", "Origin": "https://elsewhere.example"}
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)):
        visitor(Role.STAFF).websocket_connect("/_stcore/stream", headers=headers).__enter__()
    assert subjects(AuditAction.REFUSE) == ["/_stcore/stream"]


def test_an_upload_to_a_session_of_somebody_else_is_a_refusal(visitor: Visitor) -> None:
    assert visitor(Role.STAFF).put("/_stcore/upload_file/s/f", files={"file": b"x"}).status_code == 404
    assert subjects(AuditAction.REFUSE) == ["/_stcore/upload_file/s/f"]


# --- scoring


def test_scoring_is_recorded_before_it_is_done(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "score_remote", lambda files: [{"file": name} for name, _ in files])
    files: Any = [("files", ("kim.wav", b"x")), ("files", ("lou.wav", b"y"))]
    assert visitor(Role.STAFF).post("/api/score", files=files).is_success
    (entry,) = recorded(AuditAction.SCORE)
    assert (entry.detail, entry.address) == ({"files": 2, "at": "/api/score", "source": ""}, "127.0.0.1")
    assert "kim" not in str(entry)


# --- addresses


def test_an_address_is_that_of_the_person_behind_a_trusted_proxy_and_nobody_makes_it_up(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, forged = visitor(Role.STAFF), {"X-Forwarded-For": "203.0.113.9", "X-Earshot-Visitor": "203.0.113.8"}
    browser.get("/audio/7", headers=forged)
    monkeypatch.setenv("EARSHOT_TRUSTED_PROXIES", "127.0.0.1")
    config.settings.cache_clear()
    browser.get("/audio/7", headers=forged)
    assert [entry.address for entry in recorded(AuditAction.FETCH_RECORDING)] == ["127.0.0.1", "203.0.113.9"]


def test_what_a_workflow_records_while_a_request_is_answered_has_its_address(stranger: TestClient) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    stranger.post("/sign-out")
    by_action = {entry.action: entry.address for entry in audit_log.entries().items}
    assert (by_action["sign in"], by_action["sign out"]) == ("127.0.0.1", "127.0.0.1")
    assert by_action["add account"] == ""


# --- reading


def test_only_administrators_read_the_log(database: object) -> None:
    reading: list[Callable[..., object]] = [audit_log.entries, audit_log.actions, audit_log.verify]
    for read in reading:
        read(actor=actor(person(f"admin {read.__name__}", Role.ADMIN)))
        for role in (Role.JUDGE, Role.STAFF):
            with pytest.raises(NotAllowed, match="may not read the audit log"):
                read(actor=actor(person(f"{role} {read.__name__}", role)))
