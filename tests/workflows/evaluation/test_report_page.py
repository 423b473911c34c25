"""The report: complete, self-contained, and nobody can slip anything into it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from math import nan

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.model_cards import ModelCard
from core.errors import NotFound, Refused
from core.metrics.am_bound import AmUpperBound
from core.sentences import report_summary
from core.sentences.promises import promise_sentence
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation, platform_volume, report_page, threshold_sweep
from core.workflows.evaluation.platform_volume import PlatformVolume
from core.workflows.evaluation.report_html import card_table, draw_curve
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
    assert f"Of 100 good readings, {100 * report.test.am:.0f} are wrongly refused" in page
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


def test_what_comes_from_outside_is_escaped(model_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "<img src=x onerror=alert(1)>\"'{{ 7 * 7 }}"
    chosen = model_evaluation.model_or_champion(model_id)
    named = replace(chosen, name=evil, card=ModelCard.from_json({evil: {"name": evil}}))
    monkeypatch.setattr(model_evaluation, "model_or_champion", lambda _: named)
    page = report_page.html(model_id)
    assert "<img" not in page
    assert page.count("&lt;img") == 2  # in the card; the version has a name that people can say
    assert "{{ 7 * 7 }}" in page


def test_a_curve_without_points_is_empty_axes() -> None:
    drawing = draw_curve([(float("nan"), 1.0)], [], chosen=(float("nan"), 1.0), judges=[(0.5, float("nan"))])
    assert (drawing.lines, drawing.judges, drawing.chosen) == ([], [], [])
    assert card_table({"a": {"b": [1, 2]}, "spec": "x"}).rows == [("a · b", "[1, 2]")]


def test_the_promise_is_the_same_sentence_everywhere(model_id: str) -> None:
    sentence = promise_sentence(model_evaluation.report(model_id, 0.10).promise)
    assert sentence in report_page.html(model_id, 0.10)
    rung = threshold_sweep.sweep_thresholds(model_id).at(0.10)
    assert rung.promise is not None
    assert promise_sentence(rung.promise) == sentence


@pytest.mark.parametrize(
    ("upper", "needed", "keeps_at", "words"),
    [
        (
            0.0934,
            None,
            None,
            "With these 40 Accepted recordings of 1 test child, an AM of at most 10 % can be promised",
        ),
        (0.24, 300, 0.25, "3 of them are refused, so up to 24 % may be. About 300 could, if no larger share of them"),
        (0.24, 300, 0.25, "It can at a target of 25 %."),
        (1.0, None, None, "No number of recordings could: the share refused is not below the target."),
    ],
)
def test_what_can_be_promised_in_a_sentence(
    upper: float, needed: int | None, keeps_at: float | None, words: str
) -> None:
    promise = AmUpperBound(0.10, 40, 1, 3, 1.5, upper, upper, needed)
    assert words in promise_sentence(promise, keeps_at=keeps_at)


def test_nothing_is_promised_without_accepted_recordings() -> None:
    nothing = AmUpperBound(0.10, 0, 0, 0, nan, nan, nan, 29)
    assert promise_sentence(None) == promise_sentence(nothing)
    assert "nothing can be promised" in promise_sentence(None)


def test_it_says_who_decided_when_and_why(model_id: str) -> None:
    assert "Nobody has put this in force yet" in report_page.html(model_id)
    deployment_control.deploy(model_id, 0.10, reason="Children were tired of it.", actor=COMMAND_LINE)
    page = report_page.html(model_id)
    assert "In force since" in page
    assert "command line" in page
    assert "Children were tired of it." in page
    deployment_control.deploy(model_id, 0.20, actor=COMMAND_LINE)
    assert "and not any more" in report_page.html(model_id, 0.10)


def test_a_report_in_french_has_no_english_sentence(model_id: str) -> None:
    page = report_page.html(model_id, speaks="fr")
    assert '<html lang="fr">' in page
    assert "Imaginez 100 enfants" in page
    front = re.sub(r"<[^>]+>", " ", page.split('class="appendix"')[0].split("<body>")[1])
    assert not set(re.findall(r"[a-z]+", front)) & {"the", "of", "are", "good", "readings", "and"}


def test_a_language_that_earshot_does_not_speak_is_refused(model_id: str) -> None:
    with pytest.raises(Refused, match="does not speak 'xx'"):
        report_page.html(model_id, speaks="xx")


def test_what_is_not_known_is_said_and_not_reckoned_with() -> None:
    for sentence in (report_summary.refused_sentence, report_summary.caught_sentence):
        assert "nobody knows" in sentence(nan, (nan, nan), speaks="en")
        assert "too few" in sentence(0.5, (nan, nan), speaks="en")


def test_without_a_model_it_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="retrain"):
        report_page.html()
