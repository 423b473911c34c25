"""The report printed by Chromium: two pages of A4 for whoever answers for the decision, then the appendix."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.sentences import report_sentences
from core.workflows.accounts import accounts
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import platform_volume, report_page
from core.workflows.evaluation.platform_volume import PlatformVolume
from tests.browser import axe
from tests.browser.conftest import CHROMIUM, QUIET
from tests.workflows import trained

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

A_LONG_REASON = "Une raison que l'on relira dans un an, avec tout ce qui a compté ce jour-là. " * 6
FRONT_ONLY = ".appendix { display: none; } .sheet:nth-of-type(2) { break-after: auto; }"
PICTURES = os.environ.get("REPORT_PICTURES")


@pytest.fixture
def page() -> Iterator:
    if not CHROMIUM:
        pytest.skip("no Chromium found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser.new_page()
        browser.close()


@pytest.fixture
def decided() -> str:
    """A model that somebody put in force for a long reason, on children of whom many groups are unknown."""
    trained.label_recordings(n_children=60)
    model = trained.add_model("a")
    staff = accounts.create("Aïssatou Diallo-Lefebvre", None, Role.STAFF, actor=COMMAND_LINE)
    deployment_control.deploy(model.id, 0.10, reason=A_LONG_REASON[:500], actor=Actor.of(staff))
    return model.id


def n_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("speaks", ["en", "fr"])
def test_it_prints_to_two_pages_and_an_appendix(page, decided: str, speaks: str) -> None:
    page.set_content(report_page.html(decided, 0.10, speaks=speaks))
    whole = page.pdf(prefer_css_page_size=True, print_background=True)
    page.add_style_tag(content=FRONT_ONLY)
    front = page.pdf(prefer_css_page_size=True, print_background=True)
    if PICTURES:
        (Path(PICTURES) / f"report-{speaks}.pdf").write_bytes(whole)
    assert n_pages(front) == 2
    assert n_pages(whole) > 2


@pytest.mark.parametrize("speaks", ["en", "fr"])
def test_it_is_two_pages_however_many_groups_there_are(
    page, decided: str, speaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [f"{number}: {A_LONG_REASON[:180]}" for number in range(9)]
    monkeypatch.setattr(report_page, "unknown_slice_sentences", lambda *_, **__: many)
    monkeypatch.setattr(report_sentences, "worse_slice_sentences", lambda *_, **__: many)
    platform_volume.set_volume(PlatformVolume(2000, 0.3), actor=COMMAND_LINE)
    page.set_content(report_page.html(decided, 0.10, speaks=speaks))
    assert n_pages(page.pdf(prefer_css_page_size=True, print_background=True, page_ranges="1-3")) == 3
    page.add_style_tag(content=FRONT_ONLY)
    assert n_pages(page.pdf(prefer_css_page_size=True, print_background=True)) == 2


@pytest.mark.parametrize("speaks", ["en", "fr"])
def test_it_is_accessible(page, decided: str, speaks: str) -> None:
    page.set_content(report_page.html(decided, 0.10, speaks=speaks))
    assert page.evaluate("document.documentElement.lang") == speaks
    assert [finding for finding in axe.findings(page) if finding.is_ours] == []
