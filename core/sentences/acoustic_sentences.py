"""Sentences about what was measured of a recording, and what the reading platform may tell the child."""

from __future__ import annotations

from collections.abc import Sequence

from core.audio.acoustic_summary import AcousticSummary, ComparedMeasure
from core.translation import LANGUAGES, translate

UNKNOWN = "What is usual is not known: this model was made without it."
NOTHING = "Nothing that is measured here stands out against accepted recordings."
FAINT = "We did not hear you, please read a little louder."


def measure_sentence(measure: ComparedMeasure) -> str:
    """One figure, with the usual range where it is known."""
    low, high = measure.low, measure.high
    usual = "" if low is None or high is None else f" (usual: {_number(measure, low)} to {_number(measure, high)})"
    return f"{_finding(measure)}{usual}."


def clipping_sentence(summary: AcousticSummary) -> str:
    """The share of clipped samples; empty where the recording is not clipped."""
    share = f"{summary.clipped_share:.1%}"
    return f"Clipped: {share} of the samples are at full scale." if summary.is_clipped else ""


def deviation_sentence(summary: AcousticSummary, measured: Sequence[ComparedMeasure]) -> str:
    """What deviates most from accepted recordings, or that nothing does, or that what is usual is not known."""
    if all(measure.low is None for measure in measured):
        return UNKNOWN
    most = max(measured, key=lambda measure: abs(measure.beyond))
    finding = measure_sentence(most) if most.beyond else clipping_sentence(summary)
    return f"{finding} That stands out most against accepted recordings." if finding else NOTHING


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


def _finding(measure: ComparedMeasure) -> str:
    number = _number(measure, measure.value)
    if measure.name == "level_dbfs":
        before = "Quiet: the" if measure.beyond < 0 else "Loud: the" if measure.beyond > 0 else "The"
        return f"{before} loudest part is at {number} dBFS"
    before = "Only " if measure.beyond < 0 else "More than usual: " if measure.beyond > 0 else ""
    if measure.name == "above_background_db":
        return f"{before}{number} dB above the background"
    if measure.value < 0.05:
        return "No speech-like sound was found"
    return f"{before}{number} s of speech-like sound was found"


def _number(measure: ComparedMeasure, value: float) -> str:
    return f"{value:.1f}" if measure.name == "speech_s" else f"{round(value)}"
