"""Features from networks that others trained: VGGish (paper, section 3) and YAMNet, as TensorFlow Hub modules.

A module is a function of a waveform, mono 16 kHz in [-1, 1]:
VGGish gives [n, 128], a row for every 0.96 s; YAMNet gives (scores, embeddings [n, 1024], log mel), a row for every
0.48 s. Before the module the gain is normalised, since a level that pre-training never met costs ten points; the level
taken away comes back as one more value of each row.

Loading costs seconds and imports TensorFlow: once a process and module, whichever thread asks first.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Unavailable

_SAMPLE_RATE_HZ = 16_000

_TELLING_FILES = ("saved_model.pb", "fingerprint.pb", "variables/variables.index")


@dataclass(frozen=True)
class TransferSpec:
    """Every number that changes the result, but for the module itself; none may change without training again.

    window_samples, hop_samples : of a row of the module (a window of YAMNet is 15,600; given exact multiples its own
        padding, computed in float32, sometimes adds a row of nothing, so it gets one sample less)
    min_tail_samples : the last row is given up when less of it than this is sound and the rest padding: silence that
        nobody recorded would otherwise move the mean over time (a second of sound would be half silence)
    """

    name: str
    setting: str
    n_values: int
    window_samples: int
    hop_samples: int
    min_tail_samples: int
    gain_percentile: float = 99.9
    gain_target: float = 0.5
    quietest: float = 1e-4  # -80 dB: what is quieter is silence, and is not blown up any further


VGGISH = TransferSpec("VGGish", "EARSHOT_VGGISH", 128, 15_600, 15_360, min_tail_samples=3_840)
YAMNET = TransferSpec("YAMNet", "EARSHOT_YAMNET", 1024, 15_599, 7_680, min_tail_samples=8_000)


@dataclass(frozen=True)
class VggishCheck:
    """What the published smoke test says of a module.

    mean, deviation : of all values of the embedding of a 1 kHz sine
    words : for a person
    """

    is_vggish: bool
    mean: float
    deviation: float
    words: str


PUBLISHED_MEAN, PUBLISHED_DEVIATION, TOLERANCE = 0.000657, 0.343, 0.10
"""Of a 1 kHz sine of 3 s; source: vggish_smoke_test.py of tensorflow/models, research/audioset."""


def vggish(samples: np.ndarray, address: str) -> np.ndarray:
    """128 values every 0.96 s and the level; see `extract`."""
    return extract(samples, VGGISH, address)


def yamnet(samples: np.ndarray, address: str) -> np.ndarray:
    """1,024 values every 0.48 s and the level; see `extract`."""
    return extract(samples, YAMNET, address)


def extract(samples: np.ndarray, spec: TransferSpec, address: str) -> np.ndarray:
    """Rows of the module, each followed by the level of the recording in dB.

    Parameters
    ----------
    samples : np.ndarray [shape=(n,), mono, 16 kHz]
    address : str
        Hub address of the module, or folder with the SavedModel.

    Returns
    -------
    np.ndarray [shape=(n_rows >= 1, spec.n_values + 1), float32]

    Raises
    ------
    Unavailable
        The module cannot be loaded; says how to bring it in by hand.
    """
    normalised, level_db = normalise_gain(samples, spec)
    rows = _rows(_module(spec, address), pad(normalised, spec))
    return np.column_stack([rows, np.full(len(rows), level_db)]).astype(np.float32)


def normalise_gain(samples: np.ndarray, spec: TransferSpec) -> tuple[np.ndarray, float]:
    """The waveform with its 99.9th percentile of |x| at 0.5, and the level it had, in dB of full scale (>= -80)."""
    level = max(float(np.percentile(np.abs(samples), spec.gain_percentile)), spec.quietest)
    return (samples * (spec.gain_target / level)).astype(np.float32), 20 * float(np.log10(level))


def pad(samples: np.ndarray, spec: TransferSpec) -> np.ndarray:
    """Zeros behind the sound up to a whole row, or the tail cut off where it is hardly there; at least one row."""
    beyond_first = max(0, len(samples) - spec.window_samples)
    n_more = -(-beyond_first // spec.hop_samples)
    if n_more and len(samples) - n_more * spec.hop_samples < spec.min_tail_samples:
        n_more -= 1
    length = spec.window_samples + n_more * spec.hop_samples
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


def self_check(address: str) -> VggishCheck:
    """Run the published smoke test on the module at an address.

    Raises
    ------
    Unavailable
        The module cannot be loaded.
    """
    return judge_embedding(_rows(_module(VGGISH, address), sine()))


def sine() -> np.ndarray:
    """The signal of the smoke test: 1 kHz, 3 s, full scale."""
    return np.sin(2 * np.pi * 1000 * np.arange(3 * _SAMPLE_RATE_HZ) / _SAMPLE_RATE_HZ).astype(np.float32)


def judge_embedding(embedding: np.ndarray) -> VggishCheck:
    """Whether the embedding of the sine is VGGish's: its mean and deviation within 10 % of the published ones.

    Parameters
    ----------
    embedding : np.ndarray [shape=(n, 128)]
        Another shape or NaN is not VGGish's.
    """
    is_shaped = embedding.ndim == 2 and embedding.shape[1] == VGGISH.n_values and len(embedding) > 0
    mean = float(np.mean(embedding)) if embedding.size else float("nan")
    deviation = float(np.std(embedding)) if embedding.size else float("nan")
    is_vggish = (
        is_shaped
        and abs(mean - PUBLISHED_MEAN) <= TOLERANCE * PUBLISHED_MEAN
        and abs(deviation - PUBLISHED_DEVIATION) <= TOLERANCE * PUBLISHED_DEVIATION
    )
    verdict = (
        "This is VGGish" if is_vggish else "This is not VGGish, and figures made with it must not be called VGGish's"
    )
    figures = (
        f"a 1 kHz sine gives an embedding of mean {mean:.6f} (published {PUBLISHED_MEAN}) and deviation "
        f"{deviation:.3f} (published {PUBLISHED_DEVIATION}); {TOLERANCE:.0%} of difference are allowed"
    )
    return VggishCheck(is_vggish, mean, deviation, f"{verdict}: {figures}.")


def fingerprint(address: str) -> str:
    """What tells two modules apart: the address, or for a folder the digest of its graph and of its weights' index.

    The index holds a checksum of every weight, so the weights themselves need not be read.
    """
    parts = [Path(address, name) for name in _TELLING_FILES]
    stamps = tuple((str(part), part.stat().st_mtime_ns, part.stat().st_size) for part in parts if part.is_file())
    return _digest(stamps) if stamps else address


@lru_cache(maxsize=16)
def _digest(stamps: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _, size in stamps:
        digest.update(f"{Path(path).name} {size}\n".encode() + Path(path).read_bytes())
    return digest.hexdigest()


_loaded: dict[tuple[str, str], Any] = {}
_loading = threading.Lock()


def _module(spec: TransferSpec, address: str) -> Any:
    """The module, loaded once; a probe with silence shows that it is of the right kind before it is kept."""
    with _loading:
        key = (spec.name, address)
        if key not in _loaded:
            module = _load(spec, address)
            _probe(module, spec, address)
            _loaded[key] = module
        return _loaded[key]


def _load(spec: TransferSpec, address: str) -> Any:
    try:
        import tensorflow_hub as hub

        return hub.load(address)
    except Exception as error:  # the hub raises whatever its network, archive and file layers raise
        raise Unavailable(_by_hand(spec, address, str(error))) from error


def _probe(module: Any, spec: TransferSpec, address: str) -> None:
    try:
        shape = _rows(module, np.zeros(spec.window_samples, np.float32)).shape
    except Exception as error:  # any SavedModel may lie there, and fail in any way
        raise Unavailable(_by_hand(spec, address, f"it takes no waveform: {error}")) from error
    if len(shape) != 2 or shape[1] != spec.n_values:
        raise Unavailable(_by_hand(spec, address, f"it gives {list(shape)}, expected [n, {spec.n_values}]"))


def _rows(module: Any, samples: np.ndarray) -> np.ndarray:
    """The embeddings, whether the module gives them alone (VGGish) or between two others (YAMNet)."""
    given = module(samples)
    return np.asarray(given[1] if isinstance(given, tuple | list) else given)


def _by_hand(spec: TransferSpec, address: str, reason: str) -> str:
    first_line = reason.strip().splitlines()[0][:200] if reason.strip() else "no reason given"
    return (
        f"{spec.name} cannot be loaded from {address}: {first_line.rstrip('.')}. To bring it in by hand: on a machine "
        f"with internet open https://tfhub.dev/google/{spec.name.lower()}/1, download the TensorFlow 2 SavedModel, "
        f"unpack it to a folder that then holds saved_model.pb, and set {spec.setting} to that folder."
    )
