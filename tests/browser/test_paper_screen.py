"""The Paper screen in a real browser: the published tables are there from the start, and can be taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


def test_staff_look_at_the_paper_and_take_its_tables_away(server: Server, open_as: Callable, tmp_path: Path) -> None:
    added = json.loads(server.command("accounts", "add", "pia", "--role", "staff", "--json"))
    page = open_as("pia", added["password"], accept_downloads=True)
    page.goto("/paper")
    page.get_by_text("Table 4: VGGish").wait_for()
    page.get_by_role("tab", name="Claims").click()
    page.get_by_text("VGGish features do better than MFCC").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("button", name="LaTeX").click()
    taken.value.save_as(tmp_path / "paper.tex")
    assert "\\toprule" in (tmp_path / "paper.tex").read_text()
    page.get_by_role("tab", name="Tables").click()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
