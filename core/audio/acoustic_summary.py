"""What a recording sounds like in the terms of a classroom: how loud, how far above the background, how much speech.

This describes the sound; it is not what went on inside a network. A model may well decide for a reason that none of
these figures shows, and then the words below say that nothing stands out. What is usual is said by the recordings that
judges accepted: nine in ten of them lie between `low` and `high`. Silence and a single sample give finite figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.audio import dynamics_measures, loudness
from core.audio.sounds import SAMPLE_RATE_HZ
from core.translation import LANGUAGES, translate

LOUD_PERCENTILE = 99  # of the 25 ms frames: a word may fill no more than a tenth of a recording
SPEECH_ABOVE_DB = 10.0  # of the background: what is as voiced but lies lower is others' talk, or a hum
QUIETEST_DBFS = -100.0  # below the last bit of 16-bit sound
CLIPPED_FROM = 0.001  # share of the samples at full scale from which it is worth a word
USUAL_PERCENTILES = (5, 95)
FEWEST_FOR_USUAL = 20
DECIMALS = 2  # of what is usual; a finer difference stands for nothing
FAINT = "We did not hear you, please read a little louder."

MEASURES = ("level_dbfs", "above_background_db", "speech_s")


@dataclass(frozen=True)
class AcousticSummary:
    """What is to be heard in one recording.

    level_dbfs : of the loudest part, -100 to 0
    above_background_db : by how much that is louder than what nine tenths of the recording exceed, >= 0
    speech_s : of frames that have a voice's pitch (80 to 640 Hz) and lie 10 dB above the background, whoever speaks
    speech_share, clipped_share : of the duration, and of the samples at full scale; 0 to 1
    """

    duration_s: float
    level_dbfs: float
    above_background_db: float
    speech_s: float
    speech_share: float
    clipped_share: float


@dataclass(frozen=True)
class ComparedMeasure:
    """One figure beside what is usual. `low` and `high` are None where nothing is known of accepted recordings."""

    name: str
    value: float
    low: float | None
    high: float | None
    words: str

    @property
    def beyond(self) -> float:
        """How far outside of what is usual, in widths of that range: < 0 below, > 0 above, 0 within or not known."""
        if self.low is None or self.high is None:
            return 0.0
        value, width = round(self.value, DECIMALS), max(self.high - self.low, 10.0**-DECIMALS)
        return min(0.0, value - self.low) / width + max(0.0, value - self.high) / width


def hear(samples: np.ndarray) -> AcousticSummary:
    """The figures of one recording.

    Parameters
    ----------
    samples : np.ndarray [shape=(n,), -1 to 1, mono, 16 kHz]
    """
    samples = np.asarray(samples, np.float32)
    if not len(samples):
        samples = np.zeros(1, np.float32)
    steady = loudness.without_offset(samples)
    power = loudness.power(steady)
    at = {
        percent: _decibel(float(np.percentile(power, percent)))
        for percent in (loudness.BACKGROUND_PERCENTILE, LOUD_PERCENTILE)
    }
    background_dbfs, level_dbfs = at.values()
    duration_s = len(samples) / SAMPLE_RATE_HZ
    speech_s = min(_speech_s(steady, power, background_dbfs), duration_s)
    return AcousticSummary(
        duration_s=duration_s,
        level_dbfs=level_dbfs,
        above_background_db=level_dbfs - background_dbfs,
        speech_s=speech_s,
        speech_share=speech_s / duration_s,
        clipped_share=loudness.clipped_share(samples),
    )


def typical_ranges(hearings: Sequence[AcousticSummary]) -> dict[str, Any]:
    """What is usual among recordings that judges accepted, as it is kept with a model; {} of fewer than 20.

    Returns
    -------
    {"recordings": int, and for each of `MEASURES`: [low, high]}: nine in ten lie between.
    """
    if len(hearings) < FEWEST_FOR_USUAL:
        return {}
    columns = {name: [getattr(summary, name) for summary in hearings] for name in MEASURES}
    ranges = {name: np.percentile(values, USUAL_PERCENTILES) for name, values in columns.items()}
    return {"recordings": len(hearings)} | {
        name: [round(float(end), DECIMALS) for end in at] for name, at in ranges.items()
    }


def compare_with_typical(hearing: AcousticSummary, usual: Mapping[str, Any] | None = None) -> list[ComparedMeasure]:
    """Each of `MEASURES` beside what is usual, with one sentence."""
    return [_measured(name, hearing, (usual or {}).get(name)) for name in MEASURES]


def describe_summary(hearing: AcousticSummary, usual: Mapping[str, Any] | None = None) -> list[str]:
    """Short sentences: level, distance from the background, speech, and clipping where there is some."""
    return [*(measure.words for measure in compare_with_typical(hearing, usual)), *_clipping(hearing)]


def main_deviation(hearing: AcousticSummary, usual: Mapping[str, Any] | None = None) -> str:
    """What stands out most against the recordings that judges accepted, or that nothing does."""
    if not usual:
        return "What is usual is not known: this model was made without it."
    most = max(compare_with_typical(hearing, usual), key=lambda measure: abs(measure.beyond))
    standing_out = [most.words] if most.beyond else _clipping(hearing)
    if not standing_out:
        return "Nothing that is measured here stands out against accepted recordings."
    return f"{standing_out[0]} That stands out most against accepted recordings."


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


def _decibel(power: float) -> float:
    return max(loudness.decibel(power), QUIETEST_DBFS)


def _speech_s(samples: np.ndarray, power: np.ndarray, background_dbfs: float) -> float:
    """Seconds with the pitch of a voice, well above the background."""
    strength, _ = dynamics_measures.pitch(samples)
    centres = np.arange(len(strength)) * dynamics_measures.SPEC.pitch_hop_samples
    frame = np.minimum(centres // round(loudness.FRAME_S * SAMPLE_RATE_HZ), len(power) - 1)
    is_above = power[frame] > 10 ** ((background_dbfs + SPEECH_ABOVE_DB) / 10)
    return float(np.sum(is_above & (strength > dynamics_measures.SPEC.voiced_strength)) * dynamics_measures.PITCH_HOP_S)


def _measured(name: str, hearing: AcousticSummary, usual: Sequence[float] | None) -> ComparedMeasure:
    low, high = usual if usual else (None, None)
    measure = ComparedMeasure(name, getattr(hearing, name), low, high, "")
    beside = "" if low is None or high is None else f" (usual: {_number(name, low)} to {_number(name, high)})"
    return replace(measure, words=f"{_sentence(measure)}{beside}.")


def _number(name: str, value: float) -> str:
    return f"{value:.1f}" if name == "speech_s" else f"{round(value)}"


def _sentence(measure: ComparedMeasure) -> str:
    number = _number(measure.name, measure.value)
    if measure.name == "level_dbfs":
        before = "Quiet: the" if measure.beyond < 0 else "Loud: the" if measure.beyond > 0 else "The"
        return f"{before} loudest part is at {number} dBFS"
    before = "Only " if measure.beyond < 0 else "More than usual: " if measure.beyond > 0 else ""
    if measure.name == "above_background_db":
        return f"{before}{number} dB above the background"
    return (
        f"{before}{number} s of speech-like sound was found"
        if measure.value >= 0.05
        else "No speech-like sound was found"
    )


def _clipping(hearing: AcousticSummary) -> list[str]:
    if hearing.clipped_share < CLIPPED_FROM:
        return []
    return [f"Clipped: {hearing.clipped_share:.1%} of the samples are at full scale."]
