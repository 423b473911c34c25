"""The whole way, by hand, in a real Chromium: from a zip of recordings to a deployed decision.

The administrator makes the first account and imports, two judges label by keyboard, staff settle, retrain, drag,
hear a confusion and deploy; then a file is scored. `SCREENSHOTS=folder` keeps pictures of the way.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a long enough password"
FOR_BROWSER_JUDGES = 12
TRAINED_WITHIN_MS = 300_000
SCREENSHOTS = Path(os.environ["SCREENSHOTS"]) if os.environ.get("SCREENSHOTS") else None
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1360, "height": 900}


def picture(page, name: str) -> None:
    """Wide and narrow, light and dark; only where a folder was named."""
    if SCREENSHOTS is None:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for size, viewport in (("narrow", NARROW), ("wide", WIDE)):
        page.set_viewport_size(viewport)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(900)
            small(page.screenshot(), SCREENSHOTS / f"{name}-{size}-{scheme}.png")


def small(png: bytes, to: Path) -> None:
    """Keep a picture with 160 colours: a third of the size, and no eye can tell."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(160).save(to, optimize=True)


def open_screen(page, name: str) -> None:
    page.goto(f"/{name.lower().replace(' ', '_')}")
    page.get_by_role("heading", name=name, exact=True).first.wait_for()
    page.locator("[data-testid=stStatusWidgetRunningIcon]").wait_for(state="detached")


@pytest.fixture(scope="module")
def archive(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's recordings as somebody's zip: twelve are judged by nobody yet, the others by two."""
    from core.workflows.maintenance import demonstration

    folder = tmp_path_factory.mktemp("recordings")
    manifest = demonstration.write_corpus(folder)
    with manifest.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    complete = [row for row in rows if row["judge_1"] and row["judge_2"]]
    unjudged = [row for row in rows if not (row["judge_1"] or row["judge_2"])][:FOR_BROWSER_JUDGES]
    kept = complete + unjudged
    for row in rows:
        if row not in kept:
            (folder / row["filename"]).unlink()
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    return Path(shutil.make_archive(str(folder), "zip", folder))


def test_from_a_zip_of_recordings_to_a_deployed_decision(
    server: Server,
    browser,
    open_as: Callable,
    archive: Path,
) -> None:
    admin = first_administrator(browser.new_context(base_url=server.url, viewport=WIDE).new_page(), server)
    imports(admin, archive)
    for name, role in (("ada", "Judge"), ("ben", "Judge"), ("carla", "Pedagogy")):
        adds_account(admin, name, role)
    picture(admin, "administration")
    said = [labels(open_as(name, PASSWORD), "123"[shift:] + "123"[:shift]) for shift, name in enumerate(("ada", "ben"))]
    assert said == [FOR_BROWSER_JUDGES, FOR_BROWSER_JUDGES]
    staff = open_as("carla", PASSWORD)
    settles(staff)
    retrains(staff)
    drags(staff)
    hears_a_confusion(staff)
    deploys(staff)
    looks_around(staff)
    recording = next((server.storage / "recordings").rglob("*.flac"))
    answer = json.loads(server.command("score", str(recording), "--json"))
    assert answer["decision"] in {"accepted", "rejected"}
    assert 0 <= answer["p_accepted"] <= 1


def first_administrator(page, server):
    page.goto("/")
    page.wait_for_url("**/first-start")
    picture(page, "first-start")
    page.get_by_label("One-time code").fill((server.storage / "first-start-code").read_text())
    page.get_by_label("Name").fill("amira")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button").click()
    page.wait_for_url(lambda url: "first-start" not in url)
    return page


def imports(page, archive: Path) -> None:
    open_screen(page, "Recordings")
    page.locator("input[type=file]").set_input_files(archive)
    page.get_by_text(archive.name).first.wait_for()
    page.get_by_role("button", name="Import").first.click()
    page.get_by_text(re.compile(r"\d+ new recordings")).wait_for(timeout=120_000)
    picture(page, "recordings")


def adds_account(page, name: str, role: str) -> None:
    open_screen(page, "Administration")
    page.get_by_role("button", name="Add somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("radio", name=re.compile(role)).click()
    dialog.locator("input[type=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Add", exact=True).click()
    dialog.wait_for(state="detached")


def labels(page, keys: str) -> int:
    """A judge labels every recording there is with the bare keys, in turn; how many that were."""
    page.goto("/annotate")
    page.locator(".start").click()
    page.locator(".label").first.wait_for()
    for _ in range(4):
        page.keyboard.press("p")  # twice as fast: two seconds of each must be heard
    given = 0
    while True:
        page.locator(".label[aria-disabled=false], .empty h2").locator("visible=true").first.wait_for()
        if page.locator(".empty h2").is_visible():
            break
        if given == 4:
            picture(page, "annotate")
        page.keyboard.press(f"Digit{keys[given % 3]}")
        given += 1
        page.wait_for_function(f"document.querySelector('[data-phase]') || true; {given}")
        page.wait_for_timeout(400)
    return given


def settles(page) -> None:
    """Staff settle three of the recordings on which two judges differ."""
    open_screen(page, "Disagreements")
    left = page.get_by_text(re.compile(r"to settle"))
    left.first.wait_for()
    picture(page, "disagreements")
    for _ in range(3):
        before = left.first.inner_text()
        page.locator(".st-key-decide_noise button").click()  # which waits until it was heard
        page.get_by_text("Noise: now choose why.").wait_for()
        page.get_by_role("button", name=re.compile("Noise covers the word")).or_(
            page.get_by_role("radio", name=re.compile("Noise covers the word"))
        ).click()
        page.wait_for_function(
            "before => ![...document.querySelectorAll('p')].some(p => p.innerText === before)", arg=before
        )
    page.get_by_text(re.compile("Settled as Noise")).first.wait_for()


def retrains(page) -> None:
    open_screen(page, "Retrain")
    page.get_by_role("button", name="Retrain", exact=True).click()
    page.get_by_role("button", name="Cancel").wait_for()
    picture(page, "retrain-running")
    page.get_by_text("Side by side").first.wait_for(timeout=TRAINED_WITHIN_MS)
    picture(page, "retrain")


def drags(page) -> None:
    """The figures move while the handle is dragged; the address follows when it is let go of."""
    open_screen(page, "Evaluate")
    handle = page.locator(".trade-off input[type=range]")
    handle.wait_for()
    box = handle.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    seen = set()
    for share in (0.3, 0.45, 0.6, 0.75):
        page.mouse.move(box["x"] + box["width"] * share, middle, steps=4)
        seen.add(page.locator(".figure.am .value").inner_text() + page.locator(".target").first.inner_text())
    address = page.url
    page.mouse.up()
    assert len(seen) >= 3, seen
    page.wait_for_function("before => location.href !== before", arg=address)
    handle.focus()
    for key in ("Home", *["ArrowRight"] * 20):  # by keys: half a percent a step, to 10 %
        page.keyboard.press(key)
    page.wait_for_url(re.compile(r"[?&]am=0\.1(&|$)"))
    handle.blur()
    page.wait_for_timeout(800)
    picture(page, "evaluate")


def hears_a_confusion(page) -> None:
    """A cell of the picture that is not empty opens its recordings; Enter plays one."""
    page.get_by_role("button", name=re.compile("(wrongly refused|let through) · [1-9]")).first.click()
    page.wait_for_url(re.compile("cell="))
    page.locator(".player .row").first.wait_for()
    page.locator(".player .list").focus()
    with page.expect_response(re.compile(r"/audio/\d+")) as heard:
        page.keyboard.press("Enter")
    assert heard.value.status in {200, 206}


def deploys(page) -> None:
    page.get_by_role("button", name=re.compile("Use this operating point")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why this one?").fill("A child should seldom read again for nothing.")
    dialog.get_by_role("button", name="Use it").click()
    page.get_by_text("In force:").first.wait_for()


def looks_around(page) -> None:
    """Every other screen of staff opens on real data."""
    for name in ("Overview", "Agreement", "Paper", "Try it"):
        open_screen(page, name)
        assert page.get_by_test_id("stException").count() == 0
        picture(page, name.lower().replace(" ", "-"))
    open_screen(page, "Recordings")
    page.locator(".row .title a").first.click()
    page.get_by_role("heading", name="What people say").wait_for()
    page.locator(".drawn .row").wait_for()
    picture(page, "recording")
    page.keyboard.press("Control+k")
    page.keyboard.type("c")
    page.locator(".match").first.wait_for()
    picture(page, "search")
    page.keyboard.press("Escape")
