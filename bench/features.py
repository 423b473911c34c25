"""Times of computing features, beside the usual tools, in one run on the same recordings.

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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bench.goals import is_missed
from core.arrays import FloatArray
from core.audio import decoding, hub_modules, mfcc, transfer
from core.audio import features as sound
from core.audio.hub_modules import TransferSpec
from core.audio.sounds import SAMPLE_RATE_HZ
from core.config import settings
from core.demonstration import synthesis
from core.errors import UndecodableAudio
from core.learning import tensorflow_runtime

GOAL_MFCC_RATIO = 3.0
GOAL_MFCC_DIFFERENCE = 1e-3  # on values up to 845
GOAL_COSINE = 0.9999
SHORTEST_S = 0.1  # librosa's derivatives need nine frames

Waveforms = Sequence[FloatArray]
Compute = Callable[[Waveforms], list[FloatArray]]


def main() -> None:
    arguments = _arguments()
    with threadpool_limits(1):
        recordings = of_folder(arguments.folder) if arguments.folder else synthesised(arguments.recordings)
        if not recordings:
            sys.exit(f"There is no recording in {arguments.folder}.")
        print(f"{len(recordings)} recordings, {_seconds(recordings):,.0f} s of sound")
        missed = mfcc_beside_librosa(recordings, arguments.rounds)
        _rates(
            "signal dynamics",
            recordings,
            arguments.rounds,
            {name: sound.FAMILIES[name].extract_many for name in ("dynamics", "steady")},
        )
        for spec, name in ((hub_modules.VGGISH, "vggish"), (hub_modules.YAMNET, "yamnet")):
            if name in settings().model_fields_set:
                missed += transfer_beside_its_module(recordings, arguments.rounds, spec, name)
            else:
                print(f"{name}: not measured, {spec.setting} is not set")
    sys.exit(1 if missed else 0)


def synthesised(count: int) -> list[FloatArray]:
    """Waveforms of the demonstration's corpus."""
    return [recording.samples for recording in synthesis.synthesise(synthesis.SynthesisPlan(n_recordings=count))]


def of_folder(folder: Path) -> list[FloatArray]:
    """Waveforms of every file below a folder that can be decoded."""
    waveforms: list[FloatArray] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            waveforms.append(decoding.decode(file.read_bytes(), min_duration_s=SHORTEST_S).samples)
        except UndecodableAudio as error:
            print(f"{file} is left out: {error}", file=sys.stderr)
    return waveforms


def mfcc_beside_librosa(recordings: Waveforms, rounds: int) -> int:
    """The number of goals missed."""
    ours = sound.FAMILIES["mfcc"].extract_many
    compared = _compared("mfcc", recordings, rounds, reference=_librosa, ours=ours, reference_name="librosa")
    pairs = list(zip(compared.reference, compared.ours, strict=True))
    difference = max(float(np.abs(reference - values).max()) for reference, values in pairs)
    largest = max(float(np.abs(reference).max()) for reference in compared.reference)
    name = f"mfcc, largest difference on values up to {largest:.0f}"
    is_slow = is_missed("mfcc, times as fast as librosa", compared.ratio, GOAL_MFCC_RATIO, is_least=True, digits=".6g")
    return is_slow + is_missed(name, difference, GOAL_MFCC_DIFFERENCE, digits=".6g")


def transfer_beside_its_module(recordings: Waveforms, rounds: int, spec: TransferSpec, name: str) -> int:
    """The number of goals missed. The module gets the waveforms as ours does: gain normalised, padded to whole rows."""
    tensorflow_runtime.prepare()
    family = sound.family(name, vggish=settings().vggish, yamnet=settings().yamnet)
    module = hub_modules.load(spec, settings().vggish if name == "vggish" else settings().yamnet)

    def one_by_one(recordings: Waveforms) -> list[FloatArray]:
        return [
            hub_modules.rows(module, transfer.pad(transfer.normalise_gain(samples, spec)[0], spec))
            for samples in recordings
        ]

    compared = _compared(
        name, recordings, rounds, reference=one_by_one, ours=family.extract_many, reference_name="one at a time"
    )
    print(f"{name}, times as fast in batches: {compared.ratio:.2f}")
    pairs = zip(compared.reference, compared.ours, strict=True)
    cosine = min(_cosine(reference, values[:, : spec.n_values]) for reference, values in pairs)
    return is_missed(f"{name}, smallest cosine", cosine, GOAL_COSINE, is_least=True, digits=".6g")


def _librosa(recordings: Waveforms) -> list[FloatArray]:
    return [_librosa_mfcc(samples) for samples in recordings]


def _librosa_mfcc(samples: FloatArray) -> FloatArray:
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


@dataclass(frozen=True)
class _Compared:
    """How many times as fast ours is, and what both sides computed."""

    ratio: float
    reference: list[FloatArray]
    ours: list[FloatArray]


def _compared(
    name: str, recordings: Waveforms, rounds: int, *, reference: Compute, ours: Compute, reference_name: str
) -> _Compared:
    rates, features = _rates(name, recordings, rounds, {reference_name: reference, "ours": ours})
    return _Compared(rates["ours"] / rates[reference_name], features[reference_name], features["ours"])


def _rates(
    name: str, recordings: Waveforms, rounds: int, sides: dict[str, Compute]
) -> tuple[dict[str, float], dict[str, list[FloatArray]]]:
    """Seconds of sound a second of each side, and its features. Sides take turns, so a busy machine slows both."""
    durations_s: dict[str, list[float]] = {side: [] for side in sides}
    features: dict[str, list[FloatArray]] = {}
    for compute in sides.values():
        compute(recordings[:3])  # imports and compiles what is needed
    for _ in range(rounds):
        for side, compute in sides.items():
            start = time.perf_counter()
            features[side] = compute(recordings)
            durations_s[side].append(time.perf_counter() - start)
    rates = {side: _seconds(recordings) / min(durations) for side, durations in durations_s.items()}
    print(f"{name}: " + ", ".join(f"{side} {rate:,.0f} s/s" for side, rate in rates.items()))
    return rates, features


def _cosine(first: FloatArray, second: FloatArray) -> float:
    """The smallest of two rows that belong together; rows of nothing but zeros agree."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    same = (first == second).all(axis=1)
    return float(np.min(np.where(lengths > 0, (first * second).sum(axis=1) / np.maximum(lengths, 1e-30), same)))


def _seconds(recordings: Waveforms) -> float:
    return sum(map(len, recordings)) / SAMPLE_RATE_HZ


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times of computing features.")
    parser.add_argument("folder", nargs="?", type=Path, help="recordings to take instead of synthesised ones")
    parser.add_argument("--recordings", type=int, default=160, help="how many to synthesise")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
