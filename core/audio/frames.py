"""Cutting a waveform into overlapping frames; what MFCC and signal dynamics share."""

from __future__ import annotations

import numpy as np

from core.arrays import Float32Array, FloatArray


def cut(samples: FloatArray, *, length: int, hop: int) -> Float32Array:
    """Frames centred on every hop, zeros beyond both ends, so that even one sample gives one frame.

    Parameters
    ----------
    samples : [shape=(n,)]
    length, hop : int > 0
        In samples; `length` is even.

    Returns
    -------
    [shape=(1 + n // hop, length)]
        A read-only view on one padded copy.
    """
    padded = np.pad(np.asarray(samples, np.float32), length // 2)
    n_frames = 1 + len(samples) // hop
    return np.lib.stride_tricks.sliding_window_view(padded, length)[: (n_frames - 1) * hop + 1 : hop]


def windowed(samples: FloatArray, *, length: int, hop: int, n_fft: int) -> Float32Array:
    """The same frames under a Hann window, each followed by zeros up to `n_fft`: ready for a Fourier transform.

    SciPy's transform pads by itself too, and takes three times as long over all of it.

    Returns
    -------
    [shape=(1 + n // hop, n_fft)]
    """
    frames = cut(samples, length=length, hop=hop)
    padded = np.zeros((len(frames), n_fft), np.float32)
    np.multiply(frames, hann(length), out=padded[:, :length])
    return padded


def hann(length: int) -> Float32Array:
    """The periodic Hann window [shape=(length,)], as librosa and TensorFlow use it."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
