"""Features from pre-trained networks: VGGish (paper, section 3) and YAMNet.

Before the module the gain is normalised, since a level that pre-training never met costs ten points; the level taken
away comes back as a further value of each row.

Several recordings go through a module in a single call: concatenated, each beginning where a row begins, and the rows
that reach from one recording into the next dropped. What is left is what each gives alone, but for the last digit of
float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import hub_modules, vggish_check, vggish_layers
from core.audio.hub_modules import VGGISH, VGGISH_ACTIVATED, VGGISH_CONVOLUTIONS, YAMNET, TransferSpec
from core.audio.module_types import HubModule
from core.audio.vggish_check import VggishCheck

ROWS_AT_ONCE = 64
"""Of a module in one call: more is no faster on two cores, and takes more memory."""

APART = 0.01
"""Largest distance between the rows of a recording alone and among others, relative to the norm of the former (a cosine
of 0.99995); beyond it a module gets one recording at a time."""


def vggish(recordings: Sequence[FloatArray], address: str) -> list[Float32Array]:
    """128 values every 0.96 s and the level; see `extract_many`."""
    return extract_many(recordings, VGGISH, address)


def vggish_activated(recordings: Sequence[FloatArray], address: str) -> list[Float32Array]:
    """128 values after the last activation every 0.96 s and the level; see `extract_many`."""
    return extract_many(recordings, VGGISH_ACTIVATED, address)


def vggish_convolutions(recordings: Sequence[FloatArray], address: str) -> list[Float32Array]:
    """512 averaged maps of the last convolution every 0.96 s and the level; see `extract_many`."""
    return extract_many(recordings, VGGISH_CONVOLUTIONS, address)


def yamnet(recordings: Sequence[FloatArray], address: str) -> list[Float32Array]:
    """1,024 values every 0.48 s and the level; see `extract_many`."""
    return extract_many(recordings, YAMNET, address)


def extract_many(recordings: Sequence[FloatArray], spec: TransferSpec, address: str) -> list[Float32Array]:
    """Rows of the module for each recording, each row followed by the level of the recording in dB.

    Parameters
    ----------
    recordings : waveforms [shape=(n,), mono, 16 kHz]
    address : str
        Hub address of the module, or folder with the SavedModel.

    Returns
    -------
    Of each recording [shape=(n_rows >= 1, spec.n_values + 1)]

    Raises
    ------
    Unavailable
        The module cannot be loaded; the message tells how to install it by hand.
    """
    features: list[Float32Array] = []
    for batch in _batches((_prepared(samples, spec) for samples in recordings), spec):
        embeddings = _embeddings([padded for padded, _ in batch], spec, address)
        levels = [level_db for _, level_db in batch]
        features += [_with_level(rows, level_db) for rows, level_db in zip(embeddings, levels, strict=True)]
    return features


def normalise_gain(samples: FloatArray, spec: TransferSpec) -> tuple[Float32Array, float]:
    """The waveform with its 99.9th percentile of |x| at 0.5, and the level it had, in dB of full scale (>= -80)."""
    level = max(float(np.percentile(np.abs(samples), spec.gain_percentile)), spec.quietest)
    return (samples * (spec.gain_target / level)).astype(np.float32), 20 * float(np.log10(level))


def pad(samples: Float32Array, spec: TransferSpec) -> Float32Array:
    """Zeros behind the sound up to a whole row, or the tail cut off where it is too short; at least one row."""
    beyond_first = max(0, len(samples) - spec.window_samples)
    n_more = -(-beyond_first // spec.hop_samples)
    if n_more and len(samples) - n_more * spec.hop_samples < spec.min_tail_samples:
        n_more -= 1
    length = spec.window_samples + n_more * spec.hop_samples
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


def self_check(address: str) -> VggishCheck:
    """What the module at an address is: VGGish, and which version, or something else.

    Raises
    ------
    Unavailable
        The module cannot be loaded.
    """
    module = hub_modules.load(VGGISH, address)
    arrays = vggish_layers.shapes(vggish_layers.checkpoint_of(hub_modules.folder_of(address)))
    return vggish_check.check_module(lambda samples: hub_modules.rows(module, samples), arrays)


def _prepared(samples: FloatArray, spec: TransferSpec) -> tuple[Float32Array, float]:
    normalised, level_db = normalise_gain(samples, spec)
    return pad(normalised, spec), level_db


def _batches(
    recordings: Iterable[tuple[Float32Array, float]], spec: TransferSpec
) -> Iterator[list[tuple[Float32Array, float]]]:
    """As many recordings as give `ROWS_AT_ONCE` rows; a longer one by itself."""
    batch: list[tuple[Float32Array, float]] = []
    n_hops = 0
    for padded, level_db in recordings:
        own_hops = _hops(len(padded), spec)
        if batch and n_hops + own_hops > ROWS_AT_ONCE:
            yield batch
            batch, n_hops = [], 0
        batch.append((padded, level_db))
        n_hops += own_hops
    if batch:
        yield batch


def _embeddings(padded: Sequence[Float32Array], spec: TransferSpec, address: str) -> list[FloatArray]:
    module = hub_modules.load(spec, address)
    if len(padded) > 1 and _is_separable(spec, address):
        return _in_one_call(module, padded, spec)
    return [hub_modules.rows(module, samples) for samples in padded]


def _with_level(rows: FloatArray, level_db: float) -> Float32Array:
    return np.column_stack([rows, np.full(len(rows), level_db)]).astype(np.float32)


def _in_one_call(module: HubModule, padded: Sequence[Float32Array], spec: TransferSpec) -> list[FloatArray]:
    """The rows of each of several padded waveforms. Every one begins on a hop, as it does alone."""
    starts = np.cumsum([0, *(_hops(len(samples), spec) for samples in padded[:-1])])
    joined = np.zeros(starts[-1] * spec.hop_samples + len(padded[-1]), np.float32)
    for start, samples in zip(starts, padded, strict=True):
        joined[start * spec.hop_samples :][: len(samples)] = samples
    rows = hub_modules.rows(module, joined)
    counts = [1 + (len(samples) - spec.window_samples) // spec.hop_samples for samples in padded]
    return [rows[start : start + count] for start, count in zip(starts, counts, strict=True)]


def _hops(n_samples: int, spec: TransferSpec) -> int:
    """How many hops a waveform reaches into."""
    return -(-n_samples // spec.hop_samples)


@lru_cache(maxsize=8)
def _is_separable(spec: TransferSpec, address: str) -> bool:
    """Whether this module gives two recordings in one call the rows that it gives each alone.

    VGGish and YAMNet do, a row being a window on a fixed grid; another module that is put in their place may not.
    """
    module, rng = hub_modules.load(spec, address), np.random.default_rng(1)
    pair = [pad(0.1 * rng.standard_normal(n).astype(np.float32), spec) for n in (30_000, 20_000)]
    for alone, together in zip(
        (hub_modules.rows(module, samples) for samples in pair), _in_one_call(module, pair, spec), strict=True
    ):
        if alone.shape != together.shape or np.linalg.norm(alone - together) > APART * np.linalg.norm(alone):
            return False
    return True
