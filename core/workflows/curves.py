"""Operating curves for the browser: small, precomputed, exact where it matters.

Two shapes: `CurveData` is a curve as a chart draws it; `DragData` answers every AM target while it is being dragged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.labels import Label, Split
from core.measuring import rejection
from core.workflows import decisions
from db import session

MAX_POINTS = 400


@dataclass(frozen=True)
class CurveData:
    """An operating curve as a chart draws it: at most about 400 points, both ends and the maximum of g among them.

    The lists run with rising thresholds. `accepted_refused` and `rejected_caught` are counts of recordings out of
    `accepted` and `rejected`. `maximum` is t_m with its RCC and AM; `note` names an empty class, in words.
    """

    thresholds: list[float]
    rcc: list[float]
    am: list[float]
    accepted_refused: list[int]
    rejected_caught: list[int]
    accepted: int
    rejected: int
    maximum: rejection.Point
    note: str


@dataclass(frozen=True)
class DragData:
    """Everything a live AM target needs, so that the browser never asks while dragging.

    One entry per AM level that validation can reach, rising: for a target x the answer is the last entry whose
    `validation_am` is at most x. The test figures are counted at the same threshold, None where a
    class is empty. Counts are of recordings.
    """

    validation_am: list[float]
    validation_rcc: list[float | None]
    thresholds: list[float]
    test_am: list[float | None]
    test_rcc: list[float | None]
    test_accepted_refused: list[int]
    test_noise_passed: list[int]
    test_speechless_passed: list[int]
    test_accepted: int
    test_noise: int
    test_speechless: int
    note: str


def curve_points(model_id: str, split: Split | str) -> CurveData:
    """The operating curve of one model in one split, thinned for a chart."""
    with session.reading() as tx:
        there = decisions.of(tx, model_id, Split(split))
    curve = rejection.curve(there.is_accepted, there.p)
    keep = _thinned(curve)
    accepted = int(there.is_accepted.sum())
    rejected = len(there.p) - accepted
    thresholds, rcc, am = curve.thresholds[keep], curve.rcc[keep], curve.am[keep]
    return CurveData(
        thresholds=thresholds.tolist(),
        rcc=rcc.tolist(),
        am=am.tolist(),
        accepted_refused=_below(there.p[there.is_accepted], thresholds),
        rejected_caught=_below(there.p[~there.is_accepted], thresholds),
        accepted=accepted,
        rejected=rejected,
        maximum=rejection.maximum(curve),
        note=curve.note,
    )


def drag_points(model_id: str) -> DragData:
    """What every AM target that can be reached on validation does to the test children."""
    with session.reading() as tx:
        validation, test = (decisions.of(tx, model_id, split) for split in (Split.VALIDATION, Split.TEST))
    curve = rejection.curve(validation.is_accepted, validation.p)
    keep = _levels(curve.am)
    thresholds = curve.thresholds[keep]
    of = {label: test.p[test.labels == str(label)] for label in Label}
    refused = {label: _below(p, thresholds) for label, p in of.items()}
    caught = np.add(refused[Label.NOISE], refused[Label.SPEECHLESS])
    return DragData(
        validation_am=curve.am[keep].tolist(),
        validation_rcc=[None if np.isnan(share) else float(share) for share in curve.rcc[keep]],
        thresholds=thresholds.tolist(),
        test_am=_shares(refused[Label.ACCEPTED], len(of[Label.ACCEPTED])),
        test_rcc=_shares(caught, len(of[Label.NOISE]) + len(of[Label.SPEECHLESS])),
        test_accepted_refused=refused[Label.ACCEPTED],
        test_noise_passed=[len(of[Label.NOISE]) - n for n in refused[Label.NOISE]],
        test_speechless_passed=[len(of[Label.SPEECHLESS]) - n for n in refused[Label.SPEECHLESS]],
        test_accepted=len(of[Label.ACCEPTED]),
        test_noise=len(of[Label.NOISE]),
        test_speechless=len(of[Label.SPEECHLESS]),
        note=curve.note,
    )


def _thinned(curve: rejection.OperatingCurve) -> np.ndarray:
    """Indices of at most MAX_POINTS points, evenly spaced along the curve; the ends and the top of g always."""
    last = len(curve.thresholds) - 1
    if last < MAX_POINTS:
        return np.arange(last + 1)
    way = np.nan_to_num(curve.rcc) + np.nan_to_num(curve.am)
    even = np.searchsorted(way, np.linspace(0.0, way[-1], MAX_POINTS - 3))
    height = rejection.g(curve)
    top = 0 if np.isnan(height).any() else int(np.argmax(height))
    return np.unique(np.concatenate([np.minimum(even, last), [0, top, last]]))


def _levels(am: np.ndarray) -> np.ndarray:
    """Index of the largest threshold at each AM that occurs.

    Where there are more than MAX_POINTS levels, those that an AM target in steps of a quarter of a percent asks for,
    so that such a target always gets the exact threshold.
    """
    if not len(am) or np.isnan(am).any():
        return np.array([], dtype=np.int64)
    last_of_level = np.append(np.flatnonzero(np.diff(am)), len(am) - 1)
    if len(last_of_level) <= MAX_POINTS:
        return last_of_level
    targets = np.arange(MAX_POINTS + 1) / MAX_POINTS
    return np.unique(last_of_level[np.searchsorted(am[last_of_level], targets, side="right") - 1])


def _below(p: np.ndarray, thresholds: np.ndarray) -> list[int]:
    """How many p lie below each threshold."""
    return [int(n) for n in np.searchsorted(np.sort(p), thresholds, side="left")]


def _shares(counts: Iterable[int], total: int) -> list[float | None]:
    return [int(n) / total if total else None for n in counts]
