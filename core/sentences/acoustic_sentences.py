"""Sentences about what was measured of a recording, and what the reading platform may tell the child."""

from __future__ import annotations

from collections.abc import Sequence

from core.audio.acoustic_summary import AcousticSummary, ComparedMeasure
from core.number_words import MINUS, decimal, percent
from core.translation import DEFAULT_LANGUAGE, LANGUAGES, mark, translate

UNKNOWN = mark("What is usual is not known: this model was made without it.")
NOTHING = mark("Nothing that is measured here stands out against accepted recordings.")
FAINT = "We did not hear you, please read a little louder."


def measure_sentence(measure: ComparedMeasure, speaks: str = DEFAULT_LANGUAGE) -> str:
    """One figure, with the usual range where it is known."""
    finding = _finding(measure, speaks)
    if measure.low is None or measure.high is None:
        return f"{finding}."
    return translate(
        speaks,
        "{finding} (usual: {low} to {high}).",
        finding=finding,
        low=_number(measure, measure.low, speaks),
        high=_number(measure, measure.high, speaks),
    )


def clipping_sentence(summary: AcousticSummary, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The share of clipped samples; empty where the recording is not clipped."""
    if not summary.is_clipped:
        return ""
    words = mark("Clipped: {share} of the samples are at full scale.")
    return translate(speaks, words, share=percent(summary.clipped_share, speaks=speaks))


def deviation_sentence(
    summary: AcousticSummary, measured: Sequence[ComparedMeasure], speaks: str = DEFAULT_LANGUAGE
) -> str:
    """What deviates most from accepted recordings, or that nothing does, or that what is usual is not known."""
    return measured_deviation(measured, speaks, clipping=clipping_sentence(summary, speaks))


def measured_deviation(measured: Sequence[ComparedMeasure], speaks: str, *, clipping: str = "") -> str:
    """The same of the measures alone, and of a sentence on clipping."""
    if all(measure.low is None for measure in measured):
        return translate(speaks, UNKNOWN)
    most = max(measured, key=lambda measure: abs(measure.beyond))
    finding = measure_sentence(most, speaks) if most.beyond else clipping
    if not finding:
        return translate(speaks, NOTHING)
    return translate(speaks, "{finding} That stands out most against accepted recordings.", finding=finding)


def child_messages(decision: str, reason: str | None, measured: Sequence[ComparedMeasure]) -> dict[str, str] | None:
    """What to tell the child who read, by language; None of an accepted recording."""
    if decision == "accepted":
        return None
    message = "Please read it once more."
    if reason == "noise":
        message = "It is too noisy around you, please read it again."
    elif reason == "speechless":
        is_faint = any(measure.beyond < 0 or measure.low is None for measure in measured if measure.name != "speech_s")
        message = FAINT if is_faint else "We did not hear you read, please come closer and read it again."
    return {language: translate(language, message) for language in LANGUAGES}


# below, within and beyond what is usual
FINDINGS = {
    "level_dbfs": (
        mark("Quiet: the loudest part is at {n} dBFS"),
        mark("The loudest part is at {n} dBFS"),
        mark("Loud: the loudest part is at {n} dBFS"),
    ),
    "above_background_db": (
        mark("Only {n} dB above the background"),
        mark("{n} dB above the background"),
        mark("More than usual: {n} dB above the background"),
    ),
    "speech_s": (
        mark("Only {n} s of speech-like sound was found"),
        mark("{n} s of speech-like sound was found"),
        mark("More than usual: {n} s of speech-like sound was found"),
    ),
}


def _finding(measure: ComparedMeasure, speaks: str) -> str:
    if measure.name == "speech_s" and measure.value < 0.05:
        return translate(speaks, "No speech-like sound was found")
    below, within, above = FINDINGS[measure.name]
    words = below if measure.beyond < 0 else above if measure.beyond > 0 else within
    return translate(speaks, words, n=_number(measure, measure.value, speaks))


def _number(measure: ComparedMeasure, value: float, speaks: str) -> str:
    """With the minus of a keyboard: programs read these sentences too."""
    return decimal(value, 1 if measure.name == "speech_s" else 0, speaks=speaks).replace(MINUS, "-")
