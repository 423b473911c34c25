"""The way through the screens by keyboard alone, and what touch, zoom and less motion ask for (WCAG 2.2)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from core.domain.labels import Role
from pages.components.screens import SCREENS
from tests.browser import focus, lived_in
from tests.browser.conftest import Server
from tests.browser.looks import WIDE, open_screen, settle

pytestmark = pytest.mark.browser

ZOOMED = {"width": 640, "height": 360}  # 1280 x 720 at 200 %
TOUCH = {"has_touch": True, "is_mobile": True, "viewport": {"width": 820, "height": 1180}}
TARGETS = """
(least) => {
  const small = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!element.matches("button, a[href], summary, input, select, textarea, [role=tab], [role=radio]")) continue;
      if (element.closest("[data-testid=stMultiSelect]")) continue; // the whole box takes the press
      const box = element.getBoundingClientRect();
      const isShown = element.checkVisibility({visibilityProperty: true, opacityProperty: true}) && box.width > 1;
      const stands = element.parentElement?.innerText === element.innerText;
      const isInline = getComputedStyle(element).display === "inline" && !stands;
      if (!isShown || isInline || box.height >= least - 0.5) continue;
      small.push(`${box.height} ${element.outerHTML.slice(0, 140)}`);
    }
  };
  walk(document);
  return small;
}
"""


@pytest.fixture(scope="module")
def passwords(server: Server, recordings: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return lived_in.furnish(server, tmp_path_factory.mktemp("differing"))


@pytest.fixture(autouse=True)
def free_recordings(server: Server) -> Iterator[None]:
    """What a desk has reserved is free for the next test's."""
    yield
    with sqlite3.connect(server.storage / "earshot.db") as database:
        database.execute("DELETE FROM claims")


DRAWN = ("<canvas", "glide-cell")  # a table draws the ring around its cell itself


def test_the_first_stop_skips_to_the_content(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("eve", passwords["eve"], viewport=WIDE)
    open_screen(page, "evaluate", "Evaluate")
    page.keyboard.press("Tab")
    first = focus.stop(page)
    assert first is not None
    assert "Skip to main content" in first.name
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'stMain'")


def test_every_stop_shows_that_it_has_the_focus(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"], viewport=WIDE)
    unseen = []
    for screen in [screen for screens in SCREENS.values() for screen in screens if Role.ADMIN in screen.roles]:
        open_screen(page, screen.name, screen.title)
        if screen.name == "annotate":
            page.locator(".start:focus").wait_for()  # the desk takes it once it has loaded
        walked = focus.stops(page)
        assert len(walked) > 5, (screen.name, walked)
        seen_by_style = [stop for stop in walked if not any(part in stop.name for part in DRAWN)]
        unseen += [f"{screen.name}: {stop.name}" for stop in seen_by_style if not stop.is_seen]
    page.context.clear_cookies()
    page.goto("/sign-in")
    unseen += [stop.name for stop in focus.stops(page) if not stop.is_seen]
    assert not unseen, "\n".join(unseen)


def test_a_judge_labels_by_tab_and_enter_alone(server: Server, passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("ada", passwords["ada"])
    page.goto("/annotate")
    page.locator(".start:focus").wait_for()
    page.keyboard.press("Enter")
    noise = page.locator(".label[data-label=Noise]")
    page.locator(".label[data-label=Noise][aria-disabled=false]").wait_for()
    page.wait_for_timeout(700)  # heard to the end
    for _ in range(40):
        page.keyboard.press("Tab")
        if focus.has_focus(noise):
            break
    page.keyboard.press("Enter")
    page.get_by_text("Noise saved").wait_for()
    whose = "JOIN accounts ON accounts.id = account_id WHERE name = 'ada'"
    with sqlite3.connect(server.storage / "earshot.db") as database:
        assert database.execute(f"SELECT label FROM judgements {whose}").fetchall() == [("Noise",)]


def test_single_keys_can_be_turned_off_and_stay_off(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("ada", passwords["ada"])
    page.goto("/annotate")
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    page.locator("[data-do=keys]").click()
    with page.expect_response("**/judging/preferences"):
        page.locator(".keys .switch").click()
    page.keyboard.press("Escape")
    assert page.locator(".label kbd:visible").count() == 0
    page.wait_for_timeout(700)  # heard to the end
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert page.locator(".recent li").count() == 0
    page.reload()
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    page.locator("[data-do=keys]").click()
    with page.expect_response("**/judging/preferences"):
        page.locator(".keys .switch").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(700)
    page.keyboard.press("1")
    page.locator(".recent li").first.wait_for()


@pytest.mark.parametrize(("opener", "dialog"), [("[data-do=keys]", "dialog.keys"), (".mine", "dialog.own-labels")])
def test_a_dialog_of_the_desk_holds_the_focus_and_gives_it_back(
    passwords: dict[str, str], open_as: Callable, opener: str, dialog: str
) -> None:
    page = open_as("ada", passwords["ada"])
    page.goto("/annotate")
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    page.locator(opener).focus()
    page.keyboard.press("Enter")
    page.locator(f"{dialog}[open]").wait_for()
    page.wait_for_timeout(500)
    for _ in range(30):
        page.keyboard.press("Tab")
        here = focus.stop(page)
        assert here is None or focus.has_focus(page.locator(dialog)), here  # None: the browser's own controls
    page.keyboard.press("Escape")
    page.locator(f"{dialog}[open]").wait_for(state="detached")
    assert focus.has_focus(page.locator(opener))


def test_a_dialog_of_a_screen_holds_the_focus_and_gives_it_back(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("amy", passwords["amy"], viewport=WIDE)
    open_screen(page, "administration", "Administration")
    opener = page.get_by_role("button", name="Add somebody")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    settle(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        assert focus.has_focus(dialog), focus.stop(page)
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.wait_for_timeout(500)
    assert focus.has_focus(opener), focus.stop(page)


def test_the_trade_off_is_set_and_opened_by_keyboard(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("eve", passwords["eve"], viewport=WIDE)
    open_screen(page, "evaluate", "Evaluate")
    page.locator(".trade-off:not([inert])").wait_for()
    page.locator(".handle input").focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]am=0\.02(&|$)"))
    assert "AM target 2.0 %" in page.locator(".handle input").get_attribute("aria-valuetext")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]sure=80"))
    page.locator("[data-cell=noise_refused]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell=noise_refused"))


def test_everything_can_be_touched(passwords: dict[str, str], open_as: Callable) -> None:
    judge = open_as("ada", passwords["ada"], **TOUCH)
    judge.goto("/annotate")
    judge.locator(".start").tap()
    judge.locator(".label[aria-disabled=false]").first.wait_for()
    small = judge.evaluate(TARGETS, 44)
    assert all(box["height"] >= 64 for box in [each.bounding_box() for each in judge.locator(".label").all()])
    staff = open_as("eve", passwords["eve"], **TOUCH)
    for name, title in (("evaluate", "Evaluate"), ("disagreements", "Disagreements"), ("recordings", "Recordings")):
        open_screen(staff, name, title)
        staff.wait_for_timeout(500)
        small += [f"{name}: {each}" for each in staff.evaluate(TARGETS, 44)]
    assert not small, "\n".join(small)


def test_at_200_percent_the_desk_loses_nothing(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("ada", passwords["ada"], viewport=ZOOMED, device_scale_factor=2)
    page.goto("/annotate")
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for control in page.locator(".desk button:visible").all():
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box["x"] >= 0, control.inner_text()
        assert box["x"] + box["width"] <= ZOOMED["width"], control.inner_text()
        control.click(trial=True)  # fails where something lies over it


def test_nothing_moves_for_who_asks_for_less_motion(passwords: dict[str, str], open_as: Callable) -> None:
    page = open_as("ada", passwords["ada"], reduced_motion="reduce")
    page.goto("/annotate")
    page.locator(".start").click()
    page.locator(".label[aria-disabled=false]").first.wait_for()
    moving = page.evaluate("document.getAnimations().filter((each) => each.effect.getTiming().duration > 20).length")
    assert moving == 0
    durations = page.locator(".label").first.evaluate("(element) => getComputedStyle(element).transitionDuration")
    assert durations == "0s"
