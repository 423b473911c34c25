"""The sound endpoint: whole and in parts."""

from __future__ import annotations

import pytest

from core.audio import store
from core.domain.labels import Role
from core.errors import NotFound
from core.workflows.accounts import accounts
from core.workflows.annotation import judge_desk, recording_search
from core.workflows.annotation.recording_search import AudioBytes
from pages.http.audio import part_of
from tests.annotation.people import add_recordings
from tests.audio_files import encode_as, noise

DATA = bytes(range(100))


@pytest.fixture(autouse=True)
def one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    def audio(recording_id: int) -> AudioBytes:
        if recording_id != 1:
            raise NotFound(f"no recording {recording_id}")
        return AudioBytes(DATA, "webm", "0" * 64)

    monkeypatch.setattr(recording_search, "original_audio", audio)


def test_the_bytes_come_as_they_were_brought_in_and_are_kept_by_nobody(visitor):
    answer = visitor(Role.STAFF).get("/audio/1")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, DATA, "audio/webm")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_stranger_hears_nothing(stranger):
    assert stranger.get("/audio/1").status_code == 401
    assert stranger.get("/audio/1", headers={"Range": "bytes=0-9"}).status_code == 401


@pytest.mark.parametrize(
    ("wanted", "content_range"),
    [
        ("bytes=0-9", "bytes 0-9/100"),
        ("bytes=90-", "bytes 90-99/100"),
        ("bytes=-5", "bytes 95-99/100"),
        ("bytes=0-", "bytes 0-99/100"),
        ("bytes=95-500", "bytes 95-99/100"),
        ("bytes=-500", "bytes 0-99/100"),
    ],
)
def test_a_part_is_that_part(visitor, wanted, content_range):
    answer = visitor(Role.STAFF).get("/audio/1", headers={"Range": wanted})
    first, last = content_range.removeprefix("bytes ").removesuffix("/100").split("-")
    assert (answer.status_code, answer.headers["content-range"]) == (206, content_range)
    assert answer.content == DATA[int(first) : int(last) + 1]


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(visitor, wanted):
    answer = visitor(Role.STAFF).get("/audio/1", headers={"Range": wanted})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */100")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "pages=1-2", "bytes=-", "bytes=a-b"])
def test_a_range_that_is_not_understood_gives_the_whole(visitor, wanted):
    answer = visitor(Role.STAFF).get("/audio/1", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, DATA)


def test_of_nothing_there_is_no_part():
    assert part_of("bytes=0-", 0) is None
    assert part_of("bytes=-5", 0) is None


def test_an_unknown_recording_is_404(visitor):
    browser = visitor(Role.STAFF)
    for number in ("2", "0", "-1", "1.0", "nan", "\u0663", str(2**31), str(2**63), "9" * 5000):
        assert browser.get(f"/audio/{number}").status_code == 404


def test_a_judge_hears_what_lies_on_the_own_desk_and_nothing_else(visitor, monkeypatch):
    first, second = add_recordings(2)
    monkeypatch.setattr(recording_search, "original_audio", lambda recording_id: AudioBytes(DATA, "wav", "0" * 64))
    browser = visitor(Role.JUDGE)
    judge = accounts.account_named(browser.get("/api/me").json()["name"])
    assert [browser.get(f"/audio/{one}").status_code for one in (first, second)] == [404, 404]
    (item,) = judge_desk.next_assignments(judge, session_id="tab", count=1).items
    other = ({first, second} - {item.recording_id}).pop()
    assert browser.get(f"/audio/{item.recording_id}").content == DATA
    assert browser.get(f"/audio/{other}").status_code == browser.get("/audio/999").status_code == 404
    assert browser.get(f"/audio/{other}").json() == browser.get("/audio/999").json()
    assert visitor(Role.STAFF).get(f"/audio/{other}").content == DATA


def test_what_no_browser_plays_comes_as_a_copy_in_parts_too(visitor, monkeypatch):
    alac = encode_as(noise(0.4), "ipod alac")
    monkeypatch.setattr(
        recording_search, "original_audio", lambda recording_id: AudioBytes(alac, "m4a", store.sha256_of(alac))
    )
    whole = visitor(Role.STAFF).get("/audio/1")
    assert (whole.status_code, whole.headers["content-type"], whole.content[:4]) == (200, "audio/flac", b"fLaC")
    part = visitor(Role.STAFF).get("/audio/1", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.headers["content-range"]) == (206, f"bytes 4-9/{len(whole.content)}")
    assert part.content == whole.content[4:10]


def test_a_judge_gets_no_copy_of_what_lies_on_no_own_desk(visitor, monkeypatch):
    add_recordings(1)
    monkeypatch.setattr(recording_search, "original_audio", lambda recording_id: pytest.fail("looked at"))
    assert visitor(Role.JUDGE).get("/audio/1").status_code == 404
