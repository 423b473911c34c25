"""Staff at the Evaluate screen in a real Chromium: drag, hear, send back, compare, and come back by the address."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core import config
from db import engines
from tests import audio_files
from tests.browser.conftest import Server
from tests.workflows import trained

pytestmark = pytest.mark.browser

CHILDREN, EACH = 40, 6
LABELS = ("Accepted", "Noise", "Speechless")


@pytest.fixture(scope="module")
def password(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of a member of staff, where judged tones and two models with made-up probabilities are."""
    tmp_path = tmp_path_factory.mktemp("judged")
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["filename", "language", "word", "child", "judge_1", "judge_2"])
        for number in range(CHILDREN * EACH):
            (tmp_path / f"{number}.wav").write_bytes(audio_files.encode(audio_files.tone(200 + 3 * number, 0.4)))
            label, child = LABELS[number % 3], number // EACH
            table.writerow([f"{number}.wav", ("fr", "en")[child % 2], f"mot{number}", f"child{child}", label, label])
    server.command("import", str(tmp_path / "manifest.csv"), "--json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARSHOT_STORAGE", str(server.storage))
        config.settings.cache_clear()
        trained.add_model("newer", seed=1, skill=1.6)
        trained.add_model("older", skill=1.0, system=("mfcc", "rnn", "binary"))
        engines.dispose()
    config.settings.cache_clear()
    return str(json.loads(server.command("accounts", "add", "eve", "--role", "staff", "--json"))["password"])


def test_all_that_is_decided_by_stands_together_on_a_laptops_screen(password: str, open_as: Callable) -> None:
    page = open_as("eve", password, viewport={"width": 1280, "height": 720})
    page.goto("/evaluate?model=newer")
    page.locator(".player .row").first.wait_for()
    for part in (".sentence", ".handle input", ".figures", ".promise", ".elsewhere", ".st-key-use_point button"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] > 0, part
        assert box["y"] + box["height"] <= 720, part
    page.locator(".meaning summary").click()
    page.get_by_text("of 100 bad recordings let through").wait_for()


def sentence(page) -> str:
    return str(page.locator(".trade-off .sentence").inner_text())


def test_a_trade_off_is_dragged_heard_compared_and_found_again(password: str, open_as: Callable) -> None:
    page = open_as("eve", password)
    page.goto("/evaluate?model=newer")
    page.locator(".player .row").first.wait_for()
    assert re.match(r"Of 100 good readings, \d+ (are|is) wrongly refused", sentence(page))

    drags(page)
    hears_and_sends_back(page)
    compares(page)
    comes_back_by_the_address(page)
    downloads_the_report(page)


def drags(page) -> None:
    """Words, counts and the promise move while the handle is held; the address only when it is let go of."""
    handle = page.locator(".trade-off input")
    box, address, seen = handle.bounding_box(), page.url, set()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    for share in (0.4, 0.6, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, middle, steps=3)
        page.wait_for_timeout(200)
        seen.add((sentence(page), page.locator(".trade-off .target").inner_text()))
    assert len({target for _, target in seen}) == 3
    assert len({said for said, _ in seen}) > 1
    assert page.url == address
    assert "be promised" in page.locator(".trade-off .promise").inner_text()
    page.mouse.up()
    page.wait_for_function("before => location.href !== before", arg=address)


def hears_and_sends_back(page) -> None:
    """A cell of the picture opens its recordings; keys play one, send it back, and keep another as an example."""
    page.locator("[data-cell=speechless_refused]").click()
    page.wait_for_url(re.compile("cell=speechless_refused"))
    page.locator(".player .chip", has_text="Speechless").first.wait_for()
    page.locator(".player .list").focus()
    with page.expect_response(re.compile(r"/audio/\d+")) as heard:
        page.keyboard.press("Enter")
    assert heard.value.status in {200, 206}
    page.keyboard.press("b")
    page.get_by_text("sent back to two judges").first.wait_for()
    page.locator(".player .note", has_text="being judged again").first.wait_for()
    page.locator(".player .list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.locator(".player .note", has_text="An example for new judges").first.wait_for()


def compares(page) -> None:
    page.get_by_role("button", name="Who is treated worse").or_(
        page.get_by_role("radio", name="Who is treated worse")
    ).click()
    page.get_by_text("made, corrected for their number").first.wait_for()
    page.get_by_role("button", name="Two models").or_(page.get_by_role("radio", name="Two models")).click()
    page.get_by_text("each at the threshold of its own validation children").wait_for()
    page.locator(".player .bar", has_text="other").first.wait_for()


def comes_back_by_the_address(page) -> None:
    """The same model, target, view, cell and recordings, in a tab of its own."""
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.locator("[data-stale=true]").first.wait_for(state="detached")  # the list of the view before
    titles = page.locator(".player .title").all_inner_texts()
    page.wait_for_url(re.compile("tab=models"))
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".player .bar", has_text="other").first.wait_for()
    assert other.locator(".player .title").all_inner_texts() == titles
    assert sentence(other) == sentence(page)
    other.close()


def downloads_the_report(page) -> None:
    page.goto(f"{page.url.split('?')[0]}?model=newer&tab=report")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<polyline" in text
    assert "mot1" not in text
