"""The paper's MFCC: 13 coefficients with first and second derivatives, 39 values every 10 ms.

The numbers are librosa's (`librosa.feature.mfcc`, `librosa.feature.delta`; a test holds them together to 0.001). They
are computed here in float32 for all frames at once, several times as fast as calling librosa file by file (`make
bench-features` measures how many), and without the threads of a BLAS: several workers on few cores would spend most of
their time waiting for one another's. Silence gives finite values: the logarithm has a floor. Nothing is standardised
here; training does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import frames


@dataclass(frozen=True)
class MfccSpec:
    """Every number that changes the result; none may change without training again. Source: section 3 of the paper.

    The paper gives 13 coefficients, derivatives, 25 ms and 10 ms. The rest is librosa's default, but for `n_fft`: 512
    is the next power of two above the 400 samples of a frame, which is padded with zeros.
    """

    sample_rate_hz: int = 16_000
    frame_samples: int = 400
    hop_samples: int = 160
    n_fft: int = 512
    n_mels: int = 128
    n_coefficients: int = 13
    delta_frames: int = 9
    power_floor: float = 1e-10
    range_db: float = 80.0

    @property
    def n_values(self) -> int:
        return 3 * self.n_coefficients


SPEC = MfccSpec()


def extract(samples: FloatArray, spec: MfccSpec = SPEC) -> Float32Array:
    """MFCC with their derivatives.

    Parameters
    ----------
    samples : [shape=(n,), mono, 16 kHz]

    Returns
    -------
    [shape=(1 + n // 160, 39)]
        Coefficients, first derivatives, second derivatives.
    """
    from scipy import fft

    decibel = 10 * np.log10(np.maximum(_mel_filters(spec) @ _power(samples, spec).T, spec.power_floor))
    # librosa's top_db: nothing lies further than this below the loudest value of the recording.
    within_range = np.maximum(decibel, decibel.max() - spec.range_db)
    mfcc = fft.dct(within_range, axis=0, norm="ortho")[: spec.n_coefficients].T
    return np.concatenate([mfcc, *(delta(mfcc, order, spec.delta_frames) for order in (1, 2))], axis=1)


def delta(values: Float32Array, order: int, width: int) -> Float32Array:
    """The derivative over time of a polynomial of degree `order` fitted to `width` frames (Savitzky and Golay 1964).

    Fewer than `width` frames are continued with copies of the last one, where librosa raises.

    Parameters
    ----------
    values : [shape=(n_frames, n_values)]
    order : 1 or 2
    width : int, odd

    Returns
    -------
    [shape=(n_frames, n_values)]
    """
    from scipy import ndimage

    missing = max(0, width - len(values))
    continued = np.pad(values, ((0, missing), (0, 0)), mode="edge")
    half = width // 2
    inner: Float32Array = ndimage.correlate1d(continued, _slope(order, width), axis=0)[half:-half]
    # A polynomial of this degree has one constant derivative, so the edges take the one of the nearest full window.
    return np.pad(inner, ((half, half), (0, 0)), mode="edge")[: len(values)]


def _power(samples: FloatArray, spec: MfccSpec) -> Float32Array:
    """Power of each Fourier bin [shape=(n_frames, 1 + n_fft // 2)]."""
    from scipy import fft  # NumPy's computes in float64

    spectra = fft.rfft(frames.windowed(samples, length=spec.frame_samples, hop=spec.hop_samples, n_fft=spec.n_fft))
    power: Float32Array = spectra.real**2 + spectra.imag**2
    return power


class _SparseMatrix(Protocol):
    """What is used of a scipy.sparse.csr_array."""

    def __matmul__(self, other: Float32Array) -> Float32Array: ...


@lru_cache(maxsize=4)
def _mel_filters(spec: MfccSpec) -> _SparseMatrix:
    """Sparse, [shape=(n_mels, 1 + n_fft // 2), float32]: each filter is a few bins wide."""
    from librosa.filters import mel
    from scipy.sparse import csr_array

    filters: _SparseMatrix = csr_array(mel(sr=spec.sample_rate_hz, n_fft=spec.n_fft, n_mels=spec.n_mels))
    return filters


@lru_cache(maxsize=4)
def _slope(order: int, width: int) -> Float32Array:
    """Weights [shape=(width,)] of the frames of a window whose sum is the derivative of the fitted polynomial."""
    steps = np.arange(width) - width // 2
    highest: FloatArray = np.linalg.pinv(np.vander(steps, order + 1))[0]
    return (highest * order).astype(np.float32)  # d/dt of a t is a; the second derivative of a t^2 is 2 a
