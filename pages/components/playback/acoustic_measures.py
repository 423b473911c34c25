"""Acoustic measures of a recording beside the usual ranges of accepted ones. They describe the sound, not the model.

`render_measures` fills a screen's width with one card a figure; `measures_line` is for a row of a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from core.sentences.acoustic_sentences import measure_sentence
from core.translation import mark
from core.workflows.evaluation.acoustic_explanation import AcousticExplanation, ComparedMeasure
from pages.components.colours import ACCEPTED, NOISE
from pages.components.formatting import decimal
from pages.components.words import language, say


@dataclass(frozen=True)
class Scale:
    """A card's title and unit, and the ends of its scale: the same for every recording, so that they compare."""

    title: str
    unit: str
    lowest: float
    highest: float
    digits: int = 0

    def percent_of(self, value: float) -> float:
        """The position of a value on the scale; a value beyond an end is shown at the end."""
        return 100 * min(1.0, max(0.0, (value - self.lowest) / (self.highest - self.lowest)))

    def text(self, value: float) -> str:
        return decimal(value, self.digits)


SCALES: Mapping[str, Scale] = {
    "level_dbfs": Scale(mark("Loudest part"), "dBFS", -80.0, 0.0),
    "above_background_db": Scale(mark("Above the background"), "dB", 0.0, 60.0),
    "speech_s": Scale(mark("Speech-like sound"), "s", 0.0, 4.0, digits=1),
}
HELP = mark(
    "The loudest part: the level that one in a hundred frames of 25 ms exceeds. The background: the level that nine in "
    "ten exceed. Speech-like: a pitch between 80 and 640 Hz, 10 dB above the background, whoever it is that speaks. "
    "Usual: the range of nine in ten of the accepted recordings that the model learned from."
)
NOT_ITS_REASON = mark("This describes the sound. The model decides on more than this, and may have another reason.")
_FAINT = "color-mix(in srgb, currentColor {}%, transparent)"


def render_measures(measures: Sequence[ComparedMeasure], main_deviation: str) -> None:
    """A card a figure, and one sentence on what deviates most."""
    st.markdown(say("**What was measured**"), help=say(HELP))
    with st.grid(len(measures), min_column_width=200):
        for measure in measures:
            with st.container(border=True, gap="xxsmall"):
                st.html(_card(measure))
    st.markdown(_with_minus(main_deviation))
    st.caption(say(NOT_ITS_REASON))


def measures_line(explanation: AcousticExplanation) -> str:
    """The figures of one recording in a row of a list."""
    parts = []
    for measure in explanation.measured:
        scale = SCALES[measure.name]
        parts.append(f"{scale.text(measure.value)} {scale.unit} {say(scale.title).lower()}")
    return " · ".join(parts)


def _card(measure: ComparedMeasure) -> str:
    scale = SCALES[measure.name]
    usual = ""
    beside = say("what is usual is not known")
    if measure.low is not None and measure.high is not None:
        left, right = scale.percent_of(measure.low), scale.percent_of(measure.high)
        band = f"left:{left:.1f}%;width:{right - left:.1f}%;background:{_FAINT.format(45)}"
        usual = f'<div style="position:absolute;top:0;bottom:0;border-radius:4px;{band}"></div>'
        beside = say(
            "usual: {low} to {high} {unit}",
            low=scale.text(measure.low),
            high=scale.text(measure.high),
            unit=scale.unit,
        )
    colour = NOISE if measure.beyond else ACCEPTED
    now = f"left:calc({scale.percent_of(measure.value):.1f}% - 5px);background:{colour}"
    sentence = escape(measure_sentence(measure, language()))
    return (
        f'<div style="font-size:0.875rem;opacity:0.7">{escape(say(scale.title))}</div>'
        f'<div style="font-size:1.5rem;line-height:1.5">{scale.text(measure.value)} '
        f'<span style="font-size:1rem">{scale.unit}</span></div>'
        f'<div role="img" aria-label="{sentence}" style="position:relative;height:8px;'
        f'margin:10px 4px 8px;border-radius:4px;background:{_FAINT.format(12)}">{usual}'
        f'<div style="position:absolute;top:-4px;width:10px;height:16px;border-radius:5px;{now}"></div></div>'
        f'<div style="font-size:0.8125rem;opacity:0.7">{escape(beside)}</div>'
    )


def _with_minus(text: str) -> str:
    """With a typographic minus before every negative number."""
    return re.sub(r"-(?=\d)", "−", text)
