"""The trade-off with a handle: an AM target and its figures, which move with the pointer.

All that changes while dragging is computed beforehand (`ThresholdSweep`); the browser only looks it up. It sends back
the target, when the handle is released, and the cell of the table of counts that was clicked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st
from cachetools import LRUCache

from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject
from core.domain.labels import Label, Split
from core.json_values import finite_or_none, finite_or_nones
from core.sentences import certainty_sentences
from core.sentences.promises import AmUpperBound, promise_sentence
from core.workflows.evaluation.human_baseline import JudgePoint
from core.workflows.evaluation.threshold_sweep import AM_MAX, STEP, SweepPoint, ThresholdFigures, ThresholdSweep
from pages.components.colours import ACCEPTED, NOISE, REFUSED, SPEECHLESS
from pages.components.evaluate.curve_texts import curve_texts
from pages.http.browser_modules import component_script

FOLDER = Path(__file__).parent
KEY = "trade_off"
COLOURS = (
    f":host, .trade-off {{ --accepted: {ACCEPTED}; --noise: {NOISE}; --refused: {REFUSED}; --people: {SPEECHLESS}; }}\n"
)

_WRITTEN: LRUCache[tuple[int, str], tuple[ThresholdSweep, list[JsonObject]]] = LRUCache(32)
_LOCK = threading.Lock()
_COMPONENT = st.components.v2.component(
    "earshot_operating_curve",
    html=(FOLDER / "operating_curve.html").read_text(encoding="utf-8"),
    css=COLOURS + (FOLDER / "operating_curve.css").read_text(encoding="utf-8"),
    js=component_script("evaluate/js/main.js"),
)


def render_operating_curve(
    sweeps: Mapping[Certainty, ThresholdSweep],
    lines: Mapping[Split, Sequence[tuple[float, float]]],
    *,
    split: Split,
    am: float,
    certainty: Certainty,
    on_cell: Callable[[], None],
    judges: Sequence[JudgePoint] = (),
    day: tuple[float, float] | None = None,
    streams: Mapping[Certainty, Mapping[Split, Sequence[float]]] | None = None,
    language: str = "en",
) -> tuple[float, Certainty]:
    """Show the trade-off; the AM target at which the handle was released last, and the certainty that was chosen last.

    Parameters
    ----------
    sweeps : of every certainty
    lines : (AM, RCC) of each split's curve, with rising thresholds; empty where a class has no recordings
    am, certainty : to begin with; afterwards the component's own state counts
    on_cell : called when a cell of the table of counts is clicked; its name is `st.session_state[KEY].cell`
    judges : to draw beside the curve
    day : how many good and bad recordings there are on a day; None where the volume is not known
    streams : AM with disagreements of each split at each point of `steps`; NaN where it is not known
    """
    state = st.session_state.get(KEY, {})
    at, sure = float(state.get("am", am)), Certainty.of(float(state.get("certainty", certainty.value)))
    steps = sweeps[sure]
    data = {
        "am": at,
        "am_max": AM_MAX,
        "split": split.value,
        "certainty": sure.value,
        "rungs": _rungs(steps, language),
        "certainties": [
            _chosen_level(level, language)
            if level is sure
            else _level(level, of_level, (streams or {}).get(level), language)
            for level, of_level in sweeps.items()
        ],
        "texts": curve_texts(language),
        "totals": {name.value: _by_label(counts) for name, counts in steps.totals.items()},
        "lines": {name.value: [list(point) for point in line] for name, line in lines.items()},
        "judges": [_judge(judge) for judge in judges],
        "day": {"good": day[0], "bad": day[1]} if day else None,
        "streams": _streams((streams or {}).get(sure)),
    }
    shown = _COMPONENT(
        key=KEY,
        data=data,
        default={"am": at, "certainty": sure.value},
        on_am_change=lambda: None,
        on_certainty_change=lambda: None,
        on_cell_change=on_cell,
    )
    return float(shown.am), Certainty.of(float(shown.certainty))


def nearest_target(am: float) -> float:
    """The AM target nearest to a share, on the steps of the handle."""
    return round(round(min(max(am, 0.0), AM_MAX) / STEP) * STEP, 3)


def _chosen_level(certainty: Certainty, language: str) -> JsonObject:
    """Its rungs and streams stand beside it."""
    meaning = certainty_sentences.meaning(certainty, language)
    return {"share": certainty.value, "meaning": meaning, "rungs": None, "streams": None}


def _level(
    certainty: Certainty, steps: ThresholdSweep, streams: Mapping[Split, Sequence[float]] | None, language: str
) -> JsonObject:
    written: JsonObject = {"rungs": [*_rungs(steps, language)], "streams": _streams(streams)}
    return _chosen_level(certainty, language) | written


def _streams(streams: Mapping[Split, Sequence[float]] | None) -> JsonObject:
    return {name.value: [finite_or_none(share) for share in shares] for name, shares in (streams or {}).items()}


def _rungs(steps: ThresholdSweep, language: str) -> list[JsonObject]:
    """The rungs with their sentences; of a sweep that was written before, as they were written."""
    key = (id(steps), language)
    with _LOCK:
        written = _WRITTEN.get(key)
    if written is None or written[0] is not steps:
        written = (steps, [_as_data(rung, steps, language) for rung in steps.points])
        with _LOCK:
            _WRITTEN[key] = written
    return written[1]


def _as_data(rung: SweepPoint, steps: ThresholdSweep, language: str) -> JsonObject:
    return {
        "am_target": rung.am_target,
        "threshold": finite_or_none(rung.threshold),
        "validation": _at(rung.validation),
        "test": _at(rung.test),
        "promise": _promise(rung.promise, steps, language) if rung.promise else None,
        "needed": certainty_sentences.needed_sentence(rung.needed, language) if rung.needed else None,
    }


def _at(figures: ThresholdFigures) -> JsonObject:
    return {
        "rcc": figures.rcc,
        "am": figures.am,
        "rcc_interval": list(figures.rcc_interval) if figures.rcc_interval else None,
        "am_interval": list(figures.am_interval) if figures.am_interval else None,
        "refused": _by_label(figures.refused),
    }


def _promise(promise: AmUpperBound, steps: ThresholdSweep, language: str) -> JsonObject:
    lower = None if promise.can_be_kept else steps.highest_promised(promise.am_target)
    return {
        "upper": promise.upper,
        "is_kept": promise.can_be_kept,
        "sentence": promise_sentence(promise, keeps_at=lower.am_target if lower else None, speaks=language),
    }


def _judge(point: JudgePoint) -> JsonObject:
    return {
        "judge": point.judge,
        "am": finite_or_none(point.am),
        "rcc": finite_or_none(point.rcc),
        "am_interval": list(finite_or_nones(point.am_interval)),
        "rcc_interval": list(finite_or_nones(point.rcc_interval)),
    }


def _by_label(counts: Mapping[Label, int]) -> JsonObject:
    return {str(label).lower(): n for label, n in counts.items()}
