"""The parts of a report as data for its templates: tables, figures, a curve. The templates escape whatever they show.

Everything takes figures and gives dataclasses; nothing reads a database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.number_words import is_known

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 16, 46  # margins
AM_SHOWN = 0.40
LEFT_OUT = frozenset({"sound", "spec", "usual", "networks"})  # of a card: numbers that only a program reads
LONGEST_VALUE = 300

Point = tuple[float, float]
"""(AM, RCC), or (x, y) in pixels."""


@dataclass(frozen=True)
class ReportTable:
    """Rows as they are shown; the columns of `numbers` are aligned to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Figure:
    """A number with its name above and its interval below."""

    name: str
    value: str
    interval: str


@dataclass(frozen=True)
class Colours:
    """Of the lines and marks of the drawing."""

    test: str = "#0a8168"
    validation: str = "#7f848d"
    judge: str = "#6c72cb"
    chosen: str = "#c2413b"


@dataclass(frozen=True)
class Line:
    """A curve: `points` as SVG writes them."""

    points: str
    colour: str
    width: float
    dash: str


@dataclass(frozen=True)
class CurveDrawing:
    """The operating curve in pixels: AM to the right, RCC upwards.

    judges : points
    chosen : a single point, or none
    vertical_grid, horizontal_grid : x or y of each line of the grid, and its label
    """

    lines: Sequence[Line]
    judges: Sequence[Point]
    chosen: Sequence[Point]
    vertical_grid: Sequence[tuple[float, str]] = field(
        default_factory=lambda: [(_pixel(0.1 * k, 0)[0], f"{10 * k} %") for k in range(5)]
    )
    horizontal_grid: Sequence[tuple[float, str]] = field(
        default_factory=lambda: [(_pixel(0, 0.25 * k)[1], f"{25 * k} %") for k in range(5)]
    )
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    colours: Colours = Colours()


def draw_curve(
    validation: Sequence[Point], test: Sequence[Point], *, chosen: Point | None, judges: Sequence[Point]
) -> CurveDrawing:
    """The operating curve; points beyond `AM_SHOWN`, and those that are not known, are left out.

    Parameters
    ----------
    validation, test, chosen, judges : (AM, RCC)
    """
    colours = Colours()
    dashed, solid = _line(validation, colours.validation, 1.5, "5 4"), _line(test, colours.test, 2.5, "none")
    return CurveDrawing(
        lines=[line for line in (dashed, solid) if line.points],
        judges=_pixels_inside(judges),
        chosen=_pixels_inside([chosen] if chosen else []),
    )


def card_table(card: Mapping[str, object]) -> ReportTable:
    """A model's card: a row for each value, nested ones under the names that lead to them; `LEFT_OUT` is left out."""
    return ReportTable(("of the card", "value"), _card_rows(card))


def _card_rows(values: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        if key in LEFT_OUT:
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += _card_rows(value, f"{name} · ")
        else:
            rows.append((name, _shortened(value)))
    return rows


def _shortened(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"


def _pixel(am: float, rcc: float) -> Point:
    x = LEFT + (WIDTH - LEFT - RIGHT) * min(am, AM_SHOWN) / AM_SHOWN
    return round(x, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - rcc), 1)


def _known(points: Sequence[Point]) -> list[Point]:
    return [(am, rcc) for am, rcc in points if is_known(am) and is_known(rcc)]


def _pixels_inside(points: Sequence[Point]) -> list[Point]:
    return [_pixel(am, rcc) for am, rcc in _known(points) if am <= AM_SHOWN]


def _line(points: Sequence[Point], colour: str, width: float, dash: str) -> Line:
    known = _known(points)
    n_inside = sum(am <= AM_SHOWN for am, _ in known)
    shown = known[: n_inside + 1]  # the first point beyond leads out of the drawing
    return Line(" ".join(f"{x},{y}" for x, y in (_pixel(am, rcc) for am, rcc in shown)), colour, width, dash)
