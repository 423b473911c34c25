"""Live on the screen: what was decided, how right it was, why, what another threshold would do, what is drawn."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.domain.live import LiveAlarm
from core.domain.live_sampling import LivePlan
from core.metrics import live_shares
from core.metrics.live_shares import JudgedSample
from core.translation import translate
from core.workflows.accounts import accounts
from core.workflows.deployment import decision_log, live_alarms, live_plan
from db import session
from pages.components.live.week_chart import weeks_chart
from tests.annotation.people import give, people
from tests.workflows.in_class import agreed, decide, decided, nothing_waits, program

__all__ = ["agreed", "decided", "nothing_waits", "program"]
pytestmark = pytest.mark.usefixtures("nothing_waits")

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "pages/live.py",
    ROOT / "core/sentences/live_sentences.py",
    ROOT / "core/sentences/decision_sentences.py",
    *(ROOT / "pages/components/live").glob("*.py"),
]
TABS = ("judged", "decisions", "threshold", "drift", "plan")


def words(test) -> str:
    boxes = [*test.info, *test.warning, *test.error, *test.caption, *test.markdown]
    return " ".join(str(box.value) for box in boxes).replace("\\", "")


@pytest.fixture
def lived_in(agreed, program) -> list[str]:
    """Three decisions, all drawn, two of them judged; their ids."""
    ids = decide(program, "good", "bad", "bad")
    judges = people("ana", "ben")
    for decision_id, label in zip(ids[:2], (Label.ACCEPTED, Label.ACCEPTED), strict=True):
        sampled = decision_log.look_up(decision_id, actor=COMMAND_LINE).sampled
        for judge in judges:
            give(judge, sampled.recording_id, label)
    return ids


def test_judges_see_nothing_of_it(lived_in, signed_in, screen):
    signed_in(Role.JUDGE)
    assert not screen("live").metric


def test_without_a_deployment_it_says_what_comes(database, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("live")
    assert not test.exception
    assert "When a model and a threshold are deployed" in words(test)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_an_empty_state(decided, signed_in, screen, tab):
    signed_in(Role.STAFF)
    test = screen("live", tab=tab)
    assert not test.exception
    assert words(test)


def test_what_judges_judged_is_a_figure_with_its_children(lived_in, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("live")
    assert not test.exception
    assert [figure.value for figure in test.metric] == ["3", "2", "50.0 %", "–"]
    assert "too few children" in words(test)


def test_why_is_asked_by_id_and_answered_in_words(lived_in, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("live", tab="decisions")
    test.text_input(key="decision-id").input(lived_in[1]).run()
    assert not test.exception
    assert "was refused by the model m-1" in words(test)
    assert "says nothing of how well the child reads" in words(test)
    test.text_input(key="decision-id").input("nothing").run()
    assert "There is no decision 'nothing'" in words(test)


def test_another_threshold_shows_what_it_would_have_done(lived_in, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("live", tab="threshold")
    test.slider(key="live-threshold").set_value(0.1).run()
    assert not test.exception
    table = test.dataframe[0].value
    assert list(table.iloc[1])[2] == "0"


def test_staff_set_the_plan_and_write_a_consent_down(decided, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("live", tab="plan")
    test.number_input(key="live-budget").set_value(120).run()
    test.button(key="set-live-plan").click().run()
    assert not test.exception
    assert live_plan.current_plan() == LivePlan(120)


def test_an_alarm_is_an_error_in_words(lived_in, signed_in, screen, monkeypatch):
    state = live_alarms.look()
    raised = LiveAlarm(1, None, session.now(), 25.0, 0.31, 40)
    monkeypatch.setattr(live_alarms, "look", lambda: live_alarms.AlarmState((raised,), state.capital, 20.0))
    signed_in(Role.STAFF)
    test = screen("live")
    assert "about 31 of 100, judging by 40 good readings" in " ".join(str(box.value) for box in test.error)


@pytest.mark.parametrize("tab", TABS)
def test_it_speaks_french(lived_in, signed_in, screen, tab):
    account = signed_in(Role.STAFF)
    accounts.set_language(account.id, "fr", actor=COMMAND_LINE)
    test = screen("live", tab=tab)
    assert not test.exception
    assert test.title[0].value == "En classe"


def texts(node: ast.expr) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_text_of_it_has_its_french():
    shown: set[str] = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("translate", "mark"):
                shown |= {text for argument in node.args[-1:] for text in texts(argument)}
    same = {"Source", "Sources"}
    assert {text for text in shown if translate("fr", text) == text} <= same


def test_the_overview_warns_of_an_alarm_and_leads_here(lived_in, signed_in, screen, monkeypatch):
    raised = LiveAlarm(1, None, session.now(), 25.0, 0.31, 40)
    signed_in(Role.STAFF)
    assert not screen("overview").error
    monkeypatch.setattr(live_alarms, "raised", lambda: [raised])
    test = screen("overview")
    assert not test.exception
    assert "about 31 of 100, judging by 40 good readings" in test.error[0].value


def test_weeks_are_drawn_with_their_intervals_and_the_target():
    sample = JudgedSample(np.arange(20), [Label.ACCEPTED] * 20, np.arange(20) < 8, np.full(20, 0.5))
    few = sample.among(np.arange(20) < 3)
    weeks = {"2026-11-02": live_shares.figures_of(sample), "2026-11-09": live_shares.figures_of(few)}
    points = weeks_chart(weeks, am_target=0.1, speaks="fr").data[0]
    assert list(points.y) == [0.4, 1.0]
    assert points.error_y.array[0] > 0
    assert points.error_y.array[1] == 0
    assert points.text[1].endswith("(trop peu d'enfants)")
