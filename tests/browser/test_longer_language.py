"""Every screen in a language that is 40 % longer than English: nothing is cropped, nothing runs out of the window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import QUIET, Server, running_server
from tests.browser.pseudo_language import CODE, pseudo, start_command, write_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.long]

SIZES = {"narrow": {"width": 390, "height": 844}, "wide": {"width": 1280, "height": 720}}
SCREENS = (
    "overview annotate disagreements agreement recordings protocol evaluate retrain live try_it paper privacy "
    "administration glossary"
)
# names in the menu and of figures: Streamlit lays them out in one line, unless our style is taken
ONE_LINE = set(map(pseudo, ("Consent and retention", "Agreed or settled", "Judged twice", "Judged once")))
# texts that are shorter on screen than they are, unless they can be scrolled to; values of fields scroll by themselves
CROPPED = """() => {
  const cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const host = walker.currentNode.parentElement;
    const isField = host?.closest("style, script, [data-baseweb=select], input");
    if (!text || !host || isField || !host.checkVisibility()) continue;
    for (let box = host; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const hides = ["hidden", "clip"].includes(style.overflowX);
      if (hides && box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1) { cut.push(text); break; }
      if (["auto", "scroll"].includes(style.overflowX)) break;
    }
  }
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth + 1) cut.push("the page itself");
  return [...new Set(cut)];
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pseudo")
    write_catalogue(folder / "locale")
    with running_server(folder, start_command(folder / "locale")) as started:
        yield started


@pytest.fixture(scope="module")
def page(server: Server, recordings: None) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM

    password = json.loads(server.command("accounts", "add", "longa", "--role", "admin", "--json"))["password"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = running.new_context(base_url=server.url, locale=CODE).new_page()
        page.goto("/sign-in")
        page.locator("input[name=name]").fill("longa")
        page.locator("input[name=password]").fill(password)
        page.locator("form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        running.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS.split())
def test_nothing_is_cropped(page, screen: str, size: str, tmp_path: Path) -> None:
    page.set_viewport_size(SIZES[size])
    page.goto(f"/{screen}")
    page.locator("h1").wait_for()
    page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
    page.wait_for_timeout(400)  # what folds in is laid out
    assert page.evaluate("document.documentElement.lang") == CODE
    assert page.title().endswith(" · Earshot")
    assert set(page.evaluate(CROPPED)) <= ONE_LINE
