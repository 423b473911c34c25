"""Time from a key press to the next sound, in Chromium."""

from __future__ import annotations

import os
import shutil

from tests.serving import HttpJudge

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--autoplay-policy=no-user-gesture-required"]
BETWEEN_MS = 450  # a recording takes no label before it has been on screen for a quarter of a second

# the moment of each label's key, and of each sound that begins after it
WATCH = """
window.latencies = []; window.pressed = null;
addEventListener("keydown", (event) => { if (event.code === "Digit1") window.pressed = performance.now(); }, true);
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...args) {
  if (window.pressed !== null) window.latencies.push(performance.now() - window.pressed);
  window.pressed = null;
  return start.apply(this, args);
};
"""


def to_next_sound(judge: HttpJudge, presses: int) -> list[float]:
    """Milliseconds of each press after the first."""
    from playwright.sync_api import sync_playwright

    name, value = judge.headers["Cookie"].split("=", 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        url = f"http://127.0.0.1:{judge.port}"
        context.add_cookies([{"name": name, "value": value, "url": url}])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{url}/annotate")
        page.locator(".start").click()
        page.wait_for_timeout(3000)
        for _ in range(presses + 1):
            page.keyboard.press("Digit1")
            page.wait_for_timeout(BETWEEN_MS)
        latencies_ms = page.evaluate("window.latencies")
        browser.close()
    return [float(latency_ms) for latency_ms in latencies_ms[1:]]
