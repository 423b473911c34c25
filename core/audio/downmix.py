"""Downmix of several channels to one, in which inverted channels do not cancel.

The mean of two channels of which one is the other upside down is silence, though a listener hears the voice in both.
With P the power of the mean and C the mean power of the channels, n P / C is n for equal channels, 1 for independent
ones, and 0 where they cancel; for two channels of equal power it is 1 + their correlation. Below `SPEC.least_sum` the
strongest channel is taken instead of the mean. Measured without the mean of each channel (a constant offset), and once
more above 200 Hz, without a hum that both channels share; there the limit is stricter, because microphones that stand
apart hear some notes in opposite phase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.sounds import SAMPLE_RATE_HZ


@dataclass(frozen=True)
class DownmixSpec:
    """`least_sum` may change without training again only for recordings that were silent before."""

    least_sum: float = 0.5  # a correlation of -0.5 between two equally loud channels
    least_sum_without_hum: float = 0.3  # of -0.7
    hum_below_hz: float = 200.0


SPEC = DownmixSpec()


def mono(channels: np.ndarray) -> tuple[np.ndarray, bool]:
    """One channel out of many.

    Parameters
    ----------
    channels : np.ndarray [shape=(n_samples, n_channels), float32]

    Returns
    -------
    samples : np.ndarray [shape=(n_samples,), float32]
        The mean, or the strongest channel where the mean would cancel; silence gives silence.
    is_cancelling : bool
    """
    if channels.shape[1] == 1 or not len(channels):
        return channels[:, 0], False
    mean = channels.mean(axis=1)
    is_cancelling = _sum(channels, mean) < SPEC.least_sum or (
        _sum(channels, mean, above_hz=SPEC.hum_below_hz) < SPEC.least_sum_without_hum
    )
    if not is_cancelling:
        return mean, False
    return channels[:, int(np.argmax(_power(channels)))], True


def _sum(channels: np.ndarray, mean: np.ndarray, *, above_hz: float = 0.0) -> float:
    """n P / C of the docstring above; 1 of silence and of what is no number."""
    powers = _power(channels, above_hz=above_hz)
    if not np.isfinite(powers).all() or powers.sum() <= 0:
        return 1.0
    return float(channels.shape[1] * _power(mean[:, None], above_hz=above_hz)[0] / powers.mean())


def _power(channels: np.ndarray, *, above_hz: float = 0.0) -> np.ndarray:
    """Of each channel without its mean, [shape=(n_channels,)]; above a frequency by Parseval, under a Hann window."""
    with np.errstate(all="ignore"):
        if not above_hz:
            return np.asarray(np.var(channels, axis=0, dtype=np.float64))
        swinging = (channels - channels.mean(axis=0)) * np.hanning(len(channels))[:, None]
        spectrum = np.fft.rfft(swinging, axis=0)[round(above_hz * len(channels) / SAMPLE_RATE_HZ) :]
        return np.asarray(np.mean(np.abs(spectrum) ** 2, axis=0)) if len(spectrum) else np.zeros(channels.shape[1])
