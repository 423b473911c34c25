"""The tablet's page in Chromium with a fake microphone: it decides on the spot, and connects to nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.workflows.deployment import deployment_control, model_export
from core.workflows.deployment.model_export import ExportRequest
from tests import audio_files
from tests.browser import axe
from tests.browser.conftest import CHROMIUM, QUIET
from tests.tablet.fused_model import publish_fusion, sound_of
from tests.workflows import trained

pytestmark = pytest.mark.browser
RATE_HZ = 48_000
READING_MS = 2_500
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@pytest.fixture
def address(database: Path, tmp_path: Path) -> Iterator[str]:
    """A plain web server with what `export model` wrote."""
    if not CHROMIUM:
        pytest.skip("no Chromium found")
    trained.label_recordings()
    publish_fusion("m1")
    deployment_control.deploy("m1", 0.10, actor=COMMAND_LINE)
    model_export.export_tablet_model(tmp_path / "out", ExportRequest())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(tmp_path / "out")))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/tablet.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_with_microphone(address: str, tmp_path: Path) -> Iterator[Callable]:
    """`open_(label, **context options) -> page` of a Chromium that hears a sound of that label, over and over."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = []

        def open_(label: Label, **options: object):
            heard = np.concatenate([sound_of(label, seed, rate_hz=RATE_HZ) for seed in range(3)])
            file = tmp_path / "microphone.wav"
            file.write_bytes(audio_files.encode(heard, rate=RATE_HZ))
            fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={file}")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *fake])
            running.append(browser)
            page = browser.new_context(**options).new_page()
            page.goto(address)
            return page

        yield open_
        for browser in running:
            browser.close()


def read_aloud(page) -> str:
    page.locator("#record").click()
    page.locator("#record[aria-pressed=true]:enabled").wait_for()
    page.wait_for_timeout(READING_MS)
    page.locator("#record").click()
    page.locator("#answer.accepted, #answer.rejected, #answer.refused").wait_for()
    return page.locator("#answer").inner_text()


@pytest.mark.parametrize(
    ("label", "locale", "words"),
    [
        (Label.ACCEPTED, "en-GB", "We heard you well!"),
        (Label.NOISE, "en-GB", "It is too noisy around you, please read it again."),
        (Label.SPEECHLESS, "en-GB", "We did not hear you read, please come closer and read it again."),
        (Label.ACCEPTED, "fr-FR", "Nous t'avons bien entendu !"),
    ],
)
def test_the_child_is_told_on_the_spot(open_with_microphone: Callable, label: Label, locale: str, words: str) -> None:
    assert read_aloud(open_with_microphone(label, locale=locale)) == words


def test_the_voice_leaves_the_device_by_no_way(open_with_microphone: Callable) -> None:
    page = open_with_microphone(Label.ACCEPTED)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url.rsplit("/", 1)[1]))
    read_aloud(page)
    assert set(requests) <= {"recorder-worklet.js"}
    page.evaluate(LISTEN)
    for way in ("fetch('/x').catch(() => 0)", "new WebSocket('ws://127.0.0.1:9')", "navigator.sendBeacon('/x', 'a')"):
        page.evaluate(f"async () => {{ try {{ await {way}; }} catch {{}} }}")
        page.wait_for_function("window.violations.pop() === 'connect-src'", timeout=5_000)
    assert page.evaluate("document.cookie.length + localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_is_seen_and_is_accessible(open_with_microphone: Callable, width: int, scheme: str) -> None:
    page = open_with_microphone(Label.NOISE, viewport={"width": width, "height": 844}, color_scheme=scheme)
    read_aloud(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#figures summary").click()
    assert [finding for finding in axe.findings(page) if finding.is_ours] == []
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/tablet-{width}-{scheme}.png")
