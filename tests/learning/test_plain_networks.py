"""What NumPy makes of a trained network is what Keras makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.domain.labels import Label
from core.errors import NotFound
from core.learning import plain_networks, training
from core.learning.networks import NetworkSpec

N_VALUES = 7


@pytest.mark.slow
@pytest.mark.parametrize("task", ["multiclass", "binary"])
@pytest.mark.parametrize("spec", [NetworkSpec("dnn", units=9, layers=11, max_epochs=2), NetworkSpec("rnn", units=6)])
def test_a_network_without_tensorflow_gives_the_same_probabilities(
    spec: NetworkSpec, task: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    labels = [*Label] * 8
    features = [rng.normal(k % 3, 1, (5 + k, N_VALUES)).astype(np.float32) for k in range(len(labels))]
    is_validation = np.arange(len(labels)) >= 18
    network = training.train(features, labels, is_validation, spec=spec, task=task, seed=1)
    network.save(tmp_path)
    theirs, ours = network.predict(features), plain_networks.load(tmp_path).predict(features)
    np.testing.assert_allclose(ours.p_accepted, theirs.p_accepted, atol=2e-6)
    if theirs.p_noise is not None:
        assert ours.p_noise is not None
        np.testing.assert_allclose(ours.p_noise, theirs.p_noise, atol=2e-6)


def test_a_folder_without_a_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no trained network"):
        plain_networks.load(tmp_path)
