"""The Annotate screen mounts the player, for everybody who may judge."""

from __future__ import annotations

import re

import pytest

from core.labels import Label, Role
from pages.parts import annotator
from pages.parts.colours import BY_LABEL

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
    assert [(one["key"], one["label"]) for one in mounted[0]["data"]["labels"]] == [
        ("1", "Accepted"),
        ("2", "Noise"),
        ("3", "Speechless"),
    ]


def test_labels_carry_their_letters_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted: list[dict] = []
    monkeypatch.setattr(annotator, "_COMPONENT", lambda **given: mounted.append(given))
    annotator.annotator(7)
    labels = mounted[0]["data"]["labels"]
    assert [one["letter"] for one in labels] == ["A", "N", "S"]
    assert [one["colour"] for one in labels] == [BY_LABEL[label] for label in Label]


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
