"""Consent and retention on the screen: what goes when, a rule with its preview, references, the way to erasure."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.labels import Role
from core.translation import translate
from core.workflows.accounts import accounts
from core.workflows.maintenance import consents, retention_outlook, retention_rules
from db import schema, session
from pages.components.privacy.children_table import Shown
from pages.components.privacy.rule_form import Kept
from tests.pages.seeding import seed_recordings

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "pages/privacy.py",
    ROOT / "core/sentences/retention_sentences.py",
    *(ROOT / "pages/components/privacy").glob("*.py"),
]


def words(test) -> str:
    boxes = [*test.info, *test.warning, *test.error, *test.caption, *test.markdown]
    return " ".join(str(one.value) for one in boxes).replace("\\", "")


@pytest.fixture
def school(database: Path) -> None:
    seed_recordings()
    with session.writing() as tx:
        tx.execute(update(schema.recordings).values(source="School A"))


def test_staff_see_what_goes_and_set_nothing(school, signed_in, screen):
    signed_in(Role.STAFF)
    retention_rules.set_rule("School A", 5, ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    test = screen("privacy")
    assert not test.exception
    assert "120 recordings of School A go within 7 days." in words(test)
    assert [one.value for one in test.metric] == ["6", "6", "120"]
    assert "Administrators set how long" in words(test)
    assert not [one for one in test.button if one.key == "set-rule"]


def test_judges_see_nothing_of_it(school, signed_in, screen):
    signed_in(Role.JUDGE)
    assert not screen("privacy").metric


def test_without_recordings_it_says_so(database, signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("privacy")
    assert not test.exception
    assert "before the first one comes in" in words(test)


def test_a_rule_is_previewed_set_and_taken_back(school, signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("privacy")
    test.selectbox(key="rule-source").set_value("School A").run()
    test.number_input(key="rule-days-of-School A").set_value(20).run()
    assert "Due now: 0; within 7 days: 0; within 30 days: 120." in words(test)
    assert not retention_rules.rules().of_sources
    test.button(key="set-rule").click().run()
    assert not test.exception
    assert retention_rules.rules().of_sources["School A"].days == 20
    test.button(key="undo-change").click().run()
    assert not retention_rules.rules().of_sources


def test_a_rule_by_which_recordings_go_at_once_wants_a_second_look(school, signed_in, screen):
    signed_in(Role.ADMIN)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).values(collected_at=session.now().replace(year=2020, day=1)))
    test = screen("privacy")
    assert test.button(key="set-rule").disabled
    test.checkbox[0].check().run()
    test.button(key="set-rule").click().run()
    default = retention_rules.rules().default
    assert default is not None
    assert default.days == 365


def test_the_screen_speaks_french(school, signed_in, screen):
    account = signed_in(Role.ADMIN)
    accounts.set_language(account.id, "fr", actor=COMMAND_LINE)
    test = screen("privacy")
    assert not test.exception
    assert test.title[0].value == "Consentement et durée"
    assert "Set a rule" not in [one.value for one in test.header]


def test_recordings_of_children_without_a_reference_are_filtered(school, signed_in, screen):
    signed_in(Role.STAFF)
    consents.set_consent("lou", "form 17", actor=COMMAND_LINE)
    test = screen("recordings", consent="With a reference")
    assert not test.exception
    assert "20 recordings" in words(test)


def test_withdrawn_consent_leads_to_the_preview_of_the_erasure(school, signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("administration")
    test.session_state["erasure-previewed"] = "lou"
    test.run()
    assert not test.exception
    assert test.text_input(key="preview-child").value == "lou"
    assert "20 recordings and 0 judgements would go" in words(test)
    assert len(retention_outlook.by_child()) == 6


def texts(node: ast.expr) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_word_of_the_screen_is_there_in_french():
    said = {choice.value for choice in (*Shown, *Kept)}
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                said |= texts(node.args[1])
    same = {"Sources", "Source"}
    assert len(said) > 40
    assert {text for text in said if translate("fr", text) == text} <= same
