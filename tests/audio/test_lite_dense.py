"""Dense layers in 16 bits give what they give in float32, from memory and from behind a module's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audio import lite_dense
from core.audio.lite_dense import DenseLayer


def layer(n_inputs: int, n_outputs: int, *, seed: int, is_rectified: bool = True) -> tuple[np.ndarray, DenseLayer]:
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((n_outputs, n_inputs)).astype(np.float32)
    weights[0] = 0.0
    biases = rng.standard_normal(n_outputs).astype(np.float32)
    return weights, lite_dense.in_16_bits(weights, biases, is_rectified=is_rectified)


@given(st.integers(1, 200), st.integers(1, 150), st.integers(1, 5), st.integers(0, 9))
def test_outputs_differ_in_the_fourth_digit_at_most(n_inputs: int, n_outputs: int, n_rows: int, seed: int) -> None:
    weights, dense = layer(n_inputs, n_outputs, seed=seed, is_rectified=False)
    rows = np.random.default_rng(seed).standard_normal((n_rows, n_inputs)).astype(np.float32)
    outputs = lite_dense.through([dense], rows)
    assert outputs.shape == (n_rows, n_outputs)
    allowed = 1e-4 * np.abs(weights).max() * np.abs(rows).sum(axis=1, keepdims=True) + 1e-6
    assert np.all(np.abs(outputs - (rows @ weights.T + dense.biases)) <= allowed)


def test_a_rectified_layer_gives_nothing_below_zero() -> None:
    rows = np.ones((2, 30), np.float32)
    given_whole, rectified = (
        lite_dense.through([layer(30, 70, seed=1, is_rectified=each)[1]], rows) for each in (False, True)
    )
    assert given_whole.min() < 0
    np.testing.assert_array_equal(rectified, np.maximum(given_whole, 0))


def test_layers_come_back_from_behind_a_file_of_any_length(tmp_path: Path) -> None:
    layers = [layer(20, 33, seed=1)[1], layer(33, 5, seed=2, is_rectified=False)[1]]
    for length in (0, 1, 63, 64, 1_000):
        file = tmp_path / f"{length}.tflite"
        file.write_bytes(b"m" * length)
        lite_dense.append(file, layers)
        assert file.read_bytes()[:length] == b"m" * length
        for written, back in zip(layers, lite_dense.read(file), strict=True):
            np.testing.assert_array_equal(back.weights, written.weights)
            np.testing.assert_array_equal(back.scales, written.scales)
            np.testing.assert_array_equal(back.biases, written.biases)
            assert back.is_rectified == written.is_rectified
            assert back.weights.flags.aligned


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 500])
def test_a_module_without_them_has_none(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "module.tflite"
    file.write_bytes(data)
    assert lite_dense.read(file) == []
    lite_dense.append(file, [])
    assert file.read_bytes() == data


def test_damaged_ones_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "module.tflite"
    lite_dense.append(file, [layer(20, 33, seed=1)[1]])
    whole = file.read_bytes()
    for damaged in (whole[:100] + whole[-24:], b"\x00" * 200 + whole[-24:], whole[:-24] + whole[-24:-8] + b"\xff" * 8):
        file.write_bytes(damaged)
        with pytest.raises((ValueError, OSError)):
            lite_dense.read(file)
