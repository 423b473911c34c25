"""Signal dynamics: finite whatever comes, and each group says what its name says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import dynamics
from tests.audio_files import noise, silence, tone
from tests.golden.make_dynamics import FILE, SIGNALS

ODD = {
    "digital silence": silence(1.0),
    "one sample": np.ones(1, np.float32),
    "no sample": np.zeros(0, np.float32),
    "a constant": np.full(8000, 0.3, np.float32),
    "one click": np.eye(1, 16_000, 8000, dtype=np.float32)[0],
    "clipped": np.sign(tone(200, 0.5)),
    "shorter than a frame": noise(0.01),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_recordings_give_finite_values(name: str) -> None:
    features = dynamics.extract(ODD[name])

    assert features.shape == (len(dynamics.NAMES),)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=2000))
def test_any_waveform_gives_finite_values(samples: list[float]) -> None:
    assert np.isfinite(dynamics.extract(np.array(samples, np.float32))).all()


def test_every_value_has_a_name_of_its_own() -> None:
    assert len(set(dynamics.NAMES)) == len(dynamics.NAMES) > 150
    assert tuple(dynamics.named_values(noise(0.2))) == dynamics.NAMES


def test_a_tone_is_voiced_at_its_pitch_and_noise_is_not() -> None:
    voiced, hiss = dynamics.named_values(tone(400, 1.0)), dynamics.named_values(noise(1.0))

    assert voiced["voicing_loud_p50"] > 0.95 > 0.5 > hiss["voicing_loud_p50"]
    assert voiced["pitch_p50_octaves"] == pytest.approx(1.0, abs=0.02)  # above 200 Hz


def test_a_burst_stands_out_of_its_background_and_a_carpet_does_not() -> None:
    carpet = noise(2.0, amplitude=0.01)
    burst = carpet.copy()
    burst[12_000:16_000] += tone(300, 0.25)
    near, far = dynamics.named_values(burst), dynamics.named_values(carpet)

    assert near["level_p95_above_p50_db"] > 20 > 5 > far["level_p95_above_p50_db"]
    assert near["energy_fills"] < 0.2 < 0.8 < far["energy_fills"]
    assert near["rise_50_ms_max_db"] > 20 > far["rise_50_ms_max_db"]
    assert near["energy_in_best_0.5_s"] > 0.95


def test_syllables_show_in_the_modulation_at_their_rate() -> None:
    wobble = noise(3.0) * (1 + np.sin(2 * np.pi * 5 * np.arange(48_000) / 16_000)).astype(np.float32)

    assert dynamics.named_values(wobble)["modulation_4_to_8_hz_part_2"] > 0.7


def test_the_levels_are_decibels_of_full_scale() -> None:
    loud, soft = (dynamics.named_values(tone(500, 1.0, amplitude=amplitude)) for amplitude in (1.0, 0.1))

    assert loud["level_p50_db"] == pytest.approx(-3.0, abs=0.1)
    assert loud["level_p50_db"] - soft["level_p50_db"] == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("name", SIGNALS)
def test_the_values_are_those_of_the_version_that_models_learned_from(name: str) -> None:
    golden = json.loads(Path(FILE).read_text())
    values = dynamics.named_values(SIGNALS[name])

    assert golden["version"] == dynamics.SPEC.version, "run python -m tests.golden.make_dynamics"
    assert values.keys() == golden["values"][name].keys(), "raise DynamicsSpec.version, then run the generator"
    np.testing.assert_allclose([*values.values()], [*golden["values"][name].values()], rtol=1e-3, atol=1e-3)
