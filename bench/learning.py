"""What the product's own model gains by what: the figures of docs/decisions/0007, on the recordings in EARSHOT_STORAGE.

    python -m bench.learning [--seeds 1] [--only members,labels,augmentation,transfer]

Cross-validation over children, five folds: of each fold's other children a share is taken for validation, the rest
teaches; weights of a fusion and calibrations are learnt across the teaching children alone, so nothing is chosen on
the children that are tested. p of all folds together give f(0.10); `mean` is the mean of the folds' own. Before
calibration, a score's softmax is taken for p.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from core.audio import decoding, store
from core.config import settings
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.learning import calibration, classifier_kinds, inputs, tasks
from core.learning.classical import PREPARATION_SPEC, TrainedClassical
from core.metrics import calibration_curve, rejection
from core.workflows.paper import snapshot_folds
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import feature_extraction, feature_families, snapshots
from db import judgements, session

TASK = tasks.task("multiclass")
COPIES = 2  # of each training recording, where they are augmented
RATE_HZ = 16_000


@dataclass
class Rows:
    """What teaches: features of one family, and for each its label and child."""

    features: list[np.ndarray] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    children: list[str] = field(default_factory=list)

    def add(self, features: np.ndarray, label: Label, child: str) -> None:
        self.features.append(features)
        self.labels.append(label)
        self.children.append(child)

    def taught(self, kind: str, seed: int) -> TrainedClassical:
        nobody = np.zeros(len(self.labels), dtype=bool)
        spec = classifier_kinds.default_spec(kind)
        made = classifier_kinds.train(
            self.features, self.labels, nobody, children=self.children, spec=spec, task=TASK.name, seed=seed
        )
        assert isinstance(made, TrainedClassical)
        return made


@dataclass
class Said:
    """p of three classes of every recording of the snapshot, by whoever had not met its child; and raw, where told."""

    name: str
    p: np.ndarray
    raw: np.ndarray | None = None
    seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default="members,labels,augmentation,transfer")
    asked = parser.parse_args()
    snapshot = snapshots.freeze(seed=2019)
    print(f"{len(snapshot.items)} recordings of {len({item.child for item in snapshot.items})} children")
    print(f"{'':34}  f(0.10)   mean   log loss   ECE   before   seconds")
    for seed in range(asked.seeds):
        made = snapshot_folds.folds_of_snapshot(snapshot, n_folds=5, seed=seed)
        for part in asked.only.split(","):
            for said in STUDIES[part](snapshot, made, seed):
                _print(said, snapshot, made, seed)


def members(snapshot: Snapshot, made: Sequence[Fold], seed: int) -> list[Said]:
    """Each member alone, and the product."""
    return _fused(snapshot, made, seed, "product", lambda fold: _rows(snapshot, fold, "dynamics"), alone=True)


def both_labels(snapshot: Snapshot, made: Sequence[Fold], seed: int) -> list[Said]:
    """Soft labels: every recording teaches once with each judge's label, the ones they disagreed on included."""
    found = []
    for name, is_every in (("both labels, agreed alone", False), ("both labels, disagreed too", True)):
        found += _fused(snapshot, made, seed, name, lambda fold, is_every=is_every: _judged(snapshot, fold, is_every))
    return found


def augmented(snapshot: Snapshot, made: Sequence[Fold], seed: int) -> list[Said]:
    """Copies of the training recordings, made quieter, noisier and duller."""

    def rows(fold: Fold) -> Rows:
        found, copies = _rows(snapshot, fold, "dynamics"), _copies(snapshot)
        for index in _teaching(fold):
            for one in copies[index]:
                found.add(one, snapshot.items[index].label, snapshot.items[index].child)
        return found

    return _fused(snapshot, made, seed, f"{COPIES} augmented copies", rows)


def with_transfer(snapshot: Snapshot, made: Sequence[Fold], seed: int) -> list[Said]:
    """The product with a further family fused: its support vectors and trees."""
    found = []
    for family in ("mfcc", "yamnet"):
        rows = [lambda fold: _rows(snapshot, fold, "dynamics"), lambda fold, f=family: _rows(snapshot, fold, f)]
        found += _fused(snapshot, made, seed, f"product and {family}", *rows, others=(family,))
    return found


STUDIES = {
    "members": members,
    "labels": both_labels,
    "augmentation": augmented,
    "transfer": with_transfer,
}


def _fused(snapshot, made, seed, name, *rows_of, others=(), alone=False) -> list[Said]:
    """The fusion of svm and boosting over what each of `rows_of` gives, and with `alone` each of them."""
    n = len(snapshot.items)
    names = [f"{family} {kind}" for family in ("dynamics", *others) for kind in ("svm", "boosting")]
    every = [Said(one, np.zeros((n, 3)), np.zeros((n, 3))) for one in names]
    joined, began = Said(name, np.zeros((n, 3))), time.perf_counter()
    for fold in made:
        tested, logs, out = _tested(fold), [], []
        for number, one in enumerate(every):
            rows = rows_of[number // 2](fold)
            model = rows.taught(("svm", "boosting")[number % 2], seed)
            features = _features(snapshot, ("dynamics", *others)[number // 2])
            asked = [features[index] for index in tested]
            one.p[tested] = tasks.class_probabilities(TASK, model.predict(asked))
            one.raw[tested] = calibration.softmax(_scores(model, asked))
            one.seconds += model.course["seconds"]
            logs.append(calibration.log_p(one.p[tested]))
            out.append(calibration.log_p(model.out_of_fold))
            targets = tasks.targets(TASK, rows.labels)
        joined.p[tested] = calibration.fit(np.stack(out), targets).apply(np.stack(logs))
    joined.seconds = time.perf_counter() - began
    raw = np.mean([calibration.log_p(one.raw) for one in every], axis=0)
    joined.raw = calibration.softmax(raw)
    return [*every, joined] if alone else [joined]


def _scores(model: TrainedClassical, features: list[np.ndarray]) -> np.ndarray:
    rows = np.stack(list(inputs.prepare(features, PREPARATION_SPEC, model.preparation)))
    return model.scorer.score(rows)


def _rows(snapshot: Snapshot, fold: Fold, family: str) -> Rows:
    features, found = _features(snapshot, family), Rows()
    for index in _teaching(fold):
        found.add(features[index], snapshot.items[index].label, snapshot.items[index].child)
    return found


def _judged(snapshot: Snapshot, fold: Fold, is_every: bool) -> Rows:
    """Each recording of a teaching child twice, with either judge's label."""
    agreed = {item.recording_id: index for index, item in enumerate(snapshot.items)}
    teaching = {snapshot.items[index].child for index in _teaching(fold)}
    features, found = _features(snapshot, "dynamics"), Rows()
    for number, sha256, extension, child, labels in _all_judged():
        if child not in teaching or (number not in agreed and not is_every):
            continue
        one = features[agreed[number]] if number in agreed else _dynamics(sha256, extension)
        for label in labels:
            found.add(one, label, child)
    return found


@lru_cache(maxsize=1)
def _all_judged() -> list[tuple[int, str, str, str, tuple[Label, ...]]]:
    from sqlalchemy import text

    with session.reading() as tx:
        query = "SELECT r.id, r.sha256, r.extension, c.pseudonym FROM recordings r JOIN children c ON c.id = r.child_id"
        known = [tuple(row) for row in tx.execute(text(query))]
        said = judgements.of_recordings(tx, [row[0] for row in known])
    return [(*row, tuple(one.label for one in said.get(row[0], ()))) for row in known]


@cache
def _dynamics(sha256: str, extension: str) -> np.ndarray:
    return feature_families.family("dynamics").extract(_samples(sha256, extension))


def _samples(sha256: str, extension: str) -> np.ndarray:
    return decoding.decode(store.get(settings().storage, sha256, extension)).samples


@lru_cache(maxsize=4)
def _features(snapshot: Snapshot, family: str) -> list[np.ndarray]:
    return list(feature_extraction.cached_features(family, snapshot.items))


@lru_cache(maxsize=1)
def _copies(snapshot: Snapshot) -> list[list[np.ndarray]]:
    family, rng = feature_families.family("dynamics"), np.random.default_rng(0)
    sounds = [_samples(item.sha256, item.extension) for item in snapshot.items]
    return [[family.extract(_changed(sound, rng)) for _ in range(COPIES)] for sound in sounds]


def _changed(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another gain (6 dB either way), faint noise (15 to 40 dB below the whole), and a duller or thinner band."""
    made = samples * 10 ** (rng.uniform(-6, 6) / 20)
    level = np.sqrt(np.mean(made**2)) * 10 ** (-rng.uniform(15, 40) / 20)
    made = made + rng.normal(0, 1, len(made)) * level
    edges = [rng.uniform(60, 200), rng.uniform(5000, 7800)]
    return np.clip(sosfilt(butter(2, edges, "bandpass", fs=RATE_HZ, output="sos"), made), -1, 1).astype(np.float32)


def _teaching(fold: Fold) -> list[int]:
    pairs = zip(fold.places, fold.snapshot.items, strict=True)
    return [place for place, item in pairs if item.split is Split.TRAIN]


def _tested(fold: Fold) -> list[int]:
    pairs = zip(fold.places, fold.snapshot.items, strict=True)
    return [place for place, item in pairs if item.split is Split.TEST]


def _print(said: Said, snapshot: Snapshot, made: Sequence[Fold], seed: int) -> None:
    is_accepted = np.array([item.label is Label.ACCEPTED for item in snapshot.items])
    p = said.p[:, TASK.targets[Label.ACCEPTED]]
    f10 = rejection.f(rejection.curve(is_accepted, p), 0.10)
    mean = np.mean([rejection.f(rejection.curve(is_accepted[_tested(f)], p[_tested(f)]), 0.10) for f in made])
    targets = tasks.targets(TASK, [item.label for item in snapshot.items])
    loss = -calibration.log_p(said.p)[np.arange(len(p)), targets].mean()
    before = "" if said.raw is None else f"{_ece(said.raw, is_accepted):.3f}"
    ece = _ece(said.p, is_accepted)
    print(
        f"{seed} {said.name:32}  {f10:.3f}    {mean:.3f}   {loss:.3f}      {ece:.3f}   {before:6}   {said.seconds:.0f}"
    )


def _ece(p: np.ndarray, is_accepted: np.ndarray) -> float:
    return calibration_curve.calibration_curve(np.clip(p[:, TASK.targets[Label.ACCEPTED]], 0, 1), is_accepted).ece


if __name__ == "__main__":
    main()
