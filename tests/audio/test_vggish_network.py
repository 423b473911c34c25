"""VGGish built from its layers: the published log-mel patches, the original checkpoint, and the hub's interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio import hub_modules, transfer, vggish_layers, vggish_network
from core.audio.vggish_layers import LayerWeights
from core.audio.vggish_network import VggishOutput
from core.errors import Refused
from tests.audio_files import noise
from tests.conftest import SHARED
from tests.vggish_checkpoint import write_checkpoint


@pytest.mark.slow
def test_log_mel_patches_are_the_published_ones() -> None:
    file = SHARED / "reference" / "log_mel.npz"
    if not file.is_file():
        pytest.skip(f"no published patches at {file}; point EARSHOT_TEST_SHARED at a folder that has them")
    with np.load(file) as published:
        for name in (name for name in published.files if not name.endswith(".patches")):
            ours = vggish_network.patches(published[name].astype(np.float32))
            np.testing.assert_allclose(ours, published[f"{name}.patches"], atol=2e-3)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with the published names and shapes, in the format of the first release; the weights are drawn."""
    file = tmp_path_factory.mktemp("checkpoint") / "vggish_model.ckpt"
    write_checkpoint(file)
    return file


@pytest.fixture(scope="module")
def module(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("modules") / "vggish"
    vggish_network.convert(checkpoint, folder)
    return folder


def numpy_embedding(patch: np.ndarray, layers: list[LayerWeights]) -> np.ndarray:
    """The network once more, slowly and without TensorFlow."""
    maps = patch[:, :, np.newaxis]
    for number, layer in enumerate(layers[:6]):
        height, width, _ = maps.shape
        around = np.pad(maps, ((1, 1), (1, 1), (0, 0)))
        windows = np.concatenate([around[i : i + height, j : j + width] for i in range(3) for j in range(3)], axis=2)
        maps = np.maximum(windows @ layer.weights.reshape(-1, layer.weights.shape[-1]) + layer.biases, 0)
        if number in (0, 1, 3, 5):
            maps = maps.reshape(height // 2, 2, width // 2, 2, -1).max(axis=(1, 3))
    row = maps.reshape(-1)
    for layer in layers[6:8]:
        row = np.maximum(row @ layer.weights + layer.biases, 0)
    return np.asarray(row @ layers[8].weights + layers[8].biases)


@pytest.mark.slow
def test_the_converted_checkpoint_computes_the_published_network(checkpoint: Path, module: Path) -> None:
    samples, layers = noise(1.0, seed=2).astype(np.float32), vggish_layers.read(checkpoint)

    embedding = hub_modules.rows(hub_modules.load(hub_modules.VGGISH, str(module)), samples)
    expected = numpy_embedding(vggish_network.patches(samples)[0], layers)
    np.testing.assert_allclose(embedding[0], expected, rtol=1e-2, atol=1e-2 * np.abs(expected).max())


@pytest.mark.slow
@pytest.mark.parametrize(("n_samples", "n_rows"), [(0, 0), (15_599, 0), (15_600, 1), (30_959, 1), (30_960, 2)])
def test_the_converted_checkpoint_has_the_interface_of_the_hub(module: Path, n_samples: int, n_rows: int) -> None:
    loaded = hub_modules.load(hub_modules.VGGISH, str(module))

    assert hub_modules.rows(loaded, np.zeros(n_samples, np.float32)).shape == (n_rows, 128)


@pytest.mark.slow
def test_drawn_weights_in_the_published_layers_are_not_vggish(module: Path) -> None:
    check = transfer.self_check(str(module))

    assert check.has_published_layers
    assert check.n_parameters == 72_141_184
    assert not check.is_vggish


@pytest.mark.slow
def test_the_convolutions_are_those_of_the_module(checkpoint: Path, module: Path) -> None:
    samples = noise(2.0, seed=4)

    (features,) = transfer.vggish_convolutions([samples], str(module))
    normalised, _ = transfer.normalise_gain(samples, hub_modules.VGGISH)
    pooled = vggish_network.network(vggish_layers.read(checkpoint), VggishOutput.CONVOLUTIONS)
    expected = np.asarray(pooled(transfer.pad(normalised, hub_modules.VGGISH)))
    np.testing.assert_allclose(features[:, :512], expected, rtol=1e-3, atol=1e-4)


def test_another_checkpoint_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    import tensorflow as tf

    prefix = tf.train.Checkpoint(weights=tf.Variable(tf.zeros([3, 4]))).write(str(tmp_path / "other"))
    with pytest.raises(Refused, match=r"1 arrays with 12 parameters, expected 18 with 72,141,184"):
        vggish_network.convert(Path(prefix), tmp_path / "module")
    assert not (tmp_path / "module").exists()


def test_what_is_no_checkpoint_has_no_shapes(tmp_path: Path) -> None:
    (tmp_path / "vggish_model.ckpt").write_bytes(b"not a checkpoint")

    assert vggish_layers.shapes(tmp_path / "vggish_model.ckpt") == {}
    assert vggish_layers.shapes(tmp_path / "missing") == {}
