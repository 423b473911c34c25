"""Conditions of `bench.robustness`, and the figures of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bench import robustness_data, source_conditions
from bench.left_out_groups import FEWEST, groups
from bench.robustness_data import Corpus, Stream
from bench.robustness_models import SEED, FrozenModel, Teacher, child_counts
from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.audio import device_chains
from core.domain.elsewhere import AS_RECORDED, DEVICE_CHAIN, FOLDER, LEFT_OUT, ShiftFigures
from core.domain.labels import Label
from core.learning import folds
from core.metrics import bootstrap_intervals, clustered_shares, rejection

N_FOLDS, N_FOLDS_LEFT_OUT = 3, 2
ALIKE = {
    "gain": ("quieter", "louder", "clipping", "automatic_gain", "suppression_with_gain"),
    "suppression": ("suppression", "suppression_with_gain", "gate"),
    "hum and hiss": ("hum_50_hz", "hum_60_hz", "hiss"),
    "band and codec": ("telephone", "dull", "thin", "opus_16_kbps"),
    "room": ("reverberation",),
    "zeros": ("zeros_around",),
}


@dataclass
class Tested:
    """What models gave recordings that they had not met: p, and whether their own threshold refuses it."""

    corpus: Corpus
    indices: list[IntArray] = field(default_factory=list)
    p: list[Float64Array] = field(default_factory=list)
    refused: list[BoolArray] = field(default_factory=list)

    def add(self, model: FrozenModel, features: Sequence[FloatArray], indices: IntArray) -> None:
        if not len(indices):
            return
        p = model.p_accepted([features[index] for index in indices])
        self.indices.append(indices)
        self.p.append(p)
        self.refused.append(p < model.threshold)

    def figures(self, kind: str, name: str) -> ShiftFigures:
        indices = np.concatenate([np.zeros(0, int), *self.indices])
        p, refused = np.concatenate([np.zeros(0), *self.p]), np.concatenate([np.zeros(0, bool), *self.refused])
        return figures(kind, name, self.corpus.subset(indices), p, refused)


@dataclass(frozen=True)
class Elsewhere:
    """What a model gives the recordings of another folder [shape=(n,)]."""

    stream: Stream
    model: FrozenModel
    p: Float64Array

    def rows(self) -> Iterator[ShiftFigures]:
        """Each condition at the frozen threshold, of the recordings on which the judges agree."""
        corpus, conditions = self.stream.corpus, self.stream.conditions
        for condition in dict.fromkeys(conditions.tolist()):
            at = np.flatnonzero((conditions == condition) & self.stream.is_agreed)
            refused = self.p[at] < self.model.threshold
            yield figures(FOLDER, f"{corpus.name}: {condition}", corpus.subset(at), self.p[at], refused)

    def by_source(self, *, draws: int) -> list[str]:
        """The lines of a table with a threshold for each condition, as if each were a source."""
        conditions = source_conditions.by_condition(self.stream, self.p)
        return source_conditions.lines(conditions, self.model.reference, draws=draws)


@dataclass(frozen=True)
class Measurement:
    """Of one recipe on one corpus. n_of_chain : recordings that go through each chain at most."""

    teacher: Teacher
    am_target: float
    n_of_chain: int

    @cached_property
    def _everything(self) -> IntArray:
        return np.arange(len(self.teacher.corpus.recordings))

    def chains(self) -> Iterator[ShiftFigures]:
        """The recordings as they are, then through each chain."""
        tested = self._through_chains(N_FOLDS, tuple(device_chains.CHAINS))
        for chain, rows in tested.items():
            yield rows.figures(DEVICE_CHAIN, chain or AS_RECORDED)

    def left_out(self) -> Iterator[ShiftFigures]:
        """Each group of recordings that nothing was learnt from."""
        for name, is_inside in groups(self.teacher):
            row = self._without_group(name, is_inside)
            if row is not None:
                yield row

    def chains_left_out(self) -> Iterator[ShiftFigures]:
        """Chains without device copies through those that are alike; of a recipe without copies, as in `chains`."""
        for name, chains in ALIKE.items():
            tested = self._through_chains(N_FOLDS_LEFT_OUT, chains, without=chains)
            del tested[""]
            for chain, rows in tested.items():
                yield rows.figures(LEFT_OUT, f"{chain}, without copies of {name}")

    def elsewhere(self, other: Stream) -> Elsewhere:
        """Another folder, by a model that learned from none of its children."""
        among = self._everything[~np.isin(self.teacher.corpus.children, other.corpus.children)]
        model = self.teacher.train(among, am_target=self.am_target)
        features = robustness_data.features(other.corpus, self.teacher.recipe.family)
        return Elsewhere(other, model, model.p_accepted(features))

    def _through_chains(
        self, n_folds: int, chains: Collection[str], without: Collection[str] = ()
    ) -> dict[str, Tested]:
        """By chain, "" as it is: every fold's children by a model of the others."""
        corpus = self.teacher.corpus
        some = np.sort(np.random.default_rng(SEED).permutation(self._everything)[: self.n_of_chain])
        drawn = {
            chain: robustness_data.features(corpus.subset(some), self.teacher.recipe.family, chain) for chain in chains
        }
        tested = {chain: Tested(corpus) for chain in ("", *chains)}
        for test, others in self._folds(n_folds):
            model = self.teacher.train(others, am_target=self.am_target, without_chains=without)
            tested[""].add(model, self.teacher.features, test)
            for chain in chains:
                by_index = dict(zip(some.tolist(), drawn[chain], strict=True))
                at = np.array([index for index in test if int(index) in by_index], dtype=int)
                tested[chain].add(model, _ByIndex(by_index), at)
        return tested

    def _without_group(self, name: str, is_inside: BoolArray) -> ShiftFigures | None:
        """None where what is left lacks a class, or is too little."""
        corpus, tested = self.teacher.corpus, Tested(self.teacher.corpus)
        for test, others in self._of_group(is_inside):
            among = others[~is_inside[others]]
            if len({corpus.recordings[index].label for index in among}) < len(Label) or len(among) < 100:
                return None
            tested.add(
                self.teacher.train(among, am_target=self.am_target), self.teacher.features, test[is_inside[test]]
            )
        return tested.figures(LEFT_OUT, name)

    def _of_group(self, is_inside: BoolArray) -> Iterator[tuple[IntArray, IntArray]]:
        """One run where no child reads both inside and outside of the group; folds over children otherwise."""
        children = self.teacher.corpus.children
        if np.intersect1d(children[is_inside], children[~is_inside]).size <= 0.02 * len(set(children)):
            inside = np.unique(children[is_inside])
            is_test = np.isin(children, inside)
            yield self._everything[is_test], self._everything[~is_test]
        else:
            yield from self._folds(N_FOLDS_LEFT_OUT)

    def _folds(self, n_folds: int) -> Iterator[tuple[IntArray, IntArray]]:
        """Indices that are tested, and those of the other children."""
        corpus = self.teacher.corpus
        fold_of = folds.assign_folds(child_counts(corpus), n_folds=n_folds, seed=SEED)
        numbers = np.array([fold_of[recording.child] for recording in corpus.recordings])
        for number in range(n_folds):
            yield np.flatnonzero(numbers == number), np.flatnonzero(numbers != number)


def figures(kind: str, name: str, corpus: Corpus, p: Float64Array, refused: BoolArray) -> ShiftFigures:
    """The figures of a condition; None where there are fewer than `FEWEST` recordings of a side."""
    is_accepted, labels = corpus.is_accepted, np.array([str(label) for label in corpus.labels])
    children = corpus.children
    n_accepted = int(is_accepted.sum())
    has_both = min(n_accepted, len(p) - n_accepted) >= FEWEST

    def share(among: BoolArray) -> float | None:
        return float(refused[among].mean()) if among.sum() >= FEWEST else None

    curve = rejection.curve(is_accepted, p) if has_both else None
    return ShiftFigures(
        kind=kind,
        name=name,
        n_accepted=n_accepted,
        n_rejected=len(p) - n_accepted,
        am=share(is_accepted),
        am_interval=_interval(children[is_accepted], refused[is_accepted]) if n_accepted >= FEWEST else None,
        rcc=share(~is_accepted),
        rcc_noise=share(labels == str(Label.NOISE)),
        rcc_speechless=share(labels == str(Label.SPEECHLESS)),
        f10=rejection.f(curve, 0.10) if curve is not None else None,
        f10_interval=bootstrap_intervals.bootstrap_f(children, is_accepted, p, 0.10, draws=500) if has_both else None,
    )


class _ByIndex(Sequence[FloatArray]):
    """Features of some recordings of a corpus, by their index in it."""

    def __init__(self, by_index: dict[int, FloatArray]) -> None:
        self._by_index = by_index

    def __len__(self) -> int:
        return len(self._by_index)

    def __getitem__(self, index: int) -> FloatArray:  # type: ignore[override]
        return self._by_index[int(index)]


def _interval(children: np.ndarray, hits: BoolArray) -> tuple[float, float]:
    index, _ = clustered_shares.child_indices(children, len(hits))
    shares = clustered_shares.shares_with_intervals(index, hits)
    return float(shares.low[0]), float(shares.high[0])
