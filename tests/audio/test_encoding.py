"""FLAC as we write it is what we read."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import decoding, encoding

ONE_STEP = 1 / 32_767


@pytest.mark.parametrize("n", [1600, 4096, 16_001, 50_000])
def test_what_is_written_is_read_back_sample_for_sample(n: int) -> None:
    samples = np.random.default_rng(n).uniform(-1, 1, n).astype(np.float32)
    sound = decoding.decode(encoding.flac(samples))
    assert sound.samples.shape == (n,)
    assert sound.sample_rate_hz == 16_000
    np.testing.assert_allclose(sound.samples, samples, atol=2 * ONE_STEP)


def test_what_is_louder_than_full_scale_is_clipped() -> None:
    sound = decoding.decode(encoding.flac(np.full(3200, 7.0)))
    np.testing.assert_allclose(sound.samples, 1.0, atol=2 * ONE_STEP)


def test_the_same_samples_give_the_same_bytes() -> None:
    samples = np.sin(np.arange(16_000) / 9)
    assert encoding.flac(samples) == encoding.flac(samples)
