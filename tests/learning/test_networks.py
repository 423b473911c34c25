"""What a spec may say, and what the two networks make of pads."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.learning import networks, tasks, tensorflow_runtime
from core.learning.networks import PAD, NetworkSpec


def test_the_defaults_are_the_papers() -> None:
    spec = NetworkSpec("dnn")
    assert (spec.learning_rate, spec.dropout) == (0.001, 0.3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "cnn"}, "'cnn' is not known: expected one of dnn, rnn"),
        ({"units": 0}, "units=0"),
        ({"layers": -1}, "layers=-1"),
        ({"dropout": 1.0}, "dropout"),
        ({"learning_rate": 0.0}, "learning rate"),
    ],
)
def test_a_spec_that_cannot_be_built_is_refused(wrong: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        NetworkSpec(**{"kind": "dnn", **wrong})


def test_an_rnn_eats_frames_only_and_a_dnn_everything() -> None:
    assert [networks.accepts_family(kind, is_sequence=False) for kind in networks.KINDS] == [True, False]
    assert [networks.accepts_family(kind, is_sequence=True) for kind in networks.KINDS] == [True, True]


@pytest.mark.parametrize(("task", "n_outputs"), [("multiclass", 3), ("binary", 1), ("binary-noise", 1)])
def test_a_network_has_the_layers_of_its_spec_and_the_outputs_of_its_task(task: str, n_outputs: int) -> None:
    tensorflow_runtime.seed_everything(0)
    model = networks.build(NetworkSpec("dnn", units=32, layers=4), tasks.task(task), n_inputs=7)
    assert [layer.units for layer in model.layers if hasattr(layer, "units")] == [32] * 4 + [n_outputs]
    assert model.output_shape == (None, n_outputs)


def test_pads_change_nothing_in_what_an_rnn_answers() -> None:
    tensorflow_runtime.seed_everything(0)
    model = networks.build(NetworkSpec("rnn", units=8), tasks.task("multiclass"), n_inputs=3)
    steps = np.random.default_rng(0).normal(size=(1, 6, 3)).astype(np.float32)
    with_pads = np.concatenate([steps, np.full((1, 9, 3), PAD, np.float32)], axis=1)
    np.testing.assert_allclose(model(with_pads), model(steps), atol=1e-6)


def test_an_rnn_tells_apart_what_differs_in_the_first_step_only() -> None:
    tensorflow_runtime.seed_everything(0)
    model = networks.build(NetworkSpec("rnn", units=8), tasks.task("multiclass"), n_inputs=3)
    steps = np.zeros((2, 20, 3), np.float32)
    steps[1, 0] = 5.0
    answers = np.asarray(model(steps))
    assert np.abs(answers[0] - answers[1]).max() > 1e-3
