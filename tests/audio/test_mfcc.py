"""MFCC are librosa's, to 0.001."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import mfcc
from tests.audio_files import noise, silence, tone

SPEECHLIKE = np.concatenate([noise(0.3, amplitude=0.01), tone(220, 0.4) + noise(0.4), silence(0.2), tone(1500, 0.137)])


def test_the_numbers_are_librosas() -> None:
    import librosa

    spectral = {"sr": 16_000, "n_mfcc": 13, "n_fft": 512, "win_length": 400, "hop_length": 160}
    static = librosa.feature.mfcc(y=SPEECHLIKE, **spectral)
    expected = np.vstack([static, librosa.feature.delta(static), librosa.feature.delta(static, order=2)]).T

    coefficients = mfcc.extract(SPEECHLIKE)
    assert coefficients.dtype == np.float32
    np.testing.assert_allclose(coefficients, expected, atol=1e-3)


@pytest.mark.parametrize(("n_samples", "n_frames"), [(1, 1), (159, 1), (160, 2), (1279, 8), (16_000, 101)])
def test_every_length_gives_a_frame_each_hop_and_39_values(n_samples: int, n_frames: int) -> None:
    features = mfcc.extract(noise(1.0)[:n_samples])

    assert features.shape == (n_frames, 39)
    assert np.isfinite(features).all()


def test_silence_is_finite_and_does_not_move() -> None:
    features = mfcc.extract(silence(0.5))

    assert np.isfinite(features).all()
    np.testing.assert_allclose(features[:, 13:], 0, atol=1e-3)


def test_short_recordings_are_continued_with_their_last_frame() -> None:
    short = np.arange(10.0).reshape(5, 2)
    continued = np.vstack([short, np.tile(short[-1], (4, 1))])

    np.testing.assert_array_equal(mfcc.delta(short, 1, 9), mfcc.delta(continued, 1, 9)[:5])


def test_the_derivative_of_a_line_is_its_slope_and_of_a_parabola_its_curvature() -> None:
    time = np.arange(20.0)[:, np.newaxis]

    np.testing.assert_allclose(mfcc.delta(3 * time, 1, 9), 3, atol=1e-5)
    np.testing.assert_allclose(mfcc.delta(0.5 * time**2, 2, 9), 1, atol=1e-4)
