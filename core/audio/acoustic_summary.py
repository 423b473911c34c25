"""Acoustic measures of a recording in classroom terms: level, distance from the background, speech, clipping.

This describes the sound, not what a model decides by: a model may have a reason that none of these figures shows. Usual
is the range in which nine in ten of the recordings lie that judges accepted. Silence and a single sample give finite
figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.audio import dynamics_measures, loudness
from core.audio.sounds import SAMPLE_RATE_HZ
from core.domain.json_types import JsonObject, JsonValue, pair_or_none

LOUD_PERCENTILE = 99  # of the 25 ms frames: a word may fill no more than a tenth of a recording
SPEECH_ABOVE_DB = 10.0  # of the background: voiced sound below that is other people's talk, or a hum
QUIETEST_DBFS = -100.0  # below the last bit of 16-bit sound
CLIPPED_FROM = 0.001  # share of the samples at full scale from which it is worth a word
USUAL_PERCENTILES = (5, 95)
FEWEST_FOR_USUAL = 20
DECIMALS = 2  # of what is usual; a finer difference stands for nothing

MEASURES = ("level_dbfs", "above_background_db", "speech_s")


@dataclass(frozen=True)
class AcousticSummary:
    """What was measured of one recording.

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

    @property
    def is_clipped(self) -> bool:
        return self.clipped_share >= CLIPPED_FROM


@dataclass(frozen=True)
class ComparedMeasure:
    """One measure with its usual range. `low` and `high` are None where accepted recordings are not known."""

    name: str
    value: float
    low: float | None
    high: float | None

    @property
    def beyond(self) -> float:
        """The distance from the usual range, in widths of that range: < 0 below, > 0 above, 0 within or not known."""
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


def typical_ranges(summaries: Sequence[AcousticSummary]) -> JsonObject:
    """The usual ranges of recordings that judges accepted, as a card stores them; {} of fewer than 20.

    Returns
    -------
    {"recordings": int, and for each of `MEASURES`: [low, high]}: nine in ten lie between.
    """
    if len(summaries) < FEWEST_FOR_USUAL:
        return {}
    ranges: JsonObject = {"recordings": len(summaries)}
    for name in MEASURES:
        ends = np.percentile([getattr(summary, name) for summary in summaries], USUAL_PERCENTILES)
        ranges[name] = [round(float(end), DECIMALS) for end in ends]
    return ranges


def compare_with_typical(summary: AcousticSummary, usual: Mapping[str, JsonValue]) -> list[ComparedMeasure]:
    """Each of `MEASURES` with its range of `typical_ranges`, or without one where that lacks it."""
    ranges = {name: pair_or_none(usual.get(name)) or (None, None) for name in MEASURES}
    return [ComparedMeasure(name, getattr(summary, name), *ranges[name]) for name in MEASURES]


def _decibel(power: float) -> float:
    return max(loudness.decibel(power), QUIETEST_DBFS)


def _speech_s(samples: np.ndarray, power: np.ndarray, background_dbfs: float) -> float:
    """Seconds with the pitch of a voice, well above the background."""
    strength, _ = dynamics_measures.pitch(samples)
    centres = np.arange(len(strength)) * dynamics_measures.SPEC.pitch_hop_samples
    frame = np.minimum(centres // round(loudness.FRAME_S * SAMPLE_RATE_HZ), len(power) - 1)
    is_above = power[frame] > 10 ** ((background_dbfs + SPEECH_ABOVE_DB) / 10)
    return float(np.sum(is_above & (strength > dynamics_measures.SPEC.voiced_strength)) * dynamics_measures.PITCH_HOP_S)
