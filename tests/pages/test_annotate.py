"""The Annotate screen mounts the player, for everybody who may judge."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.domain.actor import Actor
from core.domain.labels import Label, Role
from core.translation import LANGUAGES
from core.workflows.accounts import accounts
from core.workflows.annotation import desk_preferences, judge_desk
from pages.components.colours import BY_LABEL
from pages.components.desk import annotator

STYLE = (annotator.FOLDER / "annotator.css").read_text(encoding="utf-8")


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
    annotator.render_annotator(replace(signed_in(Role.JUDGE), speaks="fr"))
    told = mounted[0]["data"]
    assert [one["colour"] for one in told["labels"]] == [BY_LABEL[label] for label in Label]
    assert [(one["label"], one["name"]) for one in told["labels"]][1] == ("Noise", "Bruit")
    assert told["texts"]["Skip"] == "Passer"
    assert [name for name, does in told["actions"]] == list(told["keys"])


def test_no_key_means_two_things() -> None:
    for language in LANGUAGES:
        keys = [key for keys in annotator.default_keys(language).values() for key in keys]
        assert len(keys) == len(set(keys))
    assert annotator.default_keys("en")["Noise"] == ("Digit2", "Numpad2", "n")
    assert annotator.default_keys("fr")["Noise"] == ("Digit2", "Numpad2", "b", "n")
    assert set(annotator.default_keys("en")) == desk_preferences.ACTIONS


def test_the_menu_and_the_title_speak_the_judges_language(signed_in, screen) -> None:
    account = signed_in(Role.JUDGE)
    accounts.set_language(account.id, "fr", actor=Actor.of(account))
    shown = screen("annotate")
    assert not shown.exception
    assert shown.title[0].value == "Écouter et juger"
    assert [button.label for button in shown.button] == ["Se déconnecter", "Se déconnecter partout"]


def test_the_real_component_is_mounted_without_an_error(signed_in, screen) -> None:
    signed_in(Role.JUDGE)
    assert not screen("annotate").exception


def test_the_desk_is_told_the_limits_that_the_server_holds_it_to(signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted: list[dict] = []
    monkeypatch.setattr(annotator, "_COMPONENT", lambda **given: mounted.append(given))
    annotator.render_annotator(signed_in(Role.JUDGE))
    limits = mounted[0]["data"]["limits"]
    assert limits["most_at_once"] == judge_desk.MOST_AT_ONCE
    assert (limits["slowest"], limits["fastest"]) == (desk_preferences.SLOWEST, desk_preferences.FASTEST)
    assert (limits["quietest_db"], limits["loudest_db"]) == (desk_preferences.QUIETEST_DB, desk_preferences.LOUDEST_DB)


def test_colours_come_from_the_theme() -> None:
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", STYLE)) <= {"#fff", "#0006", "#0007", "#ddd"}
