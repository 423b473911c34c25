"""Hub modules as LiteRT runs them: converted once (`lite_conversion`), without TensorFlow, in a tenth of its time.

A converted module takes one window of 15,600 samples, since a free length cannot be converted; a recording goes through
it window by window, on the grid that the module itself has. Where large dense layers were taken off its end, the rows
go through these behind it (`lite_dense`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from core.arrays import Float32Array
from core.audio import lite_dense
from core.audio.module_types import HubModule, TensorLike

ENDING = ".tflite"
WINDOW_SAMPLES = 15_600


class RowGrid(Protocol):
    """Where the rows of a module begin, and what each reaches over: `hub_modules.TransferSpec`."""

    @property
    def window_samples(self) -> int: ...
    @property
    def hop_samples(self) -> int: ...


def is_lite(address: str) -> bool:
    """Whether an address is that of a converted module."""
    return address.endswith(ENDING)


def load(file: Path, grid: RowGrid) -> HubModule:
    """A converted module, as a function of a waveform like the module that it was made of.

    Raises
    ------
    ValueError, OSError
        The file is none, or damaged.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(file), num_threads=1)
    interpreter.allocate_tensors()
    window, row = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    layers = lite_dense.read(file)

    def rows_of(samples: Float32Array) -> TensorLike:
        rows = []
        for cut in windows(samples, grid):
            interpreter.set_tensor(window, cut)
            interpreter.invoke()
            rows.append(interpreter.get_tensor(row)[0].ravel())
        return lite_dense.through(layers, np.stack(rows))

    return rows_of


def windows(samples: Float32Array, grid: RowGrid) -> list[Float32Array]:
    """The windows of a padded waveform, [shape=(15_600,)] each, zeros behind the last where it ends before.

    Parameters
    ----------
    samples : as `transfer.pad` gives them, at least one window
    """
    n_rows = 1 + max(0, len(samples) - grid.window_samples) // grid.hop_samples
    cut = [samples[start : start + WINDOW_SAMPLES] for start in range(0, n_rows * grid.hop_samples, grid.hop_samples)]
    return [np.pad(each, (0, WINDOW_SAMPLES - len(each))).astype(np.float32) for each in cut]
