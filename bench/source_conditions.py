"""A threshold for each source, measured on a folder of conditions: for `bench.sources` and `bench.robustness`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.robustness_data import Stream
from core.arrays import Float64Array, IntArray, StringArray
from core.metrics import judged_source, rejection, source_threshold, whole_stream
from core.metrics.source_threshold import Reference

N_JUDGED = (60, 120)
HEAD = "AM on agreed recordings, AM with disagreements, RCC; in percent"
COLUMNS = ("frozen", "without labels", *(f"{n} judged" for n in N_JUDGED))


@dataclass(frozen=True)
class ConditionFigures:
    """At one threshold; in percent. spread : of AM over the draws of judged recordings, one standard deviation."""

    am: float
    am_stream: float
    rcc: float
    spread: float = 0.0

    def __str__(self) -> str:
        return f"{self.am:3.0f} {self.am_stream:3.0f} {self.rcc:3.0f}"


@dataclass(frozen=True)
class Condition:
    """The recordings of one condition: votes (share of judges that say Accepted), p and children; [shape=(n,)]."""

    name: str
    votes: Float64Array
    p: Float64Array
    children: StringArray

    def row(self, reference: Reference, *, draws: int) -> list[ConditionFigures]:
        """In the order of `COLUMNS`; without those that need more recordings to judge than there are."""
        everything = np.arange(len(self.p))
        alone = source_threshold.choose_without_labels(self.p, reference)
        cells = [self.figures(threshold, everything) for threshold in (reference.threshold, alone.threshold)]
        return cells + [self.judged(n, reference, draws) for n in N_JUDGED if len(self.p) >= n]

    def figures(self, threshold: float, among: IntArray) -> ConditionFigures:
        """Of the recordings at these places."""
        votes, p = self.votes[among], self.p[among]
        agreed = votes != 0.5
        am = rejection.am_at(votes[agreed] == 1, p[agreed], threshold)
        rcc = rejection.rcc_at(votes[agreed] == 1, p[agreed], threshold)
        return ConditionFigures(100 * am, 100 * whole_stream.am_at(votes, p, threshold), 100 * rcc)

    def judged(self, n: int, reference: Reference, draws: int) -> ConditionFigures:
        """The mean over draws; what was not drawn is measured where enough is left."""
        measured = [self._drawn(n, reference, seed) for seed in range(draws)]
        am, am_stream, rcc = np.mean([(each.am, each.am_stream, each.rcc) for each in measured], axis=0)
        return ConditionFigures(float(am), float(am_stream), float(rcc), float(np.std([each.am for each in measured])))

    def _drawn(self, n: int, reference: Reference, seed: int) -> ConditionFigures:
        places = judged_source.spread_draw(self.p, n, seed=seed)
        chosen = judged_source.choose_with_labels(
            self.p,
            places,
            self.votes[places],
            self.children[places],
            am_target=reference.am_target,
            common=reference.threshold,
        )
        rest = np.setdiff1d(np.arange(len(self.p)), places)
        return self.figures(chosen.threshold, rest if len(rest) >= n else np.arange(len(self.p)))


def by_condition(stream: Stream, p: Float64Array) -> list[Condition]:
    """The conditions of a folder, in the order of its manifest; p of all its recordings."""
    names, children = stream.conditions, stream.corpus.children
    return [
        Condition(name, stream.votes[names == name], p[names == name], children[names == name])
        for name in dict.fromkeys(names.tolist())
    ]


def lines(conditions: Sequence[Condition], reference: Reference, *, draws: int) -> list[str]:
    """A line a condition, then the means, and the worst AM of each column."""
    rows = [condition.row(reference, draws=draws) for condition in conditions]
    width = max(len(name) for name in ("worst AM", *(condition.name for condition in conditions)))
    shown = [f"{'':{width}} " + " | ".join(f"{name:>14}" for name in COLUMNS)]
    shown += [
        f"{condition.name:{width}} " + " | ".join(f"{cell!s:>14}" for cell in row)
        for condition, row in zip(conditions, rows, strict=True)
    ]
    whole = [row for row in rows if len(row) == len(COLUMNS)]
    if whole:
        ams = np.array([[cell.am for cell in row] for row in whole])
        values = np.array([[(cell.am, cell.am_stream, cell.rcc) for cell in row] for row in whole])
        means = [ConditionFigures(*map(float, column)) for column in values.mean(axis=0)]
        shown.append(f"{'mean':{width}} " + " | ".join(f"{cell!s:>14}" for cell in means))
        shown.append(f"{'worst AM':{width}} " + " | ".join(f"{am:14.0f}" for am in ams.max(axis=0)))
    return shown
