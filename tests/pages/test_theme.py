"""The theme's colours against WCAG 2.2, 1.4.3: text stands out from what it lies on by 4.5 to 1."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import pytest

LEAST_TEXT, LEAST_SHAPE = 4.5, 3.0
CAPTION = 0.6  # Streamlit writes captions in this share of the text colour
BADGES = ("red", "orange", "yellow", "blue", "green", "violet", "gray")
THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]

Colour = tuple[float, float, float]


def colour(name: str) -> Colour:
    red, green, blue = (int(name[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def mixed(above: Colour, below: Colour, share: float) -> Colour:
    red, green, blue = (share * top + (1 - share) * ground for top, ground in zip(above, below, strict=True))
    return red, green, blue


def luminance(of: Colour) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = [value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def grounds(theme: dict) -> list[Colour]:
    return [colour(theme["backgroundColor"]), colour(theme["secondaryBackgroundColor"])]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_captions_and_links_stand_out(name: str) -> None:
    theme = THEME[name]
    for ground, written in product(grounds(theme), ("textColor", "linkColor", "primaryColor")):
        assert contrast(colour(theme[written]), ground) >= LEAST_TEXT, written
    for ground in grounds(theme):
        assert contrast(mixed(colour(theme["textColor"]), ground, CAPTION), ground) >= LEAST_TEXT


@pytest.mark.parametrize(("name", "badge"), list(product(("light", "dark"), BADGES)))
def test_badges_and_coloured_text_stand_out(name: str, badge: str) -> None:
    theme = THEME[name]
    text = colour(theme[f"{badge}TextColor"])
    for ground in (colour(theme[f"{badge}BackgroundColor"]), *grounds(theme)):
        assert contrast(text, ground) >= LEAST_TEXT


@pytest.mark.parametrize("name", ["light", "dark"])
def test_lines_and_bars_of_charts_stand_out(name: str) -> None:
    from pages.components import colours

    tones = (colours.ACCEPTED, colours.NOISE, colours.SPEECHLESS, colours.REFUSED)
    for tone in (*tones, *THEME["chartCategoricalColors"]):
        assert contrast(colour(tone), colour(THEME[name]["backgroundColor"])) >= LEAST_SHAPE, tone
