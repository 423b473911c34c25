"""Gains of the product's own model: the figures of docs/decisions/0007, on the recordings in EARSHOT_STORAGE.

    python -m bench.learning [--seeds 1] [--only members,labels,augmentation,transfer]

Cross-validation over children, five folds: of each fold's other children a share is taken for validation, the rest is
learnt from; weights of a fusion and calibrations are learnt across the training children alone, so nothing is chosen on
the children that are tested. p of all folds together give f(0.10); `mean` is the mean of the folds' own. Before
calibration, a score's softmax is taken for p.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np

from bench.learning_data import (
    COPIES,
    TASK,
    Examples,
    augmented_copies,
    cached_features,
    fold_examples,
    indices_of,
    judged_examples,
)
from core.arrays import BoolArray, Float64Array, FloatArray
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.learning import calibration, classical, tasks
from core.learning.classical import TrainedClassical
from core.metrics import calibration_curve, rejection
from core.workflows.paper import snapshot_folds
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import snapshots

KINDS = ("svm", "boosting")  # of each family of a fusion
ExamplesOf = Callable[[Fold], Examples]


class Predictions:
    """p of three classes [shape=(n, 3)] of every recording, by classifiers that had not met its child.

    raw : the same before calibration
    """

    def __init__(self, name: str, n: int) -> None:
        self.name, self.seconds = name, 0.0
        self.p, self.raw = np.zeros((n, 3)), np.zeros((n, 3))


class Study:
    """A snapshot in folds, and a seed: what every study is made on."""

    def __init__(self, snapshot: Snapshot, seed: int) -> None:
        self.snapshot, self.seed = snapshot, seed
        self.folds: Sequence[Fold] = snapshot_folds.folds_of_snapshot(snapshot, n_folds=5, seed=seed)

    def members(self) -> list[Predictions]:
        """Each member alone, and the product."""
        return self._fused("product", {"dynamics": self._examples("dynamics")}, with_members=True)

    def both_labels(self) -> list[Predictions]:
        """Soft labels: every recording is learnt from once with each judge's label, disagreements included or not."""
        return [
            *self._fused("both labels, agreed alone", {"dynamics": self._judged(with_disagreements=False)}),
            *self._fused("both labels, disagreed too", {"dynamics": self._judged(with_disagreements=True)}),
        ]

    def augmented(self) -> list[Predictions]:
        """With copies of the training recordings: quieter, noisier and duller."""

        def examples(fold: Fold) -> Examples:
            both, copies = fold_examples(self.snapshot, fold, "dynamics"), augmented_copies(self.snapshot)
            for index in indices_of(fold, Split.TRAIN):
                item = self.snapshot.items[index]
                for features in copies[index]:
                    both.add(features, item.label, item.child)
            return both

        return self._fused(f"{COPIES} augmented copies", {"dynamics": examples})

    def with_transfer(self) -> list[Predictions]:
        """The product with a further family fused: its support vectors and trees."""
        return [
            predictions
            for family in ("mfcc", "yamnet")
            for predictions in self._fused(
                f"product and {family}", {"dynamics": self._examples("dynamics"), family: self._examples(family)}
            )
        ]

    def _examples(self, family: str) -> ExamplesOf:
        return lambda fold: fold_examples(self.snapshot, fold, family)

    def _judged(self, *, with_disagreements: bool) -> ExamplesOf:
        return lambda fold: judged_examples(self.snapshot, fold, with_disagreements=with_disagreements)

    def _fused(self, name: str, examples_of: dict[str, ExamplesOf], *, with_members: bool = False) -> list[Predictions]:
        """The fusion of both kinds over each family's examples, and `with_members` each of them."""
        n, start = len(self.snapshot.items), time.perf_counter()
        members = {(family, kind): Predictions(f"{family} {kind}", n) for family in examples_of for kind in KINDS}
        fusion = Predictions(name, n)
        for fold in self.folds:
            tested, tested_logs, learnt_logs = indices_of(fold, Split.TEST), [], []
            for (family, kind), member in members.items():
                examples = examples_of[family](fold)
                model = examples.train(kind, self.seed)
                features = [cached_features(self.snapshot, family)[index] for index in tested]
                member.p[tested] = tasks.class_probabilities(TASK, model.predict(features))
                member.raw[tested] = calibration.softmax(_scores(model, features))
                member.seconds += model.course.seconds
                tested_logs.append(calibration.log_p(member.p[tested]))
                assert model.out_of_fold is not None
                learnt_logs.append(calibration.log_p(model.out_of_fold))
                targets = tasks.targets(TASK, examples.labels)
            fusion.p[tested] = calibration.fit(np.stack(learnt_logs), targets).apply(np.stack(tested_logs))
        fusion.seconds = time.perf_counter() - start
        raw = np.mean([calibration.log_p(member.raw) for member in members.values()], axis=0)
        fusion.raw = calibration.softmax(raw)
        return [*members.values(), fusion] if with_members else [fusion]


STUDIES: dict[str, Callable[[Study], list[Predictions]]] = {
    "members": Study.members,
    "labels": Study.both_labels,
    "augmentation": Study.augmented,
    "transfer": Study.with_transfer,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default=",".join(STUDIES))
    arguments = parser.parse_args()
    snapshot = snapshots.freeze(seed=2019)
    print(f"{len(snapshot.items)} recordings of {len({item.child for item in snapshot.items})} children")
    print(f"{'':34}  f(0.10)   mean   log loss   ECE   before   seconds")
    for seed in range(arguments.seeds):
        study = Study(snapshot, seed)
        for name in arguments.only.split(","):
            for predictions in STUDIES[name](study):
                _print(predictions, study)


def _scores(model: TrainedClassical, features: list[FloatArray]) -> Float64Array:
    return model.scorer.score(classical.prepared_rows(features, model.preparation))


def _print(predictions: Predictions, study: Study) -> None:
    items = study.snapshot.items
    is_accepted = np.array([item.label is Label.ACCEPTED for item in items])
    p = predictions.p[:, TASK.targets[Label.ACCEPTED]]
    tested = [indices_of(fold, Split.TEST) for fold in study.folds]
    f10 = rejection.f(rejection.curve(is_accepted, p), 0.10)
    mean = np.mean([rejection.f(rejection.curve(is_accepted[indices], p[indices]), 0.10) for indices in tested])
    targets = tasks.targets(TASK, [item.label for item in items])
    loss = -calibration.log_p(predictions.p)[np.arange(len(p)), targets].mean()
    ece, before = _ece(predictions.p, is_accepted), _ece(predictions.raw, is_accepted)
    figures = f"{f10:.3f}    {mean:.3f}   {loss:.3f}      {ece:.3f}   {before:<6.3f}   {predictions.seconds:.0f}"
    print(f"{study.seed} {predictions.name:32}  {figures}")


def _ece(p: Float64Array, is_accepted: BoolArray) -> float:
    p_accepted = np.clip(p[:, TASK.targets[Label.ACCEPTED]], 0, 1)
    return calibration_curve.calibration_curve(p_accepted, is_accepted).ece


if __name__ == "__main__":
    main()
