"""A screen in its looks, light and dark, wide and narrow, with what axe-core finds in each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.browser import axe

Look = tuple[dict[str, int], str]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
LOOKS = ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"))
ADDRESSES = {"recording": "/recording?id=1"}  # of screens that need more than their name
SHOWN_WITHIN_MS = 60_000
SETTLES_MS = 500  # Streamlit draws a theme and a size in steps
PICTURES = os.environ.get("ACCESSIBILITY_PICTURES")  # a folder that keeps each look


def faults(page, name: str, *, met: set[int], looks: Sequence[Look] = LOOKS) -> list[str]:
    """What is ours and breaks a rule on the page as it stands, in each look; `met` takes what is Streamlit's."""
    broken = []
    for size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(SETTLES_MS)
        found = axe.findings(page)
        met |= {finding.listed for finding in found}
        look = f"{name}, {size['width']} {scheme}"
        ours = [each for each in found if each.is_ours]
        broken += [f"{look}: {each.rule} at {each.selector}\n  {each.html}\n  {each.why}" for each in ours]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{look.replace('/', '_').replace(' ', '-')}.png")
    page.set_viewport_size(WIDE)
    return broken


def settle(page) -> None:
    """Wait until the screen has run, and shows nothing of the run before."""
    page.locator("[data-test-script-state=notRunning]").wait_for(timeout=SHOWN_WITHIN_MS)
    page.locator("[data-stale=true]").first.wait_for(state="detached")


def open_screen(page, name: str, title: str) -> None:
    page.goto(ADDRESSES.get(name, f"/{name}"))
    page.get_by_role("heading", name=title, exact=True).first.wait_for(timeout=SHOWN_WITHIN_MS)
    settle(page)


def views(page, name: str) -> Iterator[str]:
    """The screen as it opens, and each of its tabs and views."""
    yield name
    for choices in ("[role=tab]", ":is(.st-key-tab, .st-key-live-tab, .st-key-view) [role=radio]"):
        for number in range(1, page.locator(choices).count()):
            page.locator(choices).nth(number).click()
            settle(page)
            yield f"{name} {page.locator(choices).nth(number).inner_text()}"
