"""Networks learn, learn the same twice, stop when told to, and survive a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import training
from core.learning.networks import NetworkSpec
from core.learning.training import TrainedNetwork
from core.metrics import rejection

DNN = NetworkSpec("dnn", units=16, max_epochs=8, learning_rate=0.01)
RNN = NetworkSpec("rnn", units=8, layers=1, max_epochs=4, batch_size=16, learning_rate=0.01, typical_steps=8)
LABELS = [Label(label) for label in np.random.default_rng(0).permutation([*Label] * 40)]
IS_VALIDATION = np.arange(len(LABELS)) % 4 == 0


def sounds() -> list[np.ndarray]:
    """Accepted loud in the middle, Noise loud throughout, Speechless quiet; of unequal length, 5 values a frame."""
    rng, features = np.random.default_rng(1), []
    for label in LABELS:
        n = int(rng.integers(9, 30))
        level = {"Accepted": np.hanning(n) * 3, "Noise": np.full(n, 3.0), "Speechless": np.zeros(n)}[label]
        features.append((level[:, None] + rng.normal(0, 1.0, (n, 5))).astype(np.float32))
    return features


def f_on_validation(network: TrainedNetwork, features: list[np.ndarray]) -> float:
    is_accepted = np.array([label is Label.ACCEPTED for label in LABELS])[IS_VALIDATION]
    p = network.predict([features[index] for index in np.flatnonzero(IS_VALIDATION)]).p_accepted
    return rejection.f(rejection.curve(is_accepted, p), 0.10)


@lru_cache
def trained(spec: NetworkSpec, task: str = "multiclass", seed: int = 0) -> TrainedNetwork:
    return training.train(sounds(), LABELS, IS_VALIDATION, spec=spec, task=task, seed=seed)


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_a_network_learns_what_can_be_heard(spec: NetworkSpec) -> None:
    assert f_on_validation(trained(spec), sounds()) > 0.8


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_the_three_probabilities_of_a_recording_add_up_to_one(spec: NetworkSpec) -> None:
    p = trained(spec).predict(sounds())
    np.testing.assert_allclose(p.p_accepted + p.p_noise + p.p_speechless, 1.0, atol=1e-6)


@pytest.mark.parametrize("task", ["binary", "binary-noise", "binary-speechless"])
def test_a_binary_network_gives_p_of_accepted_to_every_recording(task: str) -> None:
    p = trained(DNN, task).predict(sounds())
    assert len(p.p_accepted) == len(LABELS)
    assert p.p_noise is None
    assert p.p_accepted[[label is Label.ACCEPTED for label in LABELS]].mean() > 0.6


def test_a_piece_of_double_binary_never_sees_the_other_reject() -> None:
    speechless = int((np.array(LABELS)[~IS_VALIDATION] == Label.SPEECHLESS).sum())
    assert speechless > 20
    assert trained(DNN, "binary-noise").course.n_training == trained(DNN).course.n_training - speechless


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_the_same_seed_gives_the_same_probabilities(spec: NetworkSpec) -> None:
    again = training.train(sounds(), LABELS, IS_VALIDATION, spec=spec, task="multiclass", seed=0)
    first = trained(spec).predict(sounds()).p_accepted
    np.testing.assert_allclose(again.predict(sounds()).p_accepted, first, atol=1e-6)


def test_another_seed_gives_another_network() -> None:
    first, other = (trained(DNN, "multiclass", seed).predict(sounds()).p_accepted for seed in (0, 1))
    assert np.abs(other - first).max() > 1e-3


def test_another_process_trains_the_same_network(tmp_path: Path) -> None:
    script = (
        "import numpy as np, sys\n"
        "from tests.learning import test_training as t\n"
        "np.save(sys.argv[1], t.trained(t.DNN).predict(t.sounds()).p_accepted)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "p.npy")]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True)
    np.testing.assert_allclose(np.load(tmp_path / "p.npy"), trained(DNN).predict(sounds()).p_accepted, atol=1e-6)


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_a_network_out_of_a_folder_gives_identical_predictions(spec: NetworkSpec, tmp_path: Path) -> None:
    trained(spec).save(tmp_path / "network")
    loaded = training.load(tmp_path / "network")
    assert np.array_equal(loaded.predict(sounds()).p_accepted, trained(spec).predict(sounds()).p_accepted)
    assert replace(loaded, model=None, preparation=None) == replace(trained(spec), model=None, preparation=None)


def test_the_folder_says_how_the_network_came_about(tmp_path: Path) -> None:
    trained(DNN).save(tmp_path)
    saved = json.loads((tmp_path / "network.json").read_text())
    assert (saved["task"], saved["seed"], saved["spec"]["units"], saved["n_inputs"]) == ("multiclass", 0, 16, 10)
    assert saved["course"]["n_training"] + saved["course"]["n_validation"] == len(LABELS)
    assert saved["course"]["seconds_per_epoch"] > 0
    assert saved["versions"]["keras"].startswith("3.")


def test_an_empty_folder_holds_no_network(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no trained network"):
        training.load(tmp_path)


def test_a_recording_alone_gets_the_same_probability_as_among_others() -> None:
    network, features = trained(RNN), sounds()
    together = network.predict(features).p_accepted[:5]
    alone = [network.predict([values]).p_accepted[0] for values in features[:5]]
    np.testing.assert_allclose(alone, together, atol=1e-6)


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_no_recordings_have_no_probabilities(spec: NetworkSpec) -> None:
    p = trained(spec).predict([])
    assert len(p.p_accepted) == len(p.p_noise) == 0


@pytest.mark.parametrize("spec", [DNN, RNN], ids=["dnn", "rnn"])
def test_digital_silence_everywhere_trains_and_answers_without_nan(spec: NetworkSpec) -> None:
    silence = [np.full((12, 5), -100.0, dtype=np.float32) for _ in LABELS]
    network = training.train(silence, LABELS, IS_VALIDATION, spec=replace(spec, max_epochs=1), task="binary", seed=0)
    assert np.isfinite(network.predict(silence).p_accepted).all()
    assert np.isfinite(network.course.loss).all()


def test_the_best_epoch_is_the_one_with_the_lowest_loss_on_validation() -> None:
    course = trained(DNN).course
    assert course.best_epoch == 1 + int(np.argmin(course.validation_loss))
    assert course.epochs == len(course.loss) == len(course.validation_loss)


def test_training_stops_when_validation_no_longer_gains() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.normal(size=6).astype(np.float32) for _ in LABELS]
    spec = NetworkSpec("dnn", max_epochs=200, patience=2, learning_rate=0.01)
    course = training.train(noise, LABELS, IS_VALIDATION, spec=spec, task="multiclass", seed=0).course
    assert course.epochs == course.best_epoch + 2 < 50


def test_without_validation_recordings_training_goes_by_its_own_loss() -> None:
    nobody = np.zeros(len(LABELS), dtype=bool)
    course = training.train(sounds(), LABELS, nobody, spec=DNN, task="multiclass", seed=0).course
    assert (course.n_training, course.n_validation, course.validation_loss) == (len(LABELS), 0, ())
    assert course.best_epoch == 1 + int(np.argmin(course.loss))


def test_every_epoch_is_told_and_what_the_hook_raises_comes_out() -> None:
    calls = []

    def stop_after_two(done: int, total: int) -> None:
        calls.append((done, total))
        if done == 2:
            raise KeyboardInterrupt("cancelled")

    with pytest.raises(KeyboardInterrupt, match="cancelled"):
        training.train(sounds(), LABELS, IS_VALIDATION, spec=DNN, task="multiclass", seed=0, on_epoch=stop_after_two)
    assert calls == [(1, 8), (2, 8)]


def test_a_training_without_hope_ends_with_what_it_has() -> None:
    spec = replace(DNN, max_epochs=6)
    calls: list[int] = []
    network = training.train(
        sounds(),
        LABELS,
        IS_VALIDATION,
        spec=spec,
        task="multiclass",
        seed=0,
        should_prune=lambda losses: calls.append(len(losses)) or len(losses) == 2,
    )
    assert calls == [1, 2]
    assert network.course.epochs == len(network.course.validation_loss) == 2


def test_validation_recordings_teach_neither_weights_nor_preparation() -> None:
    features = sounds()
    for index in np.flatnonzero(IS_VALIDATION):
        features[index] = features[index] * 50 + 7
    spec = replace(DNN, max_epochs=1)
    changed = training.train(features, LABELS, IS_VALIDATION, spec=spec, task="multiclass", seed=0)
    plain = training.train(sounds(), LABELS, IS_VALIDATION, spec=spec, task="multiclass", seed=0)
    np.testing.assert_allclose(changed.predict(sounds()).p_accepted, plain.predict(sounds()).p_accepted, atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "task", "words"),
    [
        ([Label.ACCEPTED] * 4, "binary", "labelled Noise or Speechless"),
        ([Label.ACCEPTED, Label.NOISE] * 2, "multiclass", "labelled Speechless"),
        ([Label.ACCEPTED, Label.SPEECHLESS] * 2, "binary-noise", "labelled Noise"),
    ],
)
def test_a_task_without_recordings_of_each_class_is_refused(labels: list[Label], task: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        training.train([np.zeros(3)] * 4, labels, np.zeros(4, dtype=bool), spec=DNN, task=task, seed=0)


def test_binary_needs_only_one_kind_of_reject() -> None:
    labels = [Label.ACCEPTED, Label.SPEECHLESS] * 8
    spec, features = replace(DNN, max_epochs=1), [np.full(3, float(index % 2)) for index in range(16)]
    network = training.train(features, labels, np.zeros(16, dtype=bool), spec=spec, task="binary", seed=0)
    assert network.course.epochs == 1


def test_features_and_labels_must_be_as_many() -> None:
    with pytest.raises(Refused, match="expected as many"):
        training.train([np.zeros(3)], LABELS, IS_VALIDATION, spec=DNN, task="binary", seed=0)
