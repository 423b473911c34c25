"""The Annotate screen mounts the player, for everybody who may judge."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.domain.actor import Actor
from core.domain.labels import Label, Role
from core.translation import LANGUAGES
from core.workflows.accounts import accounts
from core.workflows.annotation import desk_preferences
from pages.components.colours import BY_LABEL
from pages.components.desk import annotator

SOURCES = [(annotator.HERE / name).read_text(encoding="utf-8") for name in annotator.SCRIPTS]
MARKUP = (annotator.HERE / "annotator.html").read_text(encoding="utf-8")
STYLE = (annotator.HERE / "annotator.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_judges(signed_in, screen, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    mounted: list[dict] = []
    monkeypatch.setattr(annotator, "_COMPONENT", lambda **given: mounted.append(given))
    account = signed_in(role)
    shown = screen("annotate")
    assert not shown.exception
    assert shown.title[0].value == "Annotate"
    assert mounted[0]["data"]["account"] == account.id
    assert [one["label"] for one in mounted[0]["data"]["labels"]] == ["Accepted", "Noise", "Speechless"]


def test_labels_carry_their_colours_and_the_judges_words(signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted: list[dict] = []
    monkeypatch.setattr(annotator, "_COMPONENT", lambda **given: mounted.append(given))
    annotator.annotator(replace(signed_in(Role.JUDGE), speaks="fr"))
    told = mounted[0]["data"]
    assert [one["colour"] for one in told["labels"]] == [BY_LABEL[label] for label in Label]
    assert [(one["label"], one["name"]) for one in told["labels"]][1] == ("Noise", "Bruit")
    assert told["words"]["Skip"] == "Passer"
    assert [name for name, does in told["actions"]] == list(told["keys"])


def test_no_key_means_two_things() -> None:
    for language in LANGUAGES:
        keys = [key for keys in annotator.keys(language).values() for key in keys]
        assert len(keys) == len(set(keys))
    assert annotator.keys("en")["Noise"] == ("Digit2", "Numpad2", "n")
    assert annotator.keys("fr")["Noise"] == ("Digit2", "Numpad2", "b", "n")
    assert set(annotator.keys("en")) == desk_preferences.ACTIONS


def test_the_menu_and_the_title_speak_the_judges_language(signed_in, screen) -> None:
    account = signed_in(Role.JUDGE)
    accounts.set_language(account.id, "fr", actor=Actor.of(account))
    shown = screen("annotate")
    assert not shown.exception
    assert shown.title[0].value == "Écouter et juger"
    assert [button.label for button in shown.sidebar.button] == ["Se déconnecter", "Se déconnecter partout"]


def test_the_real_component_is_mounted_without_an_error(signed_in, screen) -> None:
    signed_in(Role.JUDGE)
    assert not screen("annotate").exception


def test_every_place_the_scripts_look_for_is_in_the_markup() -> None:
    looked_for = {name for source in SOURCES for name in re.findall(r"find\(\"([^\"]+)\"\)", source)}
    for name in {part for selector in looked_for for part in re.findall(r"\.([a-z-]+)", selector)}:
        assert re.search(rf'class="[^"]*\b{name}\b', MARKUP), name


def test_the_scripts_are_one_module_with_one_way_in() -> None:
    assert sum(source.count("export default") for source in SOURCES) == 1
    assert not any(re.search(r"^\s*import ", source, re.MULTILINE) for source in SOURCES)


def test_colours_come_from_the_theme() -> None:
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", STYLE)) <= {"#fff", "#0006", "#0007", "#ddd"}
