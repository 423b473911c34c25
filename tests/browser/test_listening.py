"""What staff hear in a list, in a real Chromium: the fetch is recorded, and apart from it what sounded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import audio_files
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def password(server: Server, tmp_path: Path) -> str:
    """Of somebody of the staff, with one recording in the list."""
    (tmp_path / "tone.wav").write_bytes(audio_files.encode(audio_files.tone(440, 0.5)))
    (tmp_path / "manifest.csv").write_text("filename,language,word,child\ntone.wav,fr,maison,kim\n")
    server.command("import", str(tmp_path / "manifest.csv"), "--json")
    return json.loads(server.command("accounts", "add", "eve", "--role", "staff", "--json"))["password"]


def logged(server: Server, out: Path) -> list[tuple[str, dict[str, float]]]:
    """What the audit log says of recordings: action and detail."""
    server.command("audit", "export", str(out))
    entries = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return [(one["action"], one["detail"]) for one in entries if one["subject"] == "recording 1"]


def test_listening_is_recorded_when_it_sounded_and_not_when_it_was_fetched(
    server: Server, password: str, open_as: Callable, tmp_path: Path
) -> None:
    staff = open_as("eve", password)
    staff.get_by_role("heading", name="Overview").wait_for()
    staff.goto("/recordings")
    staff.locator(".row .title", has_text="maison").wait_for()
    assert logged(server, tmp_path / "before.jsonl") == []
    play = staff.locator(".row .play").first
    play.click()
    with staff.expect_response(lambda answer: answer.url.endswith("/listening")) as reported:
        staff.wait_for_timeout(1000)
    assert reported.value.status == 204
    (fetch, _), (listened, detail) = logged(server, tmp_path / "after.jsonl")
    assert (fetch, listened) == ("fetch recording", "listened")
    assert 0.3 <= detail["seconds"] <= 0.6
