"""VGGish itself, from the weights of its published layers: a waveform to rows of numbers, one for every 0.96 s.

Log-mel patches of 96 frames by 64 bands: 25 ms windows every 10 ms, Hann, FFT of 512, bands from 125 to 7,500 Hz, and
log(mel + 0.01). Then the network up to what is asked for. There is no principal component analysis behind it, as there
is none in the module of TensorFlow Hub.

Source: mel_features.py, vggish_params.py and vggish_slim.py of tensorflow/models, research/audioset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import numpy as np

from core.arrays import Float32Array, Float64Array, FloatArray
from core.audio import vggish_layers
from core.audio.module_types import TensorLike
from core.audio.vggish_layers import LayerWeights
from core.errors import Refused

SAMPLE_RATE_HZ, WINDOW, HOP, FFT = 16_000, 400, 160, 512
BANDS, LOWEST_HZ, HIGHEST_HZ, LOG_OFFSET = 64, 125.0, 7_500.0, 0.01
PATCH_FRAMES = 96
N_CONVOLUTIONS, N_MAPS, N_FLAT = 6, 512, 12_288
POOLED_AFTER = frozenset({0, 1, 3, 5})  # convolutions behind which the map is halved

Forward = Callable[[Float32Array], TensorLike]


class VggishOutput(StrEnum):
    """What of VGGish is taken: the paper names the convolution layers in a sentence and 128 numbers in the next.

    EMBEDDING : 128 numbers before the last activation, what the module of TensorFlow Hub gives
    ACTIVATED : the same after a ReLU, what the first release gave
    CONVOLUTIONS : the 512 maps of the last convolution, each averaged over its 6 x 4 cells
    """

    EMBEDDING = "embedding"
    ACTIVATED = "activated"
    CONVOLUTIONS = "convolutions"


def network(layers: Sequence[LayerWeights], output: VggishOutput) -> Forward:
    """The network as one traced function: waveform [shape=(n,), mono, 16 kHz] to [shape=(n_patches, 128 or 512)]."""
    import tensorflow as tf

    constants = [(tf.constant(layer.weights), tf.constant(layer.biases)) for layer in layers]
    return _traced(tf, lambda waveform: _output(tf, waveform, constants, output))


def patches(waveform: Float32Array) -> Float32Array:
    """Log-mel patches [shape=(n_patches, 96, 64)] of a waveform; none of less than 15,600 samples."""
    import tensorflow as tf

    return np.asarray(_traced(tf, lambda samples: _patches(tf, samples))(np.asarray(waveform, np.float32)))


def convert(checkpoint: Path, folder: Path) -> None:
    """Write the original checkpoint (`vggish_model.ckpt`) as a SavedModel with the interface of the hub's module.

    Raises
    ------
    Refused
        The checkpoint does not hold the published layers.
    """
    layers = vggish_layers.read(checkpoint)
    import tensorflow as tf

    module = tf.Module()
    module.layers = [[tf.Variable(layer.weights), tf.Variable(layer.biases)] for layer in layers]
    embedding = VggishOutput.EMBEDDING
    module.__call__ = _traced(tf, lambda waveform: _output(tf, waveform, module.layers, embedding))
    tf.saved_model.save(module, str(folder))


def convolutions_of(folder: Path, embed: Callable[[Float32Array], FloatArray]) -> Forward:
    """The convolution layers of the VGGish in a SavedModel.

    Parameters
    ----------
    embed : the module itself; what its layers give when they are read from its variables must be what it gives

    Raises
    ------
    Refused
        The module does not have VGGish's layers, or computes something else with them.
    """
    layers = vggish_layers.read(vggish_layers.checkpoint_of(folder))
    noise = (0.1 * np.random.default_rng(3).standard_normal(15_600)).astype(np.float32)
    rebuilt = np.asarray(network(layers, VggishOutput.EMBEDDING)(noise), np.float64).ravel()
    own = np.asarray(embed(noise), np.float64).ravel()
    activated = np.maximum(rebuilt, 0.0)
    if not any(_is_alike(own, expected) for expected in (rebuilt, activated)):
        raise Refused("its convolution layers cannot be told: what they give is not what the module gives")
    return network(layers, VggishOutput.CONVOLUTIONS)


def mel_matrix() -> Float64Array:
    """Weights of each FFT bin in each band [shape=(257, 64)]: triangles that are even on the mel scale."""
    bins_mel = _mel(np.linspace(0.0, SAMPLE_RATE_HZ / 2, FFT // 2 + 1))[:, np.newaxis]
    edges_mel = np.linspace(_mel(np.array(LOWEST_HZ)), _mel(np.array(HIGHEST_HZ)), BANDS + 2)
    lower, centre, upper = edges_mel[:-2], edges_mel[1:-1], edges_mel[2:]
    rising, falling = (bins_mel - lower) / (centre - lower), (upper - bins_mel) / (upper - centre)
    weights: Float64Array = np.maximum(0.0, np.minimum(rising, falling))
    weights[0] = 0.0  # the mean of the signal is no sound
    return weights


def _mel(hertz: Float64Array) -> Float64Array:
    mel: Float64Array = 1_127.0 * np.log1p(hertz / 700.0)
    return mel


def _is_alike(own: Float64Array, expected: Float64Array) -> bool:
    return own.shape == expected.shape and bool(
        np.linalg.norm(own - expected) <= 0.05 * max(float(np.linalg.norm(expected)), 1e-9)
    )


def _traced(tf: ModuleType, forward: Callable[[object], object]) -> Forward:
    traced: Forward = tf.function(forward, input_signature=[tf.TensorSpec([None], tf.float32)])
    return traced


def _patches(tf: ModuleType, waveform: object) -> object:
    spectrum = tf.abs(
        tf.signal.stft(waveform, WINDOW, HOP, FFT, window_fn=lambda n, dtype: tf.signal.hann_window(n, True, dtype))
    )
    log_mel = tf.math.log(tf.matmul(spectrum, tf.constant(mel_matrix(), tf.float32)) + LOG_OFFSET)
    return tf.signal.frame(log_mel, PATCH_FRAMES, PATCH_FRAMES, axis=0)


def _output(tf: ModuleType, waveform: object, layers: Sequence[Sequence[object]], output: VggishOutput) -> object:
    patches = _patches(tf, waveform)
    n_values = N_MAPS if output is VggishOutput.CONVOLUTIONS else vggish_layers.N_VALUES
    return tf.cond(  # TensorFlow's convolutions fail on no patch at all
        tf.shape(patches)[0] > 0,
        lambda: _of_patches(tf, patches, layers, output),
        lambda: tf.zeros([0, n_values]),
    )


def _of_patches(tf: ModuleType, patches: object, layers: Sequence[Sequence[object]], output: VggishOutput) -> object:
    maps = tf.expand_dims(patches, -1)
    for number, (weights, biases) in enumerate(layers[:N_CONVOLUTIONS]):
        maps = tf.nn.relu(tf.nn.conv2d(maps, weights, strides=1, padding="SAME") + biases)
        if number in POOLED_AFTER:
            maps = tf.nn.max_pool2d(maps, 2, 2, padding="SAME")
    if output is VggishOutput.CONVOLUTIONS:
        return tf.reduce_mean(maps, axis=[1, 2])
    rows = tf.reshape(maps, [-1, N_FLAT])
    for weights, biases in layers[N_CONVOLUTIONS:-1]:
        rows = tf.nn.relu(tf.matmul(rows, weights) + biases)
    rows = tf.matmul(rows, layers[-1][0]) + layers[-1][1]
    return tf.nn.relu(rows) if output is VggishOutput.ACTIVATED else rows
