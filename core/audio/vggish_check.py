"""Whether a module is VGGish, and which published version: by its layers first, then by a sine.

The layers settle what it can be: 72,141,184 parameters in the published shapes and no others. A sine settles the
weights: 1 kHz, 3 s, full scale; mean and deviation of all values of its embedding. A mean lies near zero, so it is
compared within a tenth of the *deviation*; a tenth of itself would be missed by rounding.

Sources: vggish_smoke_test.py (the pairs of 2023 and of the first release) and vggish_export_tfhub.py (that of the
module of TensorFlow Hub) of tensorflow/models, research/audioset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import vggish_layers
from core.audio.vggish_layers import N_PARAMETERS, Shape
from core.messages import Message
from core.translation import mark

TOLERANCE = 0.10
"""Of the published deviation: for the mean and for the deviation."""

_RATE_HZ, _DEVICE_RATE_HZ, _TONE_HZ, _DURATION_S = 16_000, 44_100, 1_000, 3


class VggishVersion(StrEnum):
    """The published versions, in words that complete "VGGish, ..."."""

    HUB = mark("as exported for TensorFlow Hub")
    SINCE_2023 = mark("as released since 2023, before the last activation")
    FIRST_RELEASE = mark("as first released, after the last activation")


@dataclass(frozen=True)
class PublishedSine:
    """Mean and deviation of the embedding of a sine, made at a rate and brought to 16 kHz where that is another."""

    version: VggishVersion
    mean: float
    deviation: float
    made_at_hz: int

    def distance(self, mean: float, deviation: float) -> float:
        """How far a module is from it, in published deviations; NaN of what is not a number."""
        return float(np.maximum(abs(mean - self.mean), abs(deviation - self.deviation)) / self.deviation)


PUBLISHED = (
    PublishedSine(VggishVersion.SINCE_2023, 0.000657, 0.343, _RATE_HZ),
    PublishedSine(VggishVersion.HUB, -0.0333, 0.380, _DEVICE_RATE_HZ),
    PublishedSine(VggishVersion.FIRST_RELEASE, 0.131, 0.238, _DEVICE_RATE_HZ),
    PublishedSine(VggishVersion.FIRST_RELEASE, 0.131, 0.238, _RATE_HZ),
)


@dataclass(frozen=True)
class VggishCheck:
    """What a module turned out to be.

    version : None for what is not VGGish
    mean, deviation : of all values of the embedding of the sine that is nearest to a published one
    n_parameters : that its variables hold
    has_published_layers : whether these have the published shapes
    message : for a person
    """

    version: VggishVersion | None
    mean: float
    deviation: float
    n_parameters: int
    has_published_layers: bool
    message: Message

    @property
    def is_vggish(self) -> bool:
        return self.version is not None


def check_module(embed: Callable[[Float32Array], FloatArray], arrays: Mapping[str, Shape]) -> VggishCheck:
    """What a module is.

    Parameters
    ----------
    embed : the module: waveform [mono, 16 kHz] to embedding [shape=(n, 128)]; another shape or NaN is not VGGish's
    arrays : names and shapes of its variables
    """
    moments = {rate: _moments(embed(sine(rate))) for rate in (_RATE_HZ, _DEVICE_RATE_HZ)}
    nearest = min(PUBLISHED, key=lambda published: _distance(published, moments))
    mean, deviation = moments[nearest.made_at_hz]
    has_layers = vggish_layers.are_published(arrays)
    is_near = _distance(nearest, moments) <= TOLERANCE
    version = nearest.version if has_layers and is_near else None
    n_parameters = vggish_layers.n_parameters(arrays)
    of_layers = _layers_in_words(n_parameters, has_layers=has_layers, rest=_sine_in_words(mean, deviation, nearest))
    return VggishCheck(version, mean, deviation, n_parameters, has_layers, _verdict(version, rest=of_layers))


def sine(made_at_hz: int = _RATE_HZ) -> Float32Array:
    """1 kHz, 3 s, full scale, at 16 kHz; made at another rate it is resampled, as a recording of a device would be."""
    from scipy import signal

    samples = np.sin(2 * np.pi * _TONE_HZ * np.arange(_DURATION_S * made_at_hz) / made_at_hz)
    common = np.gcd(_RATE_HZ, made_at_hz)
    resampled = signal.resample_poly(samples, _RATE_HZ // common, made_at_hz // common)
    return np.asarray(samples if made_at_hz == _RATE_HZ else resampled, np.float32)


def _moments(embedding: FloatArray) -> tuple[float, float]:
    if embedding.ndim != 2 or embedding.shape[1] != vggish_layers.N_VALUES or not embedding.size:
        return float("nan"), float("nan")
    return float(np.mean(embedding)), float(np.std(embedding))


def _distance(published: PublishedSine, moments: Mapping[int, tuple[float, float]]) -> float:
    distance = published.distance(*moments[published.made_at_hz])
    return distance if np.isfinite(distance) else float("inf")


def _verdict(version: VggishVersion | None, *, rest: Message) -> Message:
    if version is None:
        words = mark("This is not VGGish, and figures made with it must not be called VGGish's. {rest}")
        return Message(words, {"rest": rest})
    return Message("This is VGGish, {version}. {rest}", {"version": Message(version.value), "rest": rest})


def _layers_in_words(n_parameters: int, *, has_layers: bool, rest: Message) -> Message:
    words = mark("It has {parameters:,} parameters, not the published layers with {published:,}. {rest}")
    if has_layers:
        words = mark("It has {parameters:,} parameters, in the published layers. {rest}")
    return Message(words, {"parameters": n_parameters, "published": N_PARAMETERS, "rest": rest})


def _sine_in_words(mean: float, deviation: float, nearest: PublishedSine) -> Message:
    if not np.isfinite([mean, deviation]).all():
        return Message("Of a 1 kHz sine it gives no embedding, or one that is not all numbers.")
    words = mark(
        "A 1 kHz sine made at {rate:,} Hz gives an embedding of mean {mean:.6f} and deviation {deviation:.3f}; the "
        "nearest published ones are {published_mean} and {published_deviation}, and a difference of {allowed:.3f} is "
        "allowed in either."
    )
    published = {"published_mean": nearest.mean, "published_deviation": nearest.deviation}
    allowed = TOLERANCE * nearest.deviation
    measured = {"rate": nearest.made_at_hz, "mean": mean, "deviation": deviation, "allowed": allowed}
    return Message(words, measured | published)
