"""Sequential checks of a judge: is there still doubt that the labels are given with care?

Each comparison is one label of the judge beside another of the same recording: of another judge, of the same judge the
first time, of staff who settled it, or the label that stands where the recording came as a known answer. Under the
hypothesis "this judge agrees at least as much as l", each factor q / l where the labels are equal, and (1 - q) / (1 -
l) where they differ, has a mean of at most 1, for any alternative q below l that is fixed before the label is seen. So
has their running product, however long it runs and whenever somebody looks: it exceeds 1 / a with a chance of a at most
(Ville's inequality; Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, Journal of the
Royal Statistical Society B 86, 2024). The product is the evidence against the judge.

- `least` lies `CheckRule.share` of the way from what chance gives to what judges usually reach: chance is computed from
  the labels that both gave before, so a judge who always gives the same label is at chance, however common it is.
- Two alternatives share the stakes: chance itself, and half-way to `least`.
- A judge may tire after a thousand good labels. Products that begin at each `CheckRule.block` comparisons share the
  stakes as well, the first most of all (weights 1 / (k + 1)(k + 2), whose sum is 1); it costs a few labels of delay.

`bench/judges.py` measures how soon random clicking is found and how often a careful judge is accused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.arrays import Float64Array
from core.domain.judgements import ReferenceKind as ReferenceKind
from core.domain.labels import Label

NO_EVIDENCE = 1.0
MOST_LOG = 600.0  # more is evidence enough, and would overflow


@dataclass(frozen=True)
class Comparison:
    """A judge's label beside a reference.

    at : when both were there.
    reference_by : the other judge; "" where the reference is no other judge's.
    """

    at: datetime
    recording_id: int
    own: Label
    reference: Label
    kind: ReferenceKind
    reference_by: str = ""

    @property
    def is_same(self) -> bool:
        return self.own is self.reference


@dataclass(frozen=True)
class CheckRule:
    """Numbers of the checks; changing them needs nothing anew.

    usual_kappa : of two judges where nothing better is known.
    share : of the usual agreement beyond chance that a careful judge reaches at least.
    settled_least, settled_chance : of the disagreements that staff settled, the share in which a careful judge was
        right at least, and one who clicks at random. Two careful judges are right in about half of theirs each.
    prior : labels that the running shares of labels begin with, spread evenly.
    block : comparisons between two beginnings.
    newest : comparisons that are looked at.
    """

    usual_kappa: float = 0.7
    share: float = 0.75
    settled_least: float = 0.25
    settled_chance: float = 0.05
    prior: float = 6.0
    block: int = 20
    newest: int = 2000


RULE = CheckRule()


@dataclass(frozen=True)
class Evidence:
    """What some comparisons say against a judge.

    n, n_same : comparisons, and those with equal labels.
    n_since, n_same_since : the same since the suspicious stretch begins; all of them where there is none.
    chance, least : shares of equal labels since then, on average: by chance, and of a careful judge at least. NaN
        without any.
    strongest : the highest that the evidence ever was; 1 is none, 100 comes to one careful judge of 100 at most.
    raised_at : the place of the comparison that brought it there, from 1; 0 without any.
    begins : the place of the comparison that the suspicious stretch begins with, from 0.
    """

    n: int
    n_same: int
    n_since: int
    n_same_since: int
    chance: float
    least: float
    strongest: float
    raised_at: int
    begins: int

    @property
    def share_same(self) -> float:
        return self.n_same / self.n if self.n else float("nan")

    @property
    def share_same_since(self) -> float:
        return self.n_same_since / self.n_since if self.n_since else float("nan")


def evidence_against(
    comparisons: Sequence[Comparison], *, usual_kappa: float | None = None, rule: CheckRule = RULE
) -> Evidence:
    """The evidence of comparisons in the order of their time.

    Parameters
    ----------
    usual_kappa : of the other judges among themselves; `rule.usual_kappa` when None.

    Examples
    --------
    >>> at, labels = datetime(2026, 1, 1), list(Label)
    >>> def compared(n, shift):
    ...     kind = ReferenceKind.OTHER_JUDGE
    ...     return [Comparison(at, i, labels[i % 3], labels[(i + shift * (i % 4)) % 3], kind, "bo") for i in range(n)]
    >>> evidence_against(compared(60, 0)).strongest < 2, evidence_against(compared(60, 1)).strongest > 200
    (True, True)
    """
    looked_at = comparisons[-rule.newest :]
    if not looked_at:
        return Evidence(0, 0, 0, 0, float("nan"), float("nan"), NO_EVIDENCE, 0, 0)
    chance, least = _limits(looked_at, rule.usual_kappa if usual_kappa is None else usual_kappa, rule)
    is_same = np.array([each.is_same for each in looked_at])
    alternatives = chance, (chance + least) / 2
    wealth = [_products(np.log(np.where(is_same, q / least, (1 - q) / (1 - least))), rule.block) for q in alternatives]
    along = (wealth[0].sum(axis=0) + wealth[1].sum(axis=0)) / 2
    highest = int(np.argmax(along))
    richest = int(np.argmax((wealth[0] + wealth[1])[:, highest]))
    strongest = max(NO_EVIDENCE, float(along[highest]))
    begins = min(richest * rule.block, highest) if strongest > NO_EVIDENCE else 0
    return Evidence(
        n=len(looked_at),
        n_same=int(is_same.sum()),
        n_since=len(looked_at) - begins,
        n_same_since=int(is_same[begins:].sum()),
        chance=float(chance[begins:].mean()),
        least=float(least[begins:].mean()),
        strongest=strongest,
        raised_at=highest + 1,
        begins=begins,
    )


def _limits(
    comparisons: Sequence[Comparison], usual_kappa: float, rule: CheckRule
) -> tuple[Float64Array, Float64Array]:
    """What chance gives and what a careful judge reaches at least, before each comparison [shape=(n,)]."""
    own, reference = (_shares_before(labels, rule.prior) for labels in _labels(comparisons))
    chance = (own * reference).sum(axis=1)
    least = chance + rule.share * max(usual_kappa, 0.05) * (1 - chance)
    is_settled = np.array([each.kind is ReferenceKind.SETTLED for each in comparisons])
    return np.where(is_settled, rule.settled_chance, chance), np.where(is_settled, rule.settled_least, least)


def _labels(comparisons: Sequence[Comparison]) -> tuple[list[Label], list[Label]]:
    return [each.own for each in comparisons], [each.reference for each in comparisons]


def _shares_before(labels: Sequence[Label], prior: float) -> Float64Array:
    """The share of each label among those before [shape=(n, 3)]."""
    is_label = np.array([[label is each for each in Label] for label in labels], dtype=np.float64)
    before = np.vstack([np.zeros(len(Label)), np.cumsum(is_label, axis=0)[:-1]])
    shares: Float64Array = (before + prior / len(Label)) / (before.sum(axis=1, keepdims=True) + prior)
    return shares


def _products(log_factors: Float64Array, block: int) -> Float64Array:
    """Weighted products of the factors since each beginning [shape=(n_beginnings, n)]; before it, the weight."""
    n = len(log_factors)
    begins = np.arange(0, n, block)
    sums = np.concatenate([[0.0], np.cumsum(log_factors)])
    since = np.where(np.arange(1, n + 1) > begins[:, None], sums[None, 1:] - sums[begins][:, None], 0.0)
    k = np.arange(len(begins))
    weight = 1.0 / ((k + 1.0) * (k + 2.0))
    return np.asarray(weight[:, None] * np.exp(np.minimum(since, MOST_LOG)))
