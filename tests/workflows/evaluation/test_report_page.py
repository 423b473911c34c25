"""The report: complete, self-contained, and nobody can slip anything into it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from core.domain.actor import COMMAND_LINE
from core.errors import NotFound
from core.workflows.evaluation import model_evaluation, platform_volume, report_page
from core.workflows.evaluation.platform_volume import PlatformVolume
from core.workflows.evaluation.report_html import card, curve, table
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")
VOID = {"meta", "circle", "line", "path", "polyline"}


class Nesting(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def model_id() -> str:
    trained.label_recordings(n_children=60)
    return trained.add_model("a").id


def test_it_says_what_the_screen_says(model_id: str) -> None:
    page, report = report_page.html(model_id, 0.10), model_evaluation.report(model_id, 0.10)
    assert f"Of 100 good readings, {100 * report.test.am:.0f} are asked again" in page
    assert f"{100 * report.test.rcc:.1f} %" in page
    assert f"{report.threshold:.4f}" in page
    assert "language: fr" in page
    assert "can be promised" in page or "cannot be promised" in page
    assert "<polyline" in page


def test_it_needs_nothing_else_and_is_well_formed(model_id: str) -> None:
    page = report_page.html(model_id, 0.1234)
    assert not re.search(r"(?:src|href)=|<script|url\(|@import", page)
    parser = Nesting()
    parser.feed(page)
    assert not parser.open


def test_no_child_and_no_judge_is_named(model_id: str) -> None:
    page = report_page.html(model_id)
    assert "child-0" not in page
    assert "judge_1" not in page


def test_a_day_is_in_it_when_staff_have_said_how_much_is_read(model_id: str) -> None:
    assert "On a day" not in report_page.html(model_id)
    platform_volume.set_volume(PlatformVolume(2000, 0.3), actor=COMMAND_LINE)
    assert "On a day with 2,000 readings" in report_page.html(model_id)


def test_what_comes_from_outside_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    for page in (table((evil,), [(evil,)]), card({evil: {"name": evil}})):
        assert "<img" not in page
        assert "&lt;img" in page


def test_a_curve_without_points_is_empty_axes() -> None:
    nothing = [(float("nan"), 1.0)]
    assert "polyline" not in curve(nothing, [], chosen=None, judges=[])


def test_without_a_model_it_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="retrain"):
        report_page.html()
