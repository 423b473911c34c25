"""AM and RCC in class, from sampled decisions that judges judged: design-based shares with intervals over children.

A recording that was drawn with probability pi stands for 1 / pi decisions. A share is the ratio of two such sums
(Hájek, 1971), its variance that of the linearised ratio between children (Särndal, Swensson and Wretman, Model Assisted
Survey Sampling, 1992, sections 5.6 and 5.8), and the interval Wilson's at the number of recordings that independent,
equally weighted recordings of that variance would be, with Student's t for few children, as in `clustered_shares`. No
hit, or nothing but hits, has no variance: there the number is what the heaviest weight leaves of the sum.

The model's p shapes only how likely a recording is drawn. No model is believed, so a model that is wrong cannot hide
it. What is judged counts, what is not yet judged is as if it had not been drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array
from core.domain.certainty import LEAST_CHILDREN
from core.domain.labels import Label
from core.metrics import clustered_shares
from core.metrics.intervals import NOT_KNOWN, Interval

COVERAGE = clustered_shares.COVERAGE


@dataclass(frozen=True)
class LiveShare:
    """A share in class. value : NaN without recordings; interval : NaN as well with fewer than `LEAST_CHILDREN`."""

    value: float
    interval: Interval
    n: int
    n_children: int

    @property
    def has_few_children(self) -> bool:
        return self.n_children < LEAST_CHILDREN


@dataclass(frozen=True)
class LiveFigures:
    """AM of what is judged Accepted, RCC of the rest, and RCC of Noise and of Speechless apart."""

    am: LiveShare
    rcc: LiveShare
    rcc_noise: LiveShare
    rcc_speechless: LiveShare


@dataclass(frozen=True)
class JudgedSample:
    """Sampled decisions whose label stands; all [shape=(n,)].

    children : any values that compare equal for one child
    probability : with which each was drawn
    """

    children: AnyArray
    labels: Sequence[Label]
    is_refused: BoolArray
    probability: Float64Array

    def __len__(self) -> int:
        return len(self.labels)

    def among(self, is_chosen: BoolArray) -> JudgedSample:
        labels = [label for label, chosen in zip(self.labels, is_chosen, strict=True) if chosen]
        return JudgedSample(
            np.asarray(self.children)[is_chosen], labels, self.is_refused[is_chosen], self.probability[is_chosen]
        )

    def refused_below(self, p: Float64Array, threshold: float) -> JudgedSample:
        """The same recordings, decided at another threshold."""
        return JudgedSample(self.children, self.labels, p < threshold, self.probability)


def figures_of(sample: JudgedSample) -> LiveFigures:
    """AM and RCC in class.

    Examples
    --------
    >>> labels = [Label.ACCEPTED] * 4 + [Label.NOISE] * 4
    >>> sample = JudgedSample(np.arange(8), labels, np.arange(8) > 2, np.full(8, 0.5))
    >>> figures_of(sample).am.value, figures_of(sample).rcc.value
    (0.25, 1.0)
    """
    is_label = {label: np.array([each is label for each in sample.labels], dtype=bool) for label in Label}
    return LiveFigures(
        am=_share_of(sample, is_label[Label.ACCEPTED]),
        rcc=_share_of(sample, ~is_label[Label.ACCEPTED]),
        rcc_noise=_share_of(sample, is_label[Label.NOISE]),
        rcc_speechless=_share_of(sample, is_label[Label.SPEECHLESS]),
    )


def figures_by(sample: JudgedSample, groups: Sequence[str]) -> Mapping[str, LiveFigures]:
    """The same of each group, by its name.

    Examples
    --------
    >>> sample = JudgedSample(np.arange(4), [Label.ACCEPTED] * 4, np.arange(4) > 2, np.full(4, 0.5))
    >>> by_week = figures_by(sample, ["first", "first", "second", "second"])
    >>> by_week["first"].am.value, by_week["second"].am.value
    (0.0, 0.5)
    """
    named = np.asarray(groups, dtype=object)
    return {name: figures_of(sample.among(named == name)) for name in sorted(set(groups))}


def weighted_share(children: AnyArray, weights: Float64Array, hits: BoolArray) -> LiveShare:
    """The share of hits by weight, with its interval over children.

    Examples
    --------
    >>> share = weighted_share(np.arange(8), np.array([1.0] * 4 + [3.0] * 4), np.arange(8) < 4)
    >>> share.value, share.n_children
    (0.25, 8)
    """
    n = len(hits)
    if not n:
        return LiveShare(nan, NOT_KNOWN, 0, 0)
    child_index, n_children = clustered_shares.child_indices(children, n)
    total = float(weights.sum())
    value = float((weights * hits).sum()) / total
    if n_children < LEAST_CHILDREN:
        return LiveShare(value, NOT_KNOWN, n, n_children)
    off = np.bincount(child_index, weights=weights * (hits - value), minlength=n_children) / total
    variance = n_children / (n_children - 1) * float((off**2).sum())
    whole = total / float(weights.max())
    worth = value * (1.0 - value) / variance if variance > 0 else whole
    low, high = clustered_shares.wilson(np.array([value]), np.array([worth]), _quantile(n_children - 1))
    ends = min(float(low[0]), value), max(float(high[0]), value)  # rounding must not leave the share outside
    return LiveShare(value, ends, n, n_children)


def _share_of(sample: JudgedSample, is_counted: BoolArray) -> LiveShare:
    counted = sample.among(is_counted)
    return weighted_share(counted.children, 1.0 / counted.probability, counted.is_refused)


def _quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.5 + COVERAGE / 2, freedom))
