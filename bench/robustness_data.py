"""Recordings of `bench.robustness`: of a folder with a manifest, or the demonstration's, and their features by chain.

Features are cached below data/robustness, so a second run only trains.
"""

from __future__ import annotations

import csv
import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray, StringArray
from core.audio import decoding, device_chains, encoding, feature_cache
from core.audio import features as sound
from core.audio.device_copies import DeviceCopySpec
from core.audio.features import FeatureFamily
from core.demonstration import synthesis
from core.domain.labels import Label
from core.learning import tasks

CACHE = "data/robustness"
TASK = tasks.task("multiclass")
JUDGES = ("judge_1", "judge_2")
WORKERS = 2
CHUNK = 32


@dataclass(frozen=True)
class BenchRecording:
    """A recording and its label. facets : what the manifest says of it, by column."""

    file: str
    label: Label
    child: str
    facets: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        return Path(self.file).read_bytes()


@dataclass(frozen=True)
class Corpus:
    """Recordings in an order that features keep."""

    name: str
    recordings: tuple[BenchRecording, ...]

    @property
    def labels(self) -> list[Label]:
        return [recording.label for recording in self.recordings]

    @property
    def children(self) -> StringArray:
        return np.array([recording.child for recording in self.recordings])

    @property
    def is_accepted(self) -> BoolArray:
        return np.array([recording.label is Label.ACCEPTED for recording in self.recordings])

    def subset(self, indices: IntArray) -> Corpus:
        return replace(self, recordings=tuple(self.recordings[index] for index in indices))


@dataclass(frozen=True)
class Stream:
    """Recordings as they come, disagreements included; the label of each is the first judge's.

    is_agreed, votes : whether both judges give one label, and the share of them that gives Accepted [shape=(n,)]
    """

    corpus: Corpus
    is_agreed: BoolArray
    votes: Float64Array

    @property
    def agreed(self) -> Corpus:
        return self.corpus.subset(np.flatnonzero(self.is_agreed))

    @property
    def conditions(self) -> StringArray:
        """What the manifest's `condition` says, [shape=(n,)]; "all" where there is no such column."""
        return np.array([recording.facets.get("condition", "all") for recording in self.corpus.recordings])


def of_folder(folder: Path) -> Corpus:
    """The recordings of a folder's manifest whose two judges agree; what construction says of them is not read."""
    return stream_of_folder(folder).agreed


def stream_of_folder(folder: Path) -> Stream:
    """Every recording of a folder's manifest that two judges labelled."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["judge_1"] and row["judge_2"]]
    votes = [[Label(row[judge]) for judge in JUDGES] for row in rows]
    return Stream(
        Corpus(folder.name, tuple(_of_row(folder, row) for row in rows)),
        np.array([first is second for first, second in votes]),
        np.array([sum(label is Label.ACCEPTED for label in pair) / len(pair) for pair in votes]),
    )


def _of_row(folder: Path, row: Mapping[str, str]) -> BenchRecording:
    facets = {name: value for name, value in row.items() if value and name not in JUDGES}
    child = row.get("child") or row["filename"]
    return BenchRecording(str(folder / row["filename"]), Label(row[JUDGES[0]]), child, facets)


def synthesised(count: int) -> Corpus:
    """The demonstration's recordings, as FLAC files below the cache."""
    folder = Path(CACHE) / "demonstration"
    folder.mkdir(parents=True, exist_ok=True)
    recordings = []
    for sample in synthesis.synthesise(synthesis.SynthesisPlan(n_recordings=count)):
        data = encoding.flac(sample.samples)
        path = folder / f"{hashlib.sha256(data).hexdigest()}.flac"
        path.write_bytes(data)
        facets = {"language": sample.language, "source": sample.source}
        recordings.append(BenchRecording(str(path), sample.label, sample.child, facets))
    return Corpus("the demonstration's recordings", tuple(recordings))


def features(corpus: Corpus, family: str, chain: str = "") -> list[FloatArray]:
    """Features of a family, of every recording through a chain ("": as it is), in order; computed by two processes."""
    files = [recording.file for recording in corpus.recordings]
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    with ProcessPoolExecutor(WORKERS) as pool:
        return [values for chunk in pool.map(partial(_chunk, family, chain), chunks) for values in chunk]


def drawn_chains(corpus: Corpus, copy: str) -> StringArray:
    """The chain that each recording's device copy went through."""
    return np.array([_drawn(recording, copy) for recording in corpus.recordings])


def _drawn(recording: BenchRecording, copy: str) -> str:
    spec = sound.family(copy, vggish="", yamnet="").spec
    assert isinstance(spec, DeviceCopySpec)
    return spec.chain_of(decoding.decode(recording.data()).samples)


def _chunk(family: str, chain: str, files: Sequence[str]) -> list[FloatArray]:
    with threadpool_limits(1):
        return [_of_file(_through(family, chain), Path(file)) for file in files]


def _of_file(family: FeatureFamily, file: Path) -> FloatArray:
    data = file.read_bytes()
    return feature_cache.load_or_extract(family, CACHE, hashlib.sha256(data).hexdigest(), lambda: data)


def _through(name: str, chain: str) -> FeatureFamily:
    """A family whose waveforms first go through a chain; its cache has another key."""
    family = sound.family(name, vggish="", yamnet="")
    if not chain:
        return family
    return replace(family, name=f"{name} through {chain}", compute=partial(_heard_through, chain, family.compute))


def _heard_through(
    chain: str,
    compute: Callable[[Sequence[FloatArray], str], Sequence[FloatArray]],
    recordings: Sequence[FloatArray],
    module: str,
) -> Sequence[FloatArray]:
    changed = [device_chains.apply(chain, each, seed=zlib.crc32(np.float32(each).tobytes())) for each in recordings]
    return compute(changed, module)
