"""The features in JavaScript are those of Python: on golden signals, and on signals that hypothesis makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.arrays import Float32Array
from core.audio import conditioning, steady_dynamics
from tests.golden.make_steady import FILE, SIGNALS, values
from tests.tablet.node import Node, running_node
from tests.tablet.waveforms import WaveformRecipe, recipes

RATES_HZ = (4_000, 8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 44_099)
NEAR = 2e-3  # what 32 bits leave of values that are tens of dB


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node() as running:
        yield running


def assert_equal_features(node: Node, samples: Float32Array) -> None:
    expected = steady_dynamics.named_values(samples)
    computed = node.ask("features", samples)
    assert list(computed) == list(expected)
    for name, value in expected.items():
        assert computed[name] == pytest.approx(float(value), rel=NEAR, abs=NEAR), name


def test_the_numbers_of_the_features_stand_once_in_each_language(node: Node) -> None:
    assert node.ask("spec") == json.loads(json.dumps(asdict(steady_dynamics.SPEC)))


@pytest.mark.parametrize("name", SIGNALS)
def test_both_languages_give_the_values_that_models_learned_from(node: Node, name: str) -> None:
    golden = json.loads(FILE.read_text())[name]
    assert values(name) == pytest.approx(golden, rel=1e-3, abs=1e-3)
    near = 2e-2 if name == "sine" else 1e-3  # frames of a sine are equally loud: rounding chooses the loudest
    assert node.ask("features", SIGNALS[name]) == pytest.approx(golden, rel=near, abs=near)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 9, 159, 160, 161, 399, 1_600, 1_601, 7_999, 8_000, 16_001])
@pytest.mark.parametrize("value", [0.0, 0.25, -1.0])
def test_a_constant_of_any_length_gives_the_same(node: Node, n: int, value: float) -> None:
    assert_equal_features(node, np.full(n, value, np.float32))


@given(recipe=recipes())
@settings(max_examples=60)
def test_any_waveform_gives_the_same(node: Node, recipe: WaveformRecipe) -> None:
    assert_equal_features(node, recipe.samples())


def test_a_very_long_waveform_gives_the_same(node: Node) -> None:
    recipe = WaveformRecipe(1_999_993, 7, 0.02, 220.0, 0.3, 50.1, 0.05, 0.01, 1.0, 0.5, ((0.3, 0.1),), True)
    assert_equal_features(node, recipe.samples())


@given(recipe=recipes(min_samples=8_000, max_samples=64_000))
@settings(max_examples=25)
def test_any_waveform_is_conditioned_the_same(node: Node, recipe: WaveformRecipe) -> None:
    samples = recipe.samples()
    expected = conditioning.condition(samples)
    np.testing.assert_allclose(node.ask("condition", samples), expected, atol=2e-6 + 1e-5 * np.abs(expected).max())


def resampled_by_ffmpeg(samples: Float32Array, rate_hz: int) -> Any:
    resampler = av.AudioResampler(format="flt", rate=16_000)
    chunks = []
    for begin in range(0, len(samples), 1_000):
        frame = av.AudioFrame.from_ndarray(samples[None, begin : begin + 1_000], format="flt", layout="mono")
        frame.sample_rate = rate_hz
        chunks += resampler.resample(frame)
    chunks += resampler.resample(None)
    return np.concatenate([chunk.to_ndarray().ravel() for chunk in chunks])


@given(rate_hz=st.sampled_from(RATES_HZ), recipe=recipes(min_samples=2_000, max_samples=50_000))
@example(rate_hz=44_100, recipe=WaveformRecipe(2_000, 0, 0.3, 200.0, 0.3, 50.0, 0.0, 0.0, 30.0, 0.0, (), False))
@settings(max_examples=25)
def test_another_rate_is_resampled_as_ffmpeg_does(node: Node, rate_hz: int, recipe: WaveformRecipe) -> None:
    samples = recipe.samples(rate_hz)
    np.testing.assert_allclose(node.ask("resample", samples, rate_hz), resampled_by_ffmpeg(samples, rate_hz), atol=5e-5)
