"""Bodies that are too large, that do not come on, and numbers that no machine holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.domain.labels import Role
from pages.http import bodies, cookie, session_owners
from pages.http.bodies import CountedBody
from tests.whole_app import account_and_token


@pytest.mark.parametrize(
    "path", ["/judging/judgements", "/judging/desk", "/sign-in", "/password", "/overview", "/none"]
)
def test_a_large_body_is_refused_before_it_is_read(visitor: Any, path: str) -> None:
    browser = visitor(Role.STAFF)
    answer = browser.post(path, content=b"x" * 20_000)
    assert answer.status_code == 413
    assert "too large" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/score", "/_stcore/upload_file/s/f"])
def test_a_large_upload_is_refused_while_it_streams(
    visitor: Any, setting: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    setting("MAX_REQUEST_MB", "0.1")
    setting("MAX_ARCHIVE_MB", "0.1")
    monkeypatch.setattr(session_owners, "is_owner", lambda *_: True)
    sent: list[int] = []

    def pieces() -> Any:
        for number in range(400):
            sent.append(number)
            yield b"x" * 100_000

    browser, kind = visitor(Role.STAFF), {"Content-Type": "multipart/form-data; boundary=x"}
    method = "POST" if path == "/api/score" else "PUT"
    # Streamlit looks for its own token before it reads anything
    assert browser.request(method, path, content=pieces(), headers=kind).status_code in {413, 403}
    assert browser.request(method, path, headers=kind | {"Content-Length": "9" * 30}).status_code == 413


def test_a_body_that_does_not_come_on_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_S", 0.05)

    async def reads_all(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            pass

    async def never() -> Any:
        await asyncio.sleep(60)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [], "path": "/sign-in", "method": "POST"}
    asyncio.run(asyncio.wait_for(CountedBody(reads_all, 100).serve(scope, never, send), 5))
    assert sent[0]["status"] == 408


HUGE = ["1e999", "-1e999", "NaN", "Infinity", "9" * 400, "9" * 5000, "1" + "0" * 310, "-" + "9" * 30, "[[]]", "{}"]
FIELDS = {
    "desk": ("count", "utc_offset_minutes", "account"),
    "judgements": ("recording_id", "round", "seconds_heard", "replays", "decision_s", "protocol_id"),
    "skip": ("recording_id", "round"),
    "preferences": ("speed", "volume_db"),
}


@pytest.mark.parametrize(("path", "field"), [(path, field) for path, fields in FIELDS.items() for field in fields])
def test_numbers_of_any_size_are_no_fault_of_the_server(stranger: TestClient, path: str, field: str) -> None:
    account, token = account_and_token(Role.JUDGE, "anna")
    stranger.cookies.set(cookie.NAME, cookie.sign(token))
    for value in HUGE:
        rest = '"request_id": "r", "recording_id": 1, "round": 1, "label": "Noise"'
        body = f'{{"account": {account.id}, "sitting": "tab", {rest}, "{field}": {value}}}'
        answer = stranger.post(f"/judging/{path}", content=body)
        assert answer.status_code in (400, 401, 404), (value, answer.text)
