"""Bringing a table in, in a real Chromium: what is open is asked before anything comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audio_files import encode, tone
from tests.browser.conftest import Server
from tests.browser.looks import settle

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for day, hz in (("mon", 300.0), ("tue", 500.0)):
        (tmp_path / day).mkdir()
        (tmp_path / day / "rec.wav").write_bytes(encode(tone(hz, 0.5)))
    (tmp_path / "été.wav").write_bytes(encode(tone(700.0, 0.5)))
    (tmp_path / "manifest.csv").write_bytes(
        "filename;child;collected_at\r\nété.wav;Zoé;03/04/2026\r\n".encode("cp1252")
    )
    return [tmp_path / "manifest.csv", tmp_path / "été.wav", tmp_path / "mon" / "rec.wav", tmp_path / "tue" / "rec.wav"]


def test_a_table_is_shown_and_asked_about_before_it_comes_in(
    server: Server, open_as: Callable, files: list[Path]
) -> None:
    added = json.loads(server.command("accounts", "add", "amira", "--role", "admin", "--json"))
    page = open_as("amira", added["password"])
    page.goto("/recordings")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text("rec.wav").first.wait_for()
    page.get_by_role("button", name="Import").first.click()
    page.get_by_text("Before anything is imported").wait_for()
    page.get_by_text("Dates in it can be meant in two ways").wait_for()
    page.get_by_text("Its encoding was guessed").wait_for()
    page.get_by_label("Dates such as 03/04/2026").click()
    page.get_by_text("Day first").click()
    page.get_by_text("Dates in it can be meant in two ways").wait_for(state="detached")
    settle(page)
    page.get_by_role("button", name="Import these").click()
    page.get_by_text(re.compile("1 new recording")).wait_for()
    page.get_by_text("Left out, because the manifest does not name them: rec.wav, rec.wav").wait_for()
