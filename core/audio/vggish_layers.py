"""The layers of VGGish as they were published, and weights of them read from a checkpoint or a SavedModel.

Six convolutions and three dense layers, 72,141,184 parameters. A checkpoint of the first release names them; the module
of TensorFlow Hub numbers its variables. Shapes tell the weights apart, and the natural order of the names the biases.

Source: vggish_slim.py and vggish_params.py of tensorflow/models, research/audioset.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

from core.arrays import Float32Array
from core.errors import Refused

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """A convolution (weights of four dimensions) or a dense layer (of two), by its published name."""

    name: str
    weights_shape: Shape

    @property
    def biases_shape(self) -> Shape:
        return self.weights_shape[-1:]


@dataclass(frozen=True)
class LayerWeights:
    """What a layer has learnt."""

    weights: Float32Array
    biases: Float32Array


LAYERS = (
    Layer("vggish/conv1", (3, 3, 1, 64)),
    Layer("vggish/conv2", (3, 3, 64, 128)),
    Layer("vggish/conv3/conv3_1", (3, 3, 128, 256)),
    Layer("vggish/conv3/conv3_2", (3, 3, 256, 256)),
    Layer("vggish/conv4/conv4_1", (3, 3, 256, 512)),
    Layer("vggish/conv4/conv4_2", (3, 3, 512, 512)),
    Layer("vggish/fc1/fc1_1", (12_288, 4_096)),
    Layer("vggish/fc1/fc1_2", (4_096, 4_096)),
    Layer("vggish/fc2", (4_096, 128)),
)
N_VALUES = 128
N_PARAMETERS = sum(prod(layer.weights_shape) + prod(layer.biases_shape) for layer in LAYERS)

_EVERY_SHAPE = Counter(shape for layer in LAYERS for shape in (layer.weights_shape, layer.biases_shape))
_SAVED_VARIABLES = Path("variables", "variables")


def checkpoint_of(folder: Path) -> Path:
    """Where the variables of a SavedModel lie."""
    return folder / _SAVED_VARIABLES


def shapes(checkpoint: Path) -> dict[str, Shape]:
    """Names and shapes of the arrays in a checkpoint, of either format of TensorFlow; scalars are left out.

    Nothing where there is no checkpoint, or no readable one.
    """
    import tensorflow as tf

    try:
        reader = tf.train.load_checkpoint(str(checkpoint))
    except (tf.errors.OpError, ValueError, RuntimeError):
        return {}
    return {name: tuple(shape) for name, shape in reader.get_variable_to_shape_map().items() if shape}


def n_parameters(arrays: Mapping[str, Shape]) -> int:
    """How many numbers arrays of these shapes hold."""
    return sum(map(prod, arrays.values()))


def are_published(arrays: Mapping[str, Shape]) -> bool:
    """Whether these are the shapes of the published layers, every one and no other."""
    return Counter(arrays.values()) == _EVERY_SHAPE


def read(checkpoint: Path) -> list[LayerWeights]:
    """The weights of `LAYERS`, in their order.

    Raises
    ------
    Refused
        The checkpoint cannot be read, or holds other layers.
    """
    arrays = _without_training_state(shapes(checkpoint))
    if not are_published(arrays):
        raise Refused(
            "{name} does not hold the layers of VGGish: {n_arrays} arrays with {n_parameters:,} "
            "parameters, expected {total} with {n_parameters_2:,}.",
            name=checkpoint.name,
            n_arrays=len(arrays),
            n_parameters=n_parameters(arrays),
            total=_EVERY_SHAPE.total(),
            n_parameters_2=N_PARAMETERS,
        )
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(checkpoint))
    by_shape: dict[Shape, list[str]] = {}
    for name in sorted(arrays, key=_natural):
        by_shape.setdefault(arrays[name], []).append(name)

    def take(shape: Shape) -> Float32Array:
        array: Float32Array = reader.get_tensor(by_shape[shape].pop(0))
        return array

    return [LayerWeights(take(layer.weights_shape), take(layer.biases_shape)) for layer in LAYERS]


def _without_training_state(arrays: Mapping[str, Shape]) -> dict[str, Shape]:
    """Of a checkpoint with the published names, these alone: an optimiser's state beside them decides nothing."""
    published = [f"{layer.name}/{part}" for layer in LAYERS for part in ("weights", "biases")]
    if all(name in arrays for name in published):
        return {name: arrays[name] for name in published}
    return dict(arrays)


def _natural(name: str) -> list[tuple[int, str]]:
    """`_variables/10` behind `_variables/9`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
