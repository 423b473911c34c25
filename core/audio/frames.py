"""Cutting a waveform into overlapping frames; what MFCC and signal dynamics share."""

from __future__ import annotations

import numpy as np


def cut(samples: np.ndarray, *, length: int, hop: int) -> np.ndarray:
    """Frames centred on every hop, zeros beyond both ends, so that even one sample gives one frame.

    Parameters
    ----------
    samples : np.ndarray [shape=(n,)]
    length, hop : int > 0
        In samples; `length` is even.

    Returns
    -------
    np.ndarray [shape=(1 + n // hop, length)]
        A read-only view on one padded copy.
    """
    padded = np.pad(np.asarray(samples, np.float32), length // 2)
    n_frames = 1 + len(samples) // hop
    return np.lib.stride_tricks.sliding_window_view(padded, length)[: (n_frames - 1) * hop + 1 : hop]


def windowed(samples: np.ndarray, *, length: int, hop: int, n_fft: int) -> np.ndarray:
    """The same frames under a Hann window, each followed by zeros up to `n_fft`: ready for a Fourier transform.

    SciPy's transform pads by itself too, and takes three times as long over all of it.

    Returns
    -------
    np.ndarray [shape=(1 + n // hop, n_fft), float32]
    """
    cut_here = cut(samples, length=length, hop=hop)
    padded = np.zeros((len(cut_here), n_fft), np.float32)
    np.multiply(cut_here, hann(length), out=padded[:, :length])
    return padded


def hann(length: int) -> np.ndarray:
    """The periodic Hann window, float32, as librosa and TensorFlow use it."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
