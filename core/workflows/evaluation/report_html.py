"""The pieces of a report as HTML: tables, a curve, sentences. Whatever comes from outside is escaped here.

Everything takes figures and gives text; nothing here reads a database.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDE, TALL = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 16, 46
AM_SHOWN = 0.40
GREEN, GREY, VIOLET, RED = "#0e9f7e", "#8a8f98", "#6c72cb", "#c2413b"
DASH = "–"
LEFT_OUT = frozenset({"spec", "usual", "networks"})  # of a card: numbers that only a program reads

Interval = tuple[float, float]
Points = Sequence[tuple[float, float]]


def percent(share: float | None, digits: int = 1) -> str:
    return DASH if share is None or math.isnan(share) else f"{100 * share:.{digits}f} %"


def between(ends: Interval | None) -> str:
    if ends is None or any(math.isnan(end) for end in ends):
        return DASH
    return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def whole(share: float | None) -> str:
    return DASH if share is None or math.isnan(share) else f"{100 * share:.0f}"


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: Sequence[int] = ()) -> str:
    """Rows as they are; columns of `numbers` stand to the right."""
    side = ['class="n"' if place in numbers else "" for place in range(len(columns))]
    head = "".join(f"<th {side[place]}>{escape(str(name))}</th>" for place, name in enumerate(columns))
    body = "".join(
        "<tr>" + "".join(f"<td {side[place]}>{escape(str(one))}</td>" for place, one in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def figure(name: str, value: str, under: str) -> str:
    return f'<div class="figure"><span>{escape(name)}</span><b>{escape(value)}</b><span>{escape(under)}</span></div>'


def curve(validation: Points, test: Points, *, chosen: tuple[float, float] | None, judges: Points) -> str:
    """The operating curve as an inline picture; places beyond `AM_SHOWN` are left out."""
    parts = [_grid(), _line(validation, GREY, "5 4", 1.5), _line(test, GREEN, "", 2.5)]
    parts += [f'<path d="{_diamond(*_place(*one))}" fill="{VIOLET}"/>' for one in judges if one[0] <= AM_SHOWN]
    if chosen and chosen[0] <= AM_SHOWN:
        x, y = _place(*chosen)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{RED}" stroke="#fff" stroke-width="2"/>')
    named = "Bad recordings caught against good readings asked again"
    return f'<svg viewBox="0 0 {WIDE} {TALL}" role="img" aria-label="{named}">{"".join(parts)}</svg>{_legend()}'


def card(values: Mapping[str, Any]) -> str:
    """A model's card as a table: one line a value, those of a part under its name; long lists of numbers stay away."""
    return table(("of the card", ""), list(_lines(values)))


def _lines(values: Mapping[str, Any], prefix: str = "") -> Sequence[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for key, value in values.items():
        if key in LEFT_OUT:
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            lines += _lines(value, f"{name} · ")
        else:
            lines.append((name, _short(value)))
    return lines


def _short(value: Any, most: int = 300) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= most else f"{said[:most]} …"


def _place(am: float, rcc: float) -> tuple[float, float]:
    x = LEFT + (WIDE - LEFT - RIGHT) * min(am, AM_SHOWN) / AM_SHOWN
    return x, TOP + (TALL - TOP - BOTTOM) * (1 - rcc)


def _line(points: Points, colour: str, dash: str, wide: float) -> str:
    seen = [one for one in points if not (math.isnan(one[0]) or math.isnan(one[1]))]
    inside = [one for one in seen if one[0] <= AM_SHOWN]
    inside += seen[len(inside) : len(inside) + 1]
    if not inside:
        return ""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(*one) for one in inside))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{wide}"{dashed}/>'


def _grid() -> str:
    parts = []
    for k in range(5):
        x, bottom = _place(0.1 * k, 0)
        _, top = _place(0, 1)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="#ddd9cf"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{10 * k} %</text>')
        left, y = _place(0, 0.25 * k)
        right, _ = _place(AM_SHOWN, 0)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd9cf"/>')
        parts.append(f'<text x="{left - 7}" y="{y + 4:.1f}" text-anchor="end">{25 * k} %</text>')
    parts.append(f'<text x="{WIDE - RIGHT}" y="{TALL - 8}" text-anchor="end">good readings asked again (AM)</text>')
    parts.append(f'<text x="{LEFT}" y="{TALL - 8}">up: bad recordings caught (RCC)</text>')
    return "".join(parts)


def _diamond(x: float, y: float, size: float = 6) -> str:
    return f"M{x - size:.1f} {y:.1f}L{x:.1f} {y - size:.1f}L{x + size:.1f} {y:.1f}L{x:.1f} {y + size:.1f}Z"


def _legend() -> str:
    return (
        f'<p class="note"><span style="color:{GREEN}">━</span> test children &nbsp; '
        f'<span style="color:{GREY}">┅</span> validation children &nbsp; '
        f'<span style="color:{RED}">●</span> this target &nbsp; '
        f'<span style="color:{VIOLET}">◆</span> a judge against the others</p>'
    )
