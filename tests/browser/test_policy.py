"""Every screen under the policy, in Chromium, without a violation; and what "back" shows after sign-out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pages.components.screens import SCREENS
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture
def admin(server: Server, recordings: None, open_as: Callable):
    made = json.loads(server.command("accounts", "add", "policy-admin", "--role", "admin", "--json"))
    return open_as("policy-admin", made["password"])


def test_no_screen_violates_the_policy_and_back_shows_nothing_after_sign_out(admin) -> None:
    admin.add_init_script(LISTEN)
    violations: list[str] = []
    for screen in [screen for screens in SCREENS.values() for screen in screens]:
        admin.goto(f"/{screen.name}")
        admin.get_by_role("heading", name=screen.title, exact=True).first.wait_for(timeout=60_000)
        admin.wait_for_timeout(1_500)
        found = admin.evaluate("window.violations")
        # protobuf looks whether it may use WebAssembly for large integers, and does without
        violations += [f"{screen.name}: {one}" for one in found if "wasm-eval" not in one]
    assert violations == []
    admin.goto("/recordings")
    admin.get_by_role("heading", name="Recordings", exact=True).first.wait_for(timeout=60_000)
    admin.get_by_role("button", name="policy-admin").click()
    admin.get_by_role("button", name="Sign out", exact=True).click()
    admin.wait_for_url("**/sign-in*", timeout=30_000)
    admin.go_back()
    admin.wait_for_url("**/sign-in*", timeout=30_000)
    assert "mot1" not in admin.content()
