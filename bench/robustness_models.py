"""Models of `bench.robustness`: the product as it was before and as it is now, trained as a retraining trains it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from bench import robustness_data
from bench.robustness_data import TASK, Corpus
from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.audio.features import copies_of
from core.domain.labels import Label, Split
from core.learning import calibration, classical, classifier_kinds, splits, tasks
from core.learning.calibration import Calibration
from core.learning.classical import TrainedClassical
from core.learning.splits import ChildCounts
from core.metrics import operating_point
from core.metrics.source_threshold import Reference
from core.workflows.training.model_specs import PRODUCT

SEED = 2019


@dataclass(frozen=True)
class Recipe:
    """How a model is made: its family of features, whether device copies teach it, and whether they choose as well.

    is_cautious : the threshold is chosen on validation recordings and their copies together
    """

    name: str
    family: str
    has_copies: bool
    is_cautious: bool = False


RECIPES = {
    "before": Recipe("before", "dynamics", has_copies=False),
    "now": Recipe("now", PRODUCT.features, has_copies=True),
    "uncopied": Recipe("uncopied", PRODUCT.features, has_copies=False),
    "cautious": Recipe("cautious", PRODUCT.features, has_copies=True, is_cautious=True),
}


@dataclass(frozen=True)
class FrozenModel:
    """A trained model with the threshold that its validation children gave, and what p are there."""

    members: tuple[TrainedClassical, ...]
    fusion: Calibration
    reference: Reference

    @property
    def threshold(self) -> float:
        return self.reference.threshold

    def p_accepted(self, features: Sequence[FloatArray]) -> Float64Array:
        """[shape=(n,)]"""
        return _fused(self.members, self.fusion, features)


class Teacher:
    """Trains a recipe on parts of a corpus, whose features are computed once."""

    def __init__(self, recipe: Recipe, corpus: Corpus) -> None:
        self.recipe, self.corpus = recipe, corpus
        self.features = robustness_data.features(corpus, recipe.family)
        names = copies_of(recipe.family) if recipe.has_copies else ()
        self._copies = [
            (robustness_data.features(corpus, name), robustness_data.drawn_chains(corpus, name)) for name in names
        ]

    def train(self, among: IntArray, *, am_target: float, without_chains: Collection[str] = ()) -> FrozenModel:
        """A model from the recordings at these indices, 15 % of whose children choose the threshold.

        Parameters
        ----------
        without_chains : device copies through these teach nothing
        """
        is_validation = _is_validation(self.corpus, among)
        taught = among[~is_validation]
        rows = [(self.features[index], index) for index in taught]
        for copies, chains in self._copies:
            rows += [(copies[index], index) for index in taught if chains[index] not in without_chains]
        members = tuple(self._fit(kind, rows) for kind in classical.KINDS)
        fusion = _fit_fusion(members, [self.corpus.labels[index] for index in taught])
        chosen = among[is_validation]
        heard = [self.features, *(copies for copies, _ in self._copies if self.recipe.is_cautious)]
        p = _fused(members, fusion, [features[index] for features in heard for index in chosen])
        is_accepted = np.tile(self.corpus.is_accepted[chosen], len(heard))
        choice = operating_point.choose_threshold(is_accepted, p, am_target=am_target)
        return FrozenModel(members, fusion, Reference(is_accepted, p, am_target, choice.threshold))

    def _fit(self, kind: str, rows: Sequence[tuple[FloatArray, int]]) -> TrainedClassical:
        recordings = [self.corpus.recordings[index] for _, index in rows]
        trained = classifier_kinds.train(
            [features for features, _ in rows],
            [recording.label for recording in recordings],
            np.zeros(len(rows), dtype=bool),
            children=[recording.child for recording in recordings],
            spec=classifier_kinds.default_spec(kind),
            task=TASK.name,
            seed=SEED,
        )
        assert isinstance(trained, TrainedClassical)
        return trained


def child_counts(corpus: Corpus) -> list[ChildCounts]:
    """What folds and splits go by."""
    counts: dict[str, dict[tuple[Label, str], int]] = {}
    for recording in corpus.recordings:
        of_child = counts.setdefault(recording.child, {})
        key = recording.label, recording.facets.get("language", "")
        of_child[key] = of_child.get(key, 0) + 1
    return [ChildCounts(child, label_language_counts=of_child) for child, of_child in counts.items()]


def _is_validation(corpus: Corpus, among: IntArray) -> BoolArray:
    """Whether each recording at the indices is of a validation child [shape=(n,)]."""
    taken = corpus.subset(among)
    split = splits.assign_splits(child_counts(taken), seed=SEED, test_share=0.0)
    return np.array([split[recording.child] is Split.VALIDATION for recording in taken.recordings])


def _fit_fusion(members: Sequence[TrainedClassical], labels: Sequence[Label]) -> Calibration:
    """As `fitted_models.fit_fusion`: from the recordings as they are, not their copies."""
    of_members = [member.out_of_fold for member in members]
    p = np.stack([each[: len(labels)] for each in of_members if each is not None])
    is_known = np.isfinite(p).all(axis=(0, 2))
    return calibration.fit(calibration.log_p(p[:, is_known]), tasks.targets(TASK, labels)[is_known])


def _fused(members: Sequence[TrainedClassical], fusion: Calibration, features: Sequence[FloatArray]) -> Float64Array:
    scores = [calibration.log_p(tasks.class_probabilities(TASK, member.predict(features))) for member in members]
    return np.asarray(fusion.apply(np.stack(scores))[:, TASK.targets[Label.ACCEPTED]])
