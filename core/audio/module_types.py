"""What is used of the objects of TensorFlow Hub, as types: they carry none, and are imported inside functions only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.arrays import Float32Array, FloatArray


class TensorLike(Protocol):
    """What a module returns: anything that NumPy turns into an array."""

    def __array__(self) -> FloatArray: ...


class HubModule(Protocol):
    """A loaded SavedModel: a waveform in, embeddings or (scores, embeddings, log mel) out."""

    def __call__(self, waveform: Float32Array, /) -> TensorLike | Sequence[TensorLike]: ...
