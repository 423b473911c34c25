"""What browsers are given of a recording is what a real one plays."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from core.audio import browser_copies, store
from core.audio.decoding import decode
from tests.audio_files import MUXED, encode_as, noise
from tests.browser.conftest import CHROMIUM, QUIET

PLAYS = """async text => {
    const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0)).buffer;
    try { return (await new OfflineAudioContext(1, 1, 16000).decodeAudioData(bytes)).duration }
    catch { return 0 } }"""


@pytest.mark.browser
def test_chromium_plays_whatever_it_is_given(storage: Path) -> None:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM:
        pytest.skip("no Chromium found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page()
        for name in MUXED:
            data = encode_as(noise(0.5), name)
            extension = decode(data).extension
            sha256 = store.put(str(storage), data, extension)
            playable, _ = browser_copies.playable(str(storage), sha256, extension, data)
            seconds = page.evaluate(PLAYS, base64.b64encode(playable).decode())
            assert seconds == pytest.approx(0.5, abs=0.11), name
        browser.close()
