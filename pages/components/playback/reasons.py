"""What was measured of a recording, beside what is usual among accepted ones. A description, not a model's own reason.

`reasons` fills a screen's width with one card a figure; `in_one_line` is for a row of a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import streamlit as st

from core.workflows.evaluation.acoustic_explanation import AcousticExplanation, ComparedMeasure
from pages.components.colours import ACCEPTED, NOISE

# what a card is called, its unit, and the ends of its scale: the same for every recording, so that they compare
CARDS = {
    "level_dbfs": ("Loudest part", "dBFS", -80.0, 0.0),
    "above_background_db": ("Above the background", "dB", 0.0, 60.0),
    "speech_s": ("Speech-like sound", "s", 0.0, 4.0),
}
HELP = (
    "The loudest part: the level that one in a hundred frames of 25 ms exceeds. The background: the level that nine in "
    "ten exceed. Speech-like: a pitch between 80 and 640 Hz, 10 dB above the background, whoever it is that speaks. "
    "Usual: where nine in ten of the accepted recordings lie that the model learned from."
)
NOT_ITS_REASON = "This describes the sound. The model decides on more than this, and may have another reason."
_FAINT = "color-mix(in srgb, currentColor {}%, transparent)"


def reasons(measured: Sequence[ComparedMeasure], why: str) -> None:
    """A card a figure, and one sentence on what stands out."""
    st.markdown("**What was measured**", help=HELP)
    with st.grid(len(measured), min_column_width=200):
        for one in measured:
            with st.container(border=True, gap="xxsmall"):
                st.html(_card(one))
    st.markdown(_typeset(why))
    st.caption(NOT_ITS_REASON)


def in_one_line(explanation: AcousticExplanation) -> str:
    """The figures of one recording in a row of a list."""
    return " · ".join(
        f"{_value(one)} {CARDS[one.name][1]} {CARDS[one.name][0].lower()}" for one in explanation.measured
    )


def _card(one: ComparedMeasure) -> str:
    title, unit, lowest, highest = CARDS[one.name]
    usual = ""
    beside = "what is usual is not known"
    if one.low is not None and one.high is not None:
        left, right = _place(one.low, lowest, highest), _place(one.high, lowest, highest)
        band = f"left:{left:.1f}%;width:{right - left:.1f}%;background:{_FAINT.format(45)}"
        usual = f'<div style="position:absolute;top:0;bottom:0;border-radius:4px;{band}"></div>'
        beside = f"usual: {_digits(one, one.low)} to {_digits(one, one.high)} {unit}"
    colour = NOISE if one.beyond else ACCEPTED
    now = f"left:calc({_place(one.value, lowest, highest):.1f}% - 5px);background:{colour}"
    return (
        f'<div style="font-size:0.875rem;opacity:0.7">{title}</div>'
        f'<div style="font-size:1.5rem;line-height:1.5">{_value(one)} <span style="font-size:1rem">{unit}</span></div>'
        f'<div role="img" aria-label="{escape(one.words)}" style="position:relative;height:8px;margin:10px 4px 8px;'
        f'border-radius:4px;background:{_FAINT.format(12)}">{usual}'
        f'<div style="position:absolute;top:-4px;width:10px;height:16px;border-radius:5px;{now}"></div></div>'
        f'<div style="font-size:0.8125rem;opacity:0.7">{beside}</div>'
    )


def _place(value: float, lowest: float, highest: float) -> float:
    """In percent of the scale; what lies beyond an end is shown at it."""
    return 100 * min(1.0, max(0.0, (value - lowest) / (highest - lowest)))


def _value(one: ComparedMeasure) -> str:
    return _digits(one, one.value)


def _digits(one: ComparedMeasure, value: float) -> str:
    return _typeset(f"{value:.1f}" if one.name == "speech_s" else f"{round(value)}")


def _typeset(said: str) -> str:
    """With a real minus before every number."""
    return re.sub(r"-(?=\d)", "−", said)
