"""The pieces of a report as data for its templates: tables, a curve. The templates escape whatever is filled in.

Everything takes figures and gives dataclasses; nothing here reads a database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.number_words import is_known

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 16, 46
AM_SHOWN = 0.40
LEFT_OUT = frozenset({"spec", "usual", "networks"})  # of a card: numbers that only a program reads
LONGEST_VALUE = 300

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Table:
    """Rows as they are shown; the columns of `numbers` stand to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Figure:
    """One number with its name above and its interval below."""

    name: str
    value: str
    under: str


@dataclass(frozen=True)
class Colours:
    test: str = "#0e9f7e"
    validation: str = "#8a8f98"
    judge: str = "#6c72cb"
    chosen: str = "#c2413b"


@dataclass(frozen=True)
class Line:
    """A curve: `places` as SVG wants them."""

    places: str
    colour: str
    width: float
    dash: str


@dataclass(frozen=True)
class Picture:
    """The operating curve in pixels: AM to the right, RCC upwards.

    Attributes
    ----------
    upright, level : place and label of each line of the grid
    chosen : one place, or none
    """

    lines: Sequence[Line]
    judges: Points
    chosen: Points
    upright: Sequence[tuple[float, str]] = field(
        default_factory=lambda: [(_place(0.1 * k, 0)[0], f"{10 * k} %") for k in range(5)]
    )
    level: Sequence[tuple[float, str]] = field(
        default_factory=lambda: [(_place(0, 0.25 * k)[1], f"{25 * k} %") for k in range(5)]
    )
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    colours: Colours = Colours()


def curve(validation: Points, test: Points, *, chosen: tuple[float, float] | None, judges: Points) -> Picture:
    """The operating curve as a picture; places beyond `AM_SHOWN`, and those that are not known, are left out.

    Parameters
    ----------
    validation, test, judges : (AM, RCC)
    """
    colours = Colours()
    dashed, solid = _line(validation, colours.validation, 1.5, "5 4"), _line(test, colours.test, 2.5, "none")
    return Picture(
        lines=[line for line in (dashed, solid) if line.places],
        judges=_seen(judges),
        chosen=_seen([chosen] if chosen else []),
    )


def card(values: Mapping[str, Any]) -> Table:
    """A model's card: one row a value, those of a part under its name; long lists of numbers stay away."""
    return Table(("of the card", ""), list(_rows(values)))


def _rows(values: Mapping[str, Any], prefix: str = "") -> Sequence[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        if key in LEFT_OUT:
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += _rows(value, f"{name} · ")
        else:
            rows.append((name, _short(value)))
    return rows


def _short(value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= LONGEST_VALUE else f"{written[:LONGEST_VALUE]} …"


def _place(am: float, rcc: float) -> tuple[float, float]:
    x = LEFT + (WIDTH - LEFT - RIGHT) * min(am, AM_SHOWN) / AM_SHOWN
    return round(x, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - rcc), 1)


def _seen(points: Points) -> Points:
    return [_place(am, rcc) for am, rcc in points if is_known(am) and is_known(rcc) and am <= AM_SHOWN]


def _line(points: Points, colour: str, width: float, dash: str) -> Line:
    known = [(am, rcc) for am, rcc in points if is_known(am) and is_known(rcc)]
    inside = [one for one in known if one[0] <= AM_SHOWN]
    inside += known[len(inside) : len(inside) + 1]  # the first one beyond leads out of the picture
    return Line(" ".join(f"{x},{y}" for x, y in (_place(*one) for one in inside)), colour, width, dash)
