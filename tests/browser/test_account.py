"""The own page in a real Chromium: from the menu to French, and a forgotten browser signed out from another."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


def test_a_judge_speaks_french_and_signs_out_a_browser_that_was_left_open(server: Server, open_as: Callable) -> None:
    added = server.command("accounts", "add", "cleo", "--role", "judge", "--json")
    password = json.loads(added)["password"]
    left_open, desk = open_as("cleo", password), open_as("cleo", password)
    desk.get_by_role("button", name="cleo").click()
    with desk.context.expect_page() as opened:  # a tab of its own, so that the desk stays as it is
        desk.get_by_role("link", name="Your account").click()
    here = opened.value
    here.get_by_role("heading", name="Where you are signed in").wait_for()
    here.get_by_label("Français").check()
    here.get_by_role("button", name="Change", exact=True).click()
    here.get_by_role("status").get_by_text("La langue a été changée.").wait_for()
    here.get_by_role("button", name="Déconnecter tous les autres").click()
    here.get_by_text("Toutes vos autres connexions sont terminées.").wait_for()
    left_open.goto("/account")
    left_open.get_by_role("heading", name="Sign in").wait_for()
