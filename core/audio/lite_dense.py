"""Large dense layers at the end of a converted module, in 16 bits and behind the rest of its file.

LiteRT packs the float32 weights of a layer into memory of its own, besides those of the file: of VGGish, whose dense
layers are 94 % of its 288 MB, twice 288 MB. Here a weight is a 16-bit number times a scale of its output; a few
outputs at a time become float32, so that nothing but the file's own pages is in memory. A weight moves by at most
1/65,534 of the largest of its output: far less than decisions feel, which 8 bits are not.

Behind a `.tflite` come, each on a multiple of 64 bytes, the arrays as NumPy writes them (`.npy`), and a footer that
says where the first begins and how many layers there are. LiteRT ignores what follows a module.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from core.arrays import AnyArray, Float32Array

LARGEST = 32_767
OUTPUTS_AT_ONCE = 64
MAGIC = b"EARDENSE"
FOOTER = struct.Struct("<8sQQ")  # MAGIC, where the first array begins, how many layers
ALIGNED_BYTES = 64


@dataclass(frozen=True)
class DenseLayer:
    """max(0, weights * scales @ input + biases), without the maximum where it is not rectified.

    weights : int16 [shape=(n_outputs, n_inputs)]; may be mapped from a file
    scales, biases : [shape=(n_outputs,)]
    """

    weights: npt.NDArray[np.int16]
    scales: Float32Array
    biases: Float32Array
    is_rectified: bool


def in_16_bits(weights: Float32Array, biases: Float32Array, *, is_rectified: bool) -> DenseLayer:
    """A layer of float32 weights [shape=(n_outputs, n_inputs)]; an output whose weights are all 0 has the scale 1."""
    largest = np.abs(weights).max(axis=1)
    scales = np.where(largest > 0, largest / LARGEST, 1).astype(np.float32)
    rounded = np.empty(weights.shape, np.int16)
    for some in _blocks(len(weights)):
        rounded[some] = np.clip(np.rint(weights[some] / scales[some, np.newaxis]), -LARGEST, LARGEST)
    return DenseLayer(rounded, scales, np.asarray(biases, np.float32), is_rectified)


def through(layers: Sequence[DenseLayer], rows: Float32Array) -> Float32Array:
    """Rows [shape=(n_rows, n_inputs)] through all layers, [shape=(n_rows, n_outputs of the last)]."""
    for layer in layers:
        rows = _through(layer, rows)
    return rows


def append(file: Path, layers: Sequence[DenseLayer]) -> None:
    """Put layers behind a module; nothing where there are none."""
    if not layers:
        return
    with file.open("ab") as opened:
        _align(opened)
        begin = opened.tell()
        for layer in layers:
            for array in (layer.weights, layer.scales, layer.biases, np.array([layer.is_rectified])):
                np.lib.format.write_array(opened, np.ascontiguousarray(array), version=(1, 0))
                _align(opened)
        opened.write(FOOTER.pack(MAGIC, begin, len(layers)))


def read(file: Path) -> list[DenseLayer]:
    """The layers behind a module, their weights mapped; none where nothing was appended.

    Raises
    ------
    ValueError, OSError
        What was appended is damaged.
    """
    with file.open("rb") as opened:
        if file.stat().st_size < FOOTER.size:
            return []
        opened.seek(-FOOTER.size, 2)
        magic, begin, n_layers = FOOTER.unpack(opened.read())
        if magic != MAGIC:
            return []
        opened.seek(begin)
        return [_read_layer(opened, file) for _ in range(n_layers)]


def _through(layer: DenseLayer, rows: Float32Array) -> Float32Array:
    """Row by row: BLAS multiplies few rows by a matrix more slowly than each by itself."""
    outputs = np.empty((len(rows), len(layer.weights)), np.float32)
    for some in _blocks(len(layer.weights)):
        weights = layer.weights[some].astype(np.float32)
        for row, output in zip(rows, outputs, strict=True):
            np.matmul(weights, row, out=output[some])
    outputs = outputs * layer.scales + layer.biases
    return np.maximum(outputs, 0) if layer.is_rectified else outputs


def _blocks(n_outputs: int) -> list[slice]:
    return [slice(start, start + OUTPUTS_AT_ONCE) for start in range(0, n_outputs, OUTPUTS_AT_ONCE)]


def _align(opened: BinaryIO) -> None:
    opened.write(bytes(-opened.tell() % ALIGNED_BYTES))


def _read_layer(opened: BinaryIO, file: Path) -> DenseLayer:
    weights, scales, biases, is_rectified = (_mapped(opened, file) for _ in range(4))
    if weights.dtype != np.int16 or weights.ndim != 2 or not len(weights) == len(scales) == len(biases):
        raise ValueError("its dense layers are damaged")
    return DenseLayer(
        weights.astype(np.int16, copy=False),
        np.array(scales, np.float32),
        np.array(biases, np.float32),
        bool(is_rectified[0]),
    )


def _mapped(opened: BinaryIO, file: Path) -> AnyArray:
    """The array that begins here; the file is then at the next."""
    np.lib.format.read_magic(opened)
    shape, _, dtype = np.lib.format.read_array_header_1_0(opened)
    begin = opened.tell()
    array: AnyArray = np.memmap(file, dtype, "r", begin, shape)
    end = begin + array.nbytes
    opened.seek(end + -end % ALIGNED_BYTES)
    return array
