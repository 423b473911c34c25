"""Training data of the studies in `bench.learning`: features, labels and children of the recordings of a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from core.arrays import Float32Array, FloatArray
from core.audio import decoding, store
from core.config import settings
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.learning import classifier_kinds, tasks
from core.learning.classical import TrainedClassical
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import feature_extraction, feature_families
from db import judgements, session

TASK = tasks.task("multiclass")
COPIES = 2  # of each training recording, where they are augmented
RATE_HZ = 16_000


@dataclass
class Examples:
    """Training data: features of one family, and for each its label and child."""

    features: list[FloatArray] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    children: list[str] = field(default_factory=list)

    def add(self, features: FloatArray, label: Label, child: str) -> None:
        self.features.append(features)
        self.labels.append(label)
        self.children.append(child)

    def train(self, kind: str, seed: int) -> TrainedClassical:
        """A classifier of a kind, with its recommended numbers."""
        no_validation = np.zeros(len(self.labels), dtype=bool)
        spec = classifier_kinds.default_spec(kind)
        trained = classifier_kinds.train(
            self.features, self.labels, no_validation, children=self.children, spec=spec, task=TASK.name, seed=seed
        )
        assert isinstance(trained, TrainedClassical)
        return trained


@dataclass(frozen=True)
class _Judged:
    """A recording that was judged, whether the judges agree or not."""

    recording_id: int
    sha256: str
    extension: str
    child: str
    labels: tuple[Label, ...]


def indices_of(fold: Fold, split: Split) -> list[int]:
    """Indices into the whole snapshot of the recordings of a split of the fold."""
    pairs = zip(fold.places, fold.snapshot.items, strict=True)
    return [index for index, item in pairs if item.split is split]


def fold_examples(snapshot: Snapshot, fold: Fold, family: str) -> Examples:
    """The fold's training recordings."""
    features, examples = cached_features(snapshot, family), Examples()
    for index in indices_of(fold, Split.TRAIN):
        examples.add(features[index], snapshot.items[index].label, snapshot.items[index].child)
    return examples


def judged_examples(snapshot: Snapshot, fold: Fold, *, with_disagreements: bool) -> Examples:
    """Each recording of a training child twice, with either judge's label."""
    index_of = {item.recording_id: index for index, item in enumerate(snapshot.items)}
    children = {snapshot.items[index].child for index in indices_of(fold, Split.TRAIN)}
    features, examples = cached_features(snapshot, "dynamics"), Examples()
    for recording in _all_judged():
        index = index_of.get(recording.recording_id)
        if recording.child not in children or (index is None and not with_disagreements):
            continue
        values = _dynamics(recording.sha256, recording.extension) if index is None else features[index]
        for label in recording.labels:
            examples.add(values, label, recording.child)
    return examples


@lru_cache(maxsize=4)
def cached_features(snapshot: Snapshot, family: str) -> list[FloatArray]:
    """Features of every recording of the snapshot, in the order of its items."""
    return list(feature_extraction.cached_features(family, snapshot.items))


@lru_cache(maxsize=1)
def augmented_copies(snapshot: Snapshot) -> list[list[FloatArray]]:
    """Signal dynamics of `COPIES` altered copies of every recording."""
    family, rng = feature_families.family("dynamics"), np.random.default_rng(0)
    waveforms = [_samples(item.sha256, item.extension) for item in snapshot.items]
    return [[family.extract(_altered(samples, rng)) for _ in range(COPIES)] for samples in waveforms]


@lru_cache(maxsize=1)
def _all_judged() -> Sequence[_Judged]:
    from sqlalchemy import text

    with session.reading() as tx:
        query = "SELECT r.id, r.sha256, r.extension, c.pseudonym FROM recordings r JOIN children c ON c.id = r.child_id"
        rows = tx.execute(text(query)).all()
        of_recordings = judgements.of_recordings(tx, [number for number, *_ in rows])
    return [
        _Judged(number, sha256, extension, child, tuple(rating.label for rating in of_recordings.get(number, ())))
        for number, sha256, extension, child in rows
    ]


@cache
def _dynamics(sha256: str, extension: str) -> FloatArray:
    features: FloatArray = feature_families.family("dynamics").extract(_samples(sha256, extension))
    return features


def _samples(sha256: str, extension: str) -> FloatArray:
    samples: FloatArray = decoding.decode(store.get(settings().storage, sha256, extension)).samples
    return samples


def _altered(samples: FloatArray, rng: np.random.Generator) -> Float32Array:
    """Another gain (6 dB either way), faint noise (15 to 40 dB below the whole), and a duller or thinner band."""
    louder = samples * 10 ** (rng.uniform(-6, 6) / 20)
    level = np.sqrt(np.mean(louder**2)) * 10 ** (-rng.uniform(15, 40) / 20)
    noisy = louder + rng.normal(0, 1, len(louder)) * level
    edges = [rng.uniform(60, 200), rng.uniform(5000, 7800)]
    filtered: FloatArray = sosfilt(butter(2, edges, "bandpass", fs=RATE_HZ, output="sos"), noisy)
    return np.clip(filtered, -1, 1).astype(np.float32)
