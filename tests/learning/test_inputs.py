"""What a network eats: summarised or thinned, standardised on training recordings, padded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.learning import inputs
from core.learning.networks import PAD, NetworkSpec

DNN, RNN = NetworkSpec("dnn"), NetworkSpec("rnn", typical_steps=10)


def frames(*lengths: int, n_values: int = 4, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(3.0, 2.0, (length, n_values)).astype(np.float32) for length in lengths]


def test_a_dnn_eats_mean_and_deviation_over_time() -> None:
    features = frames(20, 30, 40)
    rows = np.stack(inputs.prepare(features, DNN, inputs.fit_preparation(features, DNN)))
    raw = np.stack([np.concatenate([frames.mean(axis=0), frames.std(axis=0)]) for frames in features])
    np.testing.assert_allclose(rows, (raw - raw.mean(axis=0)) / raw.std(axis=0), atol=1e-4)


def test_a_dnn_eats_one_row_a_recording_as_it_is() -> None:
    features = list(np.array([[1.0, 10.0], [3.0, 30.0]]))
    rows = inputs.prepare(features, DNN, inputs.fit_preparation(features, DNN))
    np.testing.assert_allclose(rows, [[-1, -1], [1, 1]], atol=1e-6)


def test_an_rnn_eats_frames_standardised_over_all_training_frames() -> None:
    features = frames(5, 8, 10)
    rows = np.concatenate(inputs.prepare(features, RNN, inputs.fit_preparation(features, RNN)))
    np.testing.assert_allclose(rows.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(rows.std(axis=0), 1.0, atol=1e-4)


def test_adjacent_frames_are_averaged_until_the_median_recording_is_short_enough() -> None:
    features = frames(25, 30, 400)
    preparation = inputs.fit_preparation(features, RNN)
    assert preparation.stride == 3
    rows = inputs.prepare([features[0]], RNN, preparation)[0]
    assert rows.shape == (9, 4)  # the ninth step is the one frame that is left over
    expected = (features[0][24] - preparation.mean) / preparation.deviation
    np.testing.assert_allclose(rows[8], expected, atol=1e-5)


@pytest.mark.parametrize("spec", [DNN, RNN])
def test_values_that_never_change_become_zero_and_never_nan(spec: NetworkSpec) -> None:
    features = [np.full((12, 3), -100.0, dtype=np.float32) for _ in range(4)]
    rows = inputs.prepare(features, spec, inputs.fit_preparation(features, spec))
    assert all((row == 0.0).all() for row in rows)


def test_a_recording_unlike_all_others_is_clipped_far_below_the_pad() -> None:
    preparation = inputs.fit_preparation(frames(20, 20), RNN)
    rows = inputs.prepare([np.full((3, 4), 1e9, dtype=np.float32)], RNN, preparation)[0]
    assert rows.max() == inputs.CLIP < PAD / 10


def test_a_batch_is_padded_behind_the_shorter_recordings() -> None:
    batch = inputs.padded(frames(2, 5))
    assert batch.shape == (2, 5, 4)
    assert (batch[0, 2:] == PAD).all()
    assert (batch[0, :2] != PAD).all()


@given(st.lists(st.integers(1, 500), min_size=1, max_size=200), st.integers(1, 40), st.booleans())
def test_every_recording_is_in_exactly_one_batch(lengths: list[int], batch_size: int, is_shuffled: bool) -> None:
    rng = np.random.default_rng(0) if is_shuffled else None
    groups = inputs.batches(np.array(lengths), batch_size, rng)
    assert sorted(np.concatenate(groups)) == list(range(len(lengths)))
    assert max(map(len, groups)) <= batch_size


def test_batches_of_similar_length_hold_little_padding() -> None:
    lengths = np.random.default_rng(0).integers(100, 1000, 1600)
    groups = inputs.batches(lengths, 32, np.random.default_rng(1))
    padded = sum(len(group) * lengths[group].max() for group in groups)
    assert padded / lengths.sum() < 1.10


def test_no_recordings_give_no_batches() -> None:
    assert inputs.batches(np.array([], dtype=int), 32, None) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_refused(value: float) -> None:
    features = frames(10, 10)
    features[1][3, 2] = value
    with pytest.raises(Refused, match="recording 1 are not all numbers"):
        inputs.fit_preparation(features, DNN)


def test_features_of_another_shape_than_trained_on_are_refused() -> None:
    preparation = inputs.fit_preparation(frames(10, 10), RNN)
    for other in (np.zeros((10, 5)), np.zeros(4), np.zeros((0, 4))):
        with pytest.raises(Refused, match=r"expected \(frames, 4\)"):
            inputs.prepare([other], RNN, preparation)


def test_an_rnn_refuses_a_family_without_frames() -> None:
    with pytest.raises(Refused, match="take the DNN"):
        inputs.fit_preparation([np.zeros(4)], RNN)


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(Refused, match="no recording to train on"):
        inputs.fit_preparation([], DNN)
