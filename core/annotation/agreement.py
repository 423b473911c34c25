"""How well two judges agree: the share of equal labels, Cohen's kappa and the table behind both.

Kappa (Cohen, "A coefficient of agreement for nominal scales", 1960) is the agreement beyond what two judges with the
same habits would reach by chance: 1 is complete, 0 is chance. It comes from scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from core.domain.labels import Label


@dataclass(frozen=True)
class Agreement:
    """Two judges on the recordings that both judged.

    n : how many recordings.
    observed : share of equal labels in [0, 1]; NaN without recordings.
    kappa : Cohen's kappa in [-1, 1]; NaN without recordings, and NaN when both judges gave one and the same label
        throughout: then chance alone explains everything and kappa is 0 / 0.
    table : 3 x 3 counts in the order of `core.domain.labels.Label`; rows are the first judge, columns the second.
    """

    n: int
    observed: float
    kappa: float
    table: tuple[tuple[int, ...], ...]


def agreement(pairs: Sequence[tuple[Label, Label]]) -> Agreement:
    """The agreement of two judges, from both labels of each recording, in any order of recordings."""
    table = tuple(tuple(sum(pair == (row, column) for pair in pairs) for column in Label) for row in Label)
    n = len(pairs)
    equal = sum(first == second for first, second in pairs)
    return Agreement(n=n, observed=equal / n if n else nan, kappa=_kappa(pairs), table=table)


def _kappa(pairs: Sequence[tuple[Label, Label]]) -> float:
    if len({label for pair in pairs for label in pair}) < 2:
        return nan
    from sklearn.metrics import cohen_kappa_score

    first, second = zip(*pairs, strict=True)
    return float(cohen_kappa_score([str(label) for label in first], [str(label) for label in second]))
