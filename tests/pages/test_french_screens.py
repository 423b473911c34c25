"""Every screen in French: no English word is left on it, in a menu, a table, a chart or a component."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from core.domain.actor import Actor
from core.domain.labels import Label, Role
from core.workflows.accounts import accounts
from pages.components.screens import SCREENS
from pages.http.page_scripts import SET_LANGUAGE
from tests.pages import seeding
from tests.pages.visible_texts import english_in, visible_texts

EVERY_SCREEN = [screen.name for screens in SCREENS.values() for screen in screens]
# what else an address shows
VIEWS: dict[str, list[dict[str, str]]] = {
    "disagreements": [{"view": "Avec un modèle"}],
    "recordings": [{"find": "nothing fits this"}],
}
# what the data hold, and what no language translates
NAMES = {*seeding.WORDS, *seeding.CHILDREN, "AM", "RCC", "ada", "ben", "dynamics DNN", "mfcc RNN"}
DESK_IDS = {label.value for label in Label}  # what the desk sends back
MODEL_ID = re.compile(r"\bmodel-\d\b")  # of `seeding`
WALKS = [(name, query) for name in EVERY_SCREEN for query in ({}, *VIEWS.get(name, []))]


@pytest.fixture
def in_french(database: object, signed_in: Callable[..., object]) -> None:
    account = signed_in(Role.ADMIN, "camille")
    accounts.set_language(account.id, "fr", actor=Actor.of(account))


@pytest.fixture
def lived_in(in_french: None) -> None:
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids)
    seeding.seed_models(ids)


def walk(screen: Callable[..., object], name: str, query: dict[str, str]) -> set[str]:
    test = screen(name, timeout_s=60, **query)
    assert not test.exception
    assert test.title
    texts = visible_texts(test)
    assert not [text for text in texts if MODEL_ID.search(text)]  # people say "Fusion 7"
    return english_in(texts, names=NAMES | (DESK_IDS if name == "annotate" else set()))


@pytest.mark.parametrize("name", EVERY_SCREEN)
def test_an_empty_screen_is_french(name, in_french, screen):
    assert walk(screen, name, {}) == set()


@pytest.mark.parametrize(("name", "query"), WALKS)
def test_a_lived_in_screen_is_french(name, query, lived_in, screen):
    assert walk(screen, name, query) == set()


def test_english_is_noticed():
    assert english_in({"Label", "The rest", "Étiquette", "`the code`", "Il y a 3 enfants"}) == {"Label", "The rest"}


def test_the_page_says_that_it_is_french(in_french, screen):
    scripts = [each.proto.body for each in screen("glossary").get("html")]
    assert any(SET_LANGUAGE["fr"] in script for script in scripts)


def test_an_address_of_somebody_who_reads_english_shows_the_same_in_french(lived_in, screen):
    test = screen("recordings", label="Noise", state="to settle")
    assert test.multiselect(key="label").value == ["Noise"]
    assert test.multiselect(key="state").value == ["to settle"]
