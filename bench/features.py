"""How fast features are computed, beside what one would otherwise use, in one run on the same recordings.

    python -m bench.features [FOLDER] [--recordings 160] [--rounds 5]

MFCC: librosa called file by file, as its documentation says. Transfer features: the hub module called one recording at
a time; only those whose address is set (EARSHOT_VGGISH, EARSHOT_YAMNET). Both sides get decoded waveforms in memory and
one thread of BLAS, as the workers have; they take turns, and the best round of each counts. Rates are seconds of sound
a second. The recordings are synthesised, or those of a folder.

Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from core.audio import decoding, hub_modules, mfcc, transfer
from core.audio import features as sound
from core.audio.hub_modules import TransferSpec
from core.config import settings
from core.demonstration import synthesis
from core.errors import UndecodableAudio
from core.learning import tensorflow_runtime

GOAL_MFCC_RATIO = 3.0
GOAL_MFCC_DIFFERENCE = 1e-3  # on values up to 845
GOAL_COSINE = 0.9999
SHORTEST_S = 0.1  # librosa's derivatives need nine frames

Waveforms = Sequence[np.ndarray]


def main() -> None:
    asked = _asked()
    with threadpool_limits(1):
        recordings = of_folder(asked.folder) if asked.folder else synthesised(asked.recordings)
        if not recordings:
            sys.exit(f"There is no recording in {asked.folder}.")
        print(f"{len(recordings)} recordings, {_seconds(recordings):,.0f} s of sound")
        missed = mfcc_beside_librosa(recordings, asked.rounds)
        _rates("dynamics", recordings, asked.rounds, ours=sound.FAMILIES["dynamics"].extract_many)
        for spec, name in ((hub_modules.VGGISH, "vggish"), (hub_modules.YAMNET, "yamnet")):
            if name in settings().model_fields_set:
                missed += transfer_beside_its_module(recordings, asked.rounds, spec, name)
            else:
                print(f"{name}: not measured, {spec.setting} is not set")
    sys.exit(1 if missed else 0)


def synthesised(count: int) -> list[np.ndarray]:
    return [one.samples for one in synthesis.synthesise(synthesis.SynthesisPlan(n_recordings=count))]


def of_folder(folder: Path) -> list[np.ndarray]:
    """Every file below a folder that can be decoded."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            found.append(decoding.decode(file.read_bytes(), min_duration_s=SHORTEST_S).samples)
        except UndecodableAudio as error:
            print(f"{file} is left out: {error}", file=sys.stderr)
    return found


def mfcc_beside_librosa(recordings: Waveforms, rounds: int) -> int:
    ratio, theirs, ours = _rates(
        "mfcc", recordings, rounds, theirs=_librosa, ours=sound.FAMILIES["mfcc"].extract_many, other="librosa"
    )
    difference = max(float(np.abs(one - other).max()) for one, other in zip(theirs, ours, strict=True))
    largest = max(float(np.abs(one).max()) for one in theirs)
    return _told("mfcc, times as fast as librosa", ratio, GOAL_MFCC_RATIO, is_least=True) + _told(
        f"mfcc, largest difference on values up to {largest:.0f}", difference, GOAL_MFCC_DIFFERENCE
    )


def transfer_beside_its_module(recordings: Waveforms, rounds: int, spec: TransferSpec, name: str) -> int:
    """The module gets the waveforms as ours does: gain normalised, padded to whole rows."""
    tensorflow_runtime.prepare()
    family = sound.family(name, vggish=settings().vggish, yamnet=settings().yamnet)
    module = hub_modules.load(spec, settings().vggish if name == "vggish" else settings().yamnet)

    def one_by_one(recordings: Waveforms) -> list[np.ndarray]:
        return [
            hub_modules.rows(module, transfer.pad(transfer.normalise_gain(samples, spec)[0], spec))
            for samples in recordings
        ]

    ratio, theirs, ours = _rates(
        name, recordings, rounds, theirs=one_by_one, ours=family.extract_many, other="one at a time"
    )
    print(f"{name}, times as fast in batches: {ratio:.2f}")
    cosine = min(_cosine(one, other[:, : spec.n_values]) for one, other in zip(theirs, ours, strict=True))
    return _told(f"{name}, smallest cosine", cosine, GOAL_COSINE, is_least=True)


def _librosa(recordings: Waveforms) -> list[np.ndarray]:
    return [_librosa_mfcc(samples) for samples in recordings]


def _librosa_mfcc(samples: np.ndarray) -> np.ndarray:
    import librosa

    spec = mfcc.SPEC
    static = librosa.feature.mfcc(
        y=samples,
        sr=spec.sample_rate_hz,
        n_mfcc=spec.n_coefficients,
        n_fft=spec.n_fft,
        win_length=spec.frame_samples,
        hop_length=spec.hop_samples,
    )
    return np.vstack([static, librosa.feature.delta(static), librosa.feature.delta(static, order=2)]).T


def _rates(
    name: str,
    recordings: Waveforms,
    rounds: int,
    *,
    ours: Callable[[Waveforms], list[np.ndarray]],
    theirs: Callable[[Waveforms], list[np.ndarray]] | None = None,
    other: str = "",
) -> tuple[float, Any, Any]:
    """How many times as fast ours is, and what both gave. Sides take turns, so a busy machine is as busy for both."""
    sides = {side: compute for side, compute in ((other, theirs), ("ours", ours)) if compute is not None}
    took: dict[str, list[float]] = {side: [] for side in sides}
    gave: dict[str, Any] = {}
    for compute in sides.values():
        compute(recordings[:3])  # imports and compiles what is needed
    for _ in range(rounds):
        for side, compute in sides.items():
            begun = time.perf_counter()
            gave[side] = compute(recordings)
            took[side].append(time.perf_counter() - begun)
    rates = {side: _seconds(recordings) / min(times) for side, times in took.items()}
    print(f"{name}: " + ", ".join(f"{side} {rate:,.0f} s/s" for side, rate in rates.items()))
    return rates["ours"] / rates.get(other, rates["ours"]), gave.get(other), gave["ours"]


def _cosine(first: np.ndarray, second: np.ndarray) -> float:
    """The smallest of two rows that belong together; rows of nothing but zeros agree."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    same = (first == second).all(axis=1)
    return float(np.min(np.where(lengths > 0, (first * second).sum(axis=1) / np.maximum(lengths, 1e-30), same)))


def _seconds(recordings: Waveforms) -> float:
    return sum(map(len, recordings)) / decoding.SAMPLE_RATE_HZ


def _told(what: str, value: float, goal: float, *, is_least: bool = False) -> int:
    is_met = value >= goal if is_least else value <= goal
    print(f"{what}: {value:.6g} (goal: at {'least' if is_least else 'most'} {goal:g}) {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast features are computed.")
    parser.add_argument("folder", nargs="?", type=Path, help="recordings to take instead of synthesised ones")
    parser.add_argument("--recordings", type=int, default=160, help="how many to synthesise")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
