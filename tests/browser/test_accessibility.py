"""Every screen in every role, and the server's own pages, against WCAG 2.2 AA: light and dark, with one server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest

from core.domain.labels import Role
from pages.components.menu import Screen
from pages.components.screens import SCREENS
from tests.browser import lived_in
from tests.browser.conftest import Server
from tests.browser.looks import LOOKS, WIDE, faults, open_screen, settle, views
from tests.browser.streamlit_findings import LISTED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWN_PAGES = ("/account", "/password", "/confirm", "/two-step", "/v1/docs", "/api/docs", "/nowhere", "/sign-out")
CUT_OFF = """
(where) => [...document.querySelectorAll(where)]
  .filter((each) => each.checkVisibility() && each.clientWidth && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.value || each.innerText)
"""
MET: set[int] = set()  # lines of the table of Streamlit's findings


@pytest.fixture(scope="module")
def passwords(server: Server, recordings: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return lived_in.furnish(server, tmp_path_factory.mktemp("differing"))


def screens_of(role: Role) -> list[Screen]:
    return [screen for screens in SCREENS.values() for screen in screens if role in screen.roles]


def test_the_first_start_is_accessible(server: Server, browser) -> None:
    page = browser.new_context(base_url=server.url).new_page()
    page.goto("/first-start")
    assert not faults(page, "first start", met=MET)


def test_the_desk_is_accessible(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("ada", passwords["ada"])
    page.goto("/annotate")
    page.locator(".start").wait_for()
    broken = faults(page, "desk before the start", met=MET)
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    page.keyboard.press("1")
    page.locator(".recent li").first.wait_for()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    broken += faults(page, "desk", met=MET)
    for opener, dialog in (("[data-do=keys]", ".keys[open]"), (".mine", ".own-labels[open]")):
        page.locator(opener).click()
        page.locator(dialog).wait_for()
        broken += faults(page, f"desk, {dialog}", met=MET)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="ada").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()
    assert not broken + faults(page, "desk, account", met=MET), "\n".join(broken)


@pytest.mark.parametrize(("name", "role"), [("amy", Role.ADMIN), ("eve", Role.STAFF)])
def test_every_screen_is_accessible(passwords: dict[str, str], open_as: Callable, name: str, role: Role) -> None:
    page = open_as(name, passwords[name], viewport=WIDE)
    broken = []
    for screen in screens_of(role):
        open_screen(page, screen.name, screen.title)
        is_admin = role is Role.ADMIN  # staff see the same views, and no other looks
        for view in views(page, screen.name) if is_admin else [screen.name]:
            broken += faults(page, view, met=MET, looks=LOOKS if is_admin else LOOKS[:1])
    assert not broken, "\n".join(broken)


def test_dialogs_are_accessible(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"], viewport=WIDE)
    broken = []
    for screen, title, opener in (
        ("administration", "Administration", "Add somebody"),
        ("evaluate?am=0.2", "Evaluate", "Use this operating point"),
    ):
        open_screen(page, screen, title)
        page.get_by_role("button", name=opener).click()
        page.get_by_role("dialog").wait_for()
        settle(page)
        broken += faults(page, f"{screen}, dialog", met=MET)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("dialog.search[open]").wait_for()
    page.keyboard.type("mot")
    page.locator("dialog.search [role=option]").first.wait_for()
    broken += faults(page, "search", met=MET)
    assert not broken, "\n".join(broken)


def test_no_hint_lies_over_the_menu(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"], viewport=WIDE)
    open_screen(page, "overview", "Overview")
    for link in page.get_by_test_id("stSidebarNavLink").all():
        link.hover()
        hint = page.get_by_test_id("stTooltipContent")
        hint.wait_for()
        assert hint.bounding_box()["x"] >= link.bounding_box()["x"] + link.bounding_box()["width"]
        page.mouse.move(700, 500)
        hint.wait_for(state="detached")
    page.get_by_role("button", name="amy").click()
    for name in ("Sign out", "Sign out everywhere"):
        page.get_by_role("button", name=name, exact=True).hover()
        page.wait_for_timeout(1_000)
        page.get_by_role("button", name="Sign out", exact=True).click(trial=True)  # fails where something lies over it


def test_the_screens_cut_nothing_off(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"], viewport=WIDE)
    cut = []
    for name, title, where, widths in (
        ("agreement", "Agreement", "[data-testid=stMetricValue] *", (1280, 820)),
        ("agreement", "Agreement", "[data-testid=stTable] *", (1280,)),  # on a tablet a table scrolls
        ("evaluate", "Evaluate", "[data-testid=stButtonGroup] *, [data-testid=stSelectbox] input", (1280, 820)),
    ):
        open_screen(page, name, title)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 1180})
            page.wait_for_timeout(500)
            cut += [f"{name} {width}: {text}" for text in page.evaluate(CUT_OFF, where)]
    assert not cut


def test_the_servers_own_pages_are_accessible(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"])
    broken = []
    for address in OWN_PAGES:
        page.goto(address)
        broken += faults(page, address, met=MET)
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("amy")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert not broken + faults(page, "/sign-in, refused", met=MET), "\n".join(broken)


def test_the_second_step_is_accessible(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("eve", passwords["eve"])  # for whom it is on from here
    page.goto("/two-step")
    page.get_by_role("button", name="Set up").click()
    broken = faults(page, "second step, its code", met=MET)
    letters = re.sub(r"\s", "", page.locator("p code").inner_text())
    page.get_by_label("Code").fill(pyotp.TOTP(letters).now())
    page.get_by_role("button", name="Turn on").click()
    page.locator(".codes").wait_for()
    broken += faults(page, "second step, recovery codes", met=MET)
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(passwords["eve"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").wait_for()
    assert not broken + faults(page, "sign-in, code", met=MET), "\n".join(broken)


def test_every_finding_that_is_listed_as_streamlits_is_there() -> None:
    if not MET:
        pytest.skip("the walk through the screens did not run")
    gone = [each for number, each in enumerate(LISTED) if number not in MET]
    assert not gone, f"take out of the table: {gone}"
