"""Arrays in a temporary file come back as they were, and memory does not grow with their number."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core import config
from core.domain.labels import Label
from core.learning import array_spool, inputs, training
from core.learning.array_spool import ArraySpool, ArraySubset, JoinedArrays
from core.learning.networks import NetworkSpec
from tests.encryption_keys import KEY, put_in_force

FRAMES, VALUES = 300, 39
FEW, MANY = 500, 4000
ONE_MB = 1024 * 1024
HELD_MB = MANY * FRAMES * VALUES * 4 / ONE_MB  # what the features of many would take: 178
SMALL = {
    "dnn": NetworkSpec("dnn", units=4, layers=1, max_epochs=1, batch_size=64),
    "rnn": NetworkSpec("rnn", units=4, layers=1, max_epochs=1, batch_size=64, typical_steps=8),
}


class ComputedArrays(Sequence[np.ndarray]):
    """As many recordings as one likes, each made when it is asked for."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int) -> np.ndarray:
        if not 0 <= index < self.n:
            raise IndexError(index)
        return np.full((FRAMES, VALUES), index % 7, dtype=np.float32) + np.arange(FRAMES, dtype=np.float32)[:, None]


def peak_mb(spec: NetworkSpec, n: int) -> float:
    """Most memory that measuring, preparing and going through an epoch took at one time."""
    tracemalloc.start()
    features = ComputedArrays(n)
    rows = inputs.prepare(features, spec, inputs.fit_preparation(features, spec))
    for group in inputs.batches(rows.lengths, spec.batch_size, np.random.default_rng(0)):
        inputs.padded([rows[index] for index in group])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / ONE_MB


def peak_of_this_process_mb(n: int) -> float:
    """What the process has held at most after it trained a network on n recordings and asked it about them."""
    import resource

    labels = [tuple(Label)[index % 3] for index in range(n)]
    trained = training.train(
        ComputedArrays(n), labels, np.arange(n) % 5 == 0, spec=SMALL["rnn"], task="multiclass", seed=0
    )
    assert len(trained.predict(ComputedArrays(n)).p_accepted) == n
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@given(st.lists(arrays.arrays(np.float32, arrays.array_shapes(max_dims=2, min_side=0, max_side=5)), max_size=8))
def test_what_comes_out_is_what_was_put_in(given_arrays: list[np.ndarray]) -> None:
    spool = ArraySpool(given_arrays)
    assert len(spool) == len(given_arrays)
    assert spool.shapes == [array.shape for array in given_arrays]
    for out, array in zip(spool, given_arrays, strict=True):
        assert out.dtype == array.dtype
        assert out.tobytes() == array.tobytes()


@given(st.lists(arrays.arrays(np.float32, arrays.array_shapes(max_dims=2, min_side=0, max_side=9)), max_size=8))
def test_where_recordings_are_encrypted_the_same_comes_out(given_arrays: list[np.ndarray]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        put_in_force(patch, KEY)
        patch.setattr(array_spool, "IN_MEMORY_BYTES", 256)
        spool = ArraySpool(given_arrays)
        assert [array.tobytes() for array in spool] == [array.tobytes() for array in given_arrays]
    config.settings.cache_clear()


def test_where_recordings_are_encrypted_the_file_holds_nothing_that_was_put_in(monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    monkeypatch.setattr(array_spool, "IN_MEMORY_BYTES", 0)
    array = np.random.default_rng(0).normal(size=(100, 39)).astype(np.float32)
    spool = ArraySpool([array, array])
    size = os.fstat(spool._file).st_size
    written = os.pread(spool._file, size, 0)
    assert size >= 2 * array.nbytes
    assert not [at for at in range(0, array.nbytes, 64) if array.tobytes()[at : at + 64] in written]
    assert written[: array.nbytes] != written[size - array.nbytes :]


def test_what_is_prepared_for_one_decision_needs_no_file() -> None:
    spool = ArraySpool(np.full((100, 39), index, np.float32) for index in range(5))
    assert spool._opened_file is None
    assert [int(array.max()) for array in spool] == [0, 1, 2, 3, 4]


def test_several_threads_read_at_once() -> None:
    spool = ArraySpool(np.full(1000, index) for index in range(50))
    with ThreadPoolExecutor(4) as pool:
        maxima = pool.map(lambda index: int(spool[index % 50].max()), range(400))
        assert list(maxima) == [index % 50 for index in range(400)]


def test_some_are_fetched_when_they_are_asked_for() -> None:
    spool = ArraySpool(np.array([index]) for index in range(10))
    some = ArraySubset(spool, [7, 2, 5])
    assert [int(array[0]) for array in some] == [7, 2, 5]
    assert [int(array[0]) for array in some[1:]] == [2, 5]
    assert [int(array[0]) for array in spool[8:]] == [8, 9]
    with pytest.raises(IndexError):
        some[3]


@pytest.mark.parametrize("kind", ["dnn", "rnn"])
def test_recordings_read_one_at_a_time_are_prepared_as_those_in_memory_bit_for_bit(kind: str) -> None:
    rng = np.random.default_rng(0)
    spec, held = SMALL[kind], [rng.normal(size=(int(n), 5)).astype(np.float32) for n in rng.integers(1, 60, 40)]
    preparation, again = inputs.fit_preparation(held, spec), inputs.fit_preparation(ArraySpool(held), spec)
    assert preparation.mean.tobytes() == again.mean.tobytes()
    assert preparation.deviation.tobytes() == again.deviation.tobytes()
    shaped = [inputs._shaped(array, spec, preparation.stride) for array in held]
    whole = (np.concatenate(shaped) - preparation.mean) / preparation.deviation
    rows = inputs.prepare(ArraySpool(held), spec, preparation)
    prepared = np.concatenate([np.atleast_2d(array) for array in rows])
    assert prepared.tobytes() == np.clip(whole, -inputs.CLIP, inputs.CLIP).astype(np.float32).tobytes()


@pytest.mark.parametrize("kind", ["dnn", "rnn"])
def test_preparing_many_recordings_takes_no_more_memory_than_preparing_few(kind: str) -> None:
    few, many = peak_mb(SMALL[kind], FEW), peak_mb(SMALL[kind], MANY)
    assert many - few < 0.02 * HELD_MB
    assert many < 0.05 * HELD_MB


@pytest.mark.slow
def test_training_on_many_recordings_takes_no_more_memory_than_on_few() -> None:
    script = (
        "from tests.learning import test_spool as t; print(*[t.peak_of_this_process_mb(n) for n in (t.FEW, t.MANY)])"
    )
    command = [sys.executable, "-c", script]
    printed = subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True, text=True).stdout
    few, many = map(float, printed.split()[-2:])
    assert many - few < 0.25 * HELD_MB


def test_joined_sequences_are_one_behind_the_other() -> None:
    some, others = ArraySpool([np.full(2, number) for number in (1.0, 2.0)]), ArraySpool([np.full(2, 3.0)])
    joined = JoinedArrays([some, ArraySpool(), others])

    assert [float(array[0]) for array in joined] == [1.0, 2.0, 3.0]
    assert float(joined[-1][0]) == 3.0
    assert len(JoinedArrays([])) == 0
