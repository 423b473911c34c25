"""The trade-off to drag: an AM target, and what it gives, moving with the pointer.

Everything that changes while dragging is computed beforehand (`threshold_sweep.ThresholdSweep`); the browser only looks
it up. What is sent back is the target, when it is let go of, and a cell of the counts that was clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.labels import Split
from core.json_values import finite_or_none, finite_or_nones
from core.sentences.promises import promise_sentence
from core.workflows.evaluation.threshold_sweep import AM_MAX, STEP, ThresholdSweep
from pages.components.browser_modules import component_script
from pages.components.colours import ACCEPTED, NOISE, REFUSED, SPEECHLESS

HERE = Path(__file__).parent
KEY = "trade_off"
COLOURS = (
    f":host, .trade-off {{ --accepted: {ACCEPTED}; --noise: {NOISE}; --refused: {REFUSED}; --people: {SPEECHLESS}; }}\n"
)

_COMPONENT = st.components.v2.component(
    "earshot_operating_curve",
    html=(HERE / "operating_curve.html").read_text(encoding="utf-8"),
    css=COLOURS + (HERE / "operating_curve.css").read_text(encoding="utf-8"),
    js=component_script("evaluate/js/main.js"),
)


def operating_curve(
    steps: ThresholdSweep,
    lines: Mapping[Split, Sequence[tuple[float, float]]],
    *,
    split: Split,
    am: float,
    on_cell: Callable[[], None],
    judges: Sequence[Any] = (),
    day: tuple[float, float] | None = None,
) -> float:
    """Show the trade-off and return the AM target that was last let go of.

    Parameters
    ----------
    lines : (AM, RCC) of each split's curve, with rising thresholds; empty where a class has no recordings
    am : the target to begin with; afterwards the component's own state is the truth
    on_cell : called when a cell of the table of counts is clicked; its name is `st.session_state[KEY].cell`
    judges : `core.metrics.human_baseline.JudgePoint` of each judge to draw beside the curve
    day : how many good and bad recordings there are on a day; None where nobody has said
    """
    at = float(st.session_state.get(KEY, {}).get("am", am))
    data = {
        "am": at,
        "am_max": AM_MAX,
        "split": split.value,
        "rungs": [_as_data(rung, steps) for rung in steps.points],
        "totals": {name.value: _by_label(counts) for name, counts in steps.totals.items()},
        "lines": {name.value: [list(point) for point in line] for name, line in lines.items()},
        "judges": [_judge(one) for one in judges],
        "day": {"good": day[0], "bad": day[1]} if day else None,
    }
    shown = _COMPONENT(
        key=KEY,
        data=data,
        default={"am": at},
        on_am_change=lambda: None,
        on_cell_change=on_cell,
    )
    return float(shown.am)


def on_the_steps(am: float) -> float:
    """The target nearest to a share that the handle can stand at."""
    return round(round(min(max(am, 0.0), AM_MAX) / STEP) * STEP, 3)


def _as_data(rung: Any, steps: ThresholdSweep) -> dict[str, Any]:
    return {
        "am_target": rung.am_target,
        "threshold": finite_or_none(rung.threshold),
        "validation": _at(rung.validation),
        "test": _at(rung.test),
        "promise": _promise(rung, steps) if rung.promise else None,
    }


def _at(figures: Any) -> dict[str, Any]:
    return {
        "rcc": figures.rcc,
        "am": figures.am,
        "rcc_interval": figures.rcc_interval,
        "am_interval": figures.am_interval,
        "refused": _by_label(figures.refused),
    }


def _promise(rung: Any, steps: ThresholdSweep) -> dict[str, Any]:
    keeps = None if rung.promise.can_be_kept else steps.highest_promised(rung.am_target)
    return {
        "upper": rung.promise.upper,
        "is_kept": rung.promise.can_be_kept,
        "sentence": promise_sentence(rung.promise, keeps_at=keeps.am_target if keeps else None),
    }


def _judge(point: Any) -> dict[str, Any]:
    return {
        "judge": point.judge,
        "am": finite_or_none(point.am),
        "rcc": finite_or_none(point.rcc),
        "am_interval": finite_or_nones(point.am_interval),
        "rcc_interval": finite_or_nones(point.rcc_interval),
    }


def _by_label(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(label).lower(): n for label, n in counts.items()}
