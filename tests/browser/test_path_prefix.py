"""Modules and endpoints below a path prefix, as behind a proxy that takes the prefix away."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from pages.components.playback import player
from pages.http import browser_modules

pytestmark = pytest.mark.browser

ORIGIN, PREFIX = "http://earshot.test", "/schools/earshot"
ITEM = {"id": 7, "title": "mot", "detail": "", "language": "fr", "duration_s": 1, "chips": [], "bars": [], "note": ""}
DATA = {
    "items": [ITEM],
    "keys": {},
    "single": False,
    "actions": [],
    "height": 100,
    "open": [],
    "heard_first": {"needed_s": 0, "answers": []},
    "texts": player.TEXTS,
    "speaks": "en",
}
# what Streamlit does with a component's script
MOUNT = """async ([script, data]) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: mount } = await import(address);
  mount({ data, parentElement: document.body, setTriggerValue: () => {} });
}"""


def test_a_component_finds_its_modules_and_the_sound_below_a_prefix(browser) -> None:
    asked: list[str] = []

    def answer(route) -> None:
        path = urlparse(route.request.url).path
        asked.append(path)
        module = path.removeprefix(f"{PREFIX}/assets/{browser_modules.version()}/")
        if module in browser_modules.modules():
            route.fulfill(body=browser_modules.modules()[module], content_type="text/javascript")
        elif path == f"{PREFIX}/recordings":
            route.fulfill(body=f"<!doctype html>{player.HTML}", content_type="text/html")
        else:
            route.fulfill(status=404, body="")

    page = browser.new_page()
    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}{PREFIX}/recordings")
    page.evaluate(MOUNT, [browser_modules.component_script("playback/js/main.js"), DATA])
    page.get_by_role("button", name="Play mot").click()
    page.get_by_text("This recording is no longer there.").wait_for()
    assert f"{PREFIX}/audio/7" in asked
    assert all(path.startswith(PREFIX) for path in asked if path != "/favicon.ico"), asked
    page.close()
