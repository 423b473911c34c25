"""A row of the paper's tables on the labels here: one system on recordings that it was not shown, and its figures.

Everything stands on the paper's grid of thresholds (0 to 1, step 0.01), the intervals too: every p is first rounded
down to the grid, which no threshold of the grid can tell from the p itself. Of folds, the out-of-fold p of all
recordings are pooled and share one threshold, as one threshold is what a classroom gets; that the networks of the
folds are not calibrated alike can only cost, so a figure is rather too low than too high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.json_values import finite_or_none, finite_or_nones
from core.learning import merging
from core.metrics import intervals, published_results, rejection
from core.metrics.published_results import MERGED, SINGLE, PublishedFigures
from core.workflows.evaluation.predictions import SplitPredictions

STAND_IN = "stand-in for "
FIGURES = ("f10", "f15", "f_am_m", "am_m")
DRAWN = tuple(f"{name}_interval" for name in FIGURES)

Key = tuple[str, str, str]
MERGE = {"mean": merging.mean, "majority": merging.majority}


@dataclass(frozen=True)
class PaperRow:
    """One system on recordings of children that it never met; `test` is None where it is not trained.

    seconds, seconds_per_epoch : of training; of folds, the mean of one fold
    fold_seconds, fold_epoch_seconds : of each fold; empty where there are no folds
    languages : np.ndarray [shape=(n,), str], of each recording of `test`
    """

    features: str
    network: str
    system: str
    snapshot_id: int | None = None
    test: SplitPredictions | None = None
    seconds: float | None = None
    seconds_per_epoch: float | None = None
    n_parameters: int | None = None
    fold_seconds: tuple[float, ...] = ()
    fold_epoch_seconds: tuple[float, ...] = ()
    languages: np.ndarray | None = None
    is_product: bool = False

    @property
    def key(self) -> Key:
        return self.features, self.network, self.system

    @property
    def is_stand_in(self) -> bool:
        return self.features.startswith(STAND_IN)

    @property
    def published(self) -> PublishedFigures | None:
        """The paper's figures of this row; a stand-in stands where its module would."""
        return published_results.published_figures(self.features.removeprefix(STAND_IN), self.network, self.system)


def every_row(trained: Mapping[Key, PaperRow]) -> list[PaperRow]:
    """The rows of Table 3, of Table 4, and beyond: single and merged, those of the paper whether trained or not.

    Rows of a stand-in take the place of Table 4's where nothing is trained on the module itself.
    """
    families = [_in_its_place(family, trained) for family in published_results.FAMILIES]
    beyond = list(dict.fromkeys(key[0] for key in trained if key[0] not in families))
    rows = []
    for family in (*families, *beyond):
        of_family = {key[1]: None for key in trained if key[0] == family}
        for network in dict.fromkeys((*published_results.NETWORKS, *of_family)):
            rows += _of_kind(
                family, network, trained, is_papers=family in families and network in published_results.NETWORKS
            )
    return rows


def as_json(row: PaperRow) -> dict[str, Any]:
    """The row as `paper --json` gives it: shares between 0 and 1, None where not known."""
    found: dict[str, Any] = {"features": row.features, "network": row.network, "system": row.system}
    found |= figures(row.test)
    found |= {"seconds_per_epoch": row.seconds_per_epoch, "seconds": row.seconds, "n_parameters": row.n_parameters}
    found |= {"is_stand_in": row.is_stand_in, "is_product": row.is_product}
    return found | {"published": asdict(row.published) if row.published else None}


def figures(test: SplitPredictions | None) -> dict[str, Any]:
    """f(0.10), f(0.15), f(AM_m) and AM_m with intervals over children, and f(0.10) on the exact grid beside.

    The intervals of f(AM_m) and AM_m hold t_m fixed.
    """
    if test is None:
        return dict.fromkeys((*FIGURES, *DRAWN, "f10_exact"))
    p = on_grid(test.p)
    curve = rejection.curve(test.is_accepted, p, grid="paper")
    top = rejection.maximum(curve)
    at_top = intervals.at_threshold(test.children, test.is_accepted, p, top.threshold)
    drawn = [intervals.bootstrap_f(test.children, test.is_accepted, p, x) for x in (0.10, 0.15)]
    values = (rejection.f(curve, 0.10), rejection.f(curve, 0.15), top.rcc, top.am)
    found: dict[str, Any] = {name: finite_or_none(value) for name, value in zip(FIGURES, values, strict=True)}
    found |= {name: finite_or_nones(one) for name, one in zip(DRAWN, (*drawn, at_top.rcc, at_top.am), strict=True)}
    return found | {"f10_exact": finite_or_none(rejection.f(rejection.curve(test.is_accepted, test.p), 0.10))}


def by_language(row: PaperRow) -> list[dict[str, Any]]:
    """f(0.10) of a row on the recordings of each language, thresholds found anew in each."""
    if row.test is None or row.languages is None:
        return []
    found = []
    for language in sorted(set(row.languages)):
        here = row.languages == language
        part = SplitPredictions(row.test.children[here], row.test.labels[here], row.test.p[here])
        named = {"features": row.features, "network": row.network, "system": row.system, "language": str(language)}
        counted = {"recordings": int(here.sum()), "accepted": int(part.is_accepted.sum())}
        found.append(named | counted | _f10(part))
    return found


def on_grid(p: np.ndarray) -> np.ndarray:
    """Every p rounded down to the paper's grid [shape=(n,)]: `p < t` stays as it was at every t of it."""
    return rejection.PAPER_GRID[np.searchsorted(rejection.PAPER_GRID, p, side="right") - 1]


def _f10(test: SplitPredictions) -> dict[str, Any]:
    p = on_grid(test.p)
    value = rejection.f(rejection.curve(test.is_accepted, p, grid="paper"), 0.10)
    return {
        "f10": finite_or_none(value),
        "f10_interval": finite_or_nones(intervals.bootstrap_f(test.children, test.is_accepted, p, 0.10)),
    }


def _in_its_place(family: str, trained: Mapping[Key, PaperRow]) -> str:
    names = {key[0] for key in trained}
    return f"{STAND_IN}{family}" if family not in names and f"{STAND_IN}{family}" in names else family


def _of_kind(family: str, network: str, trained: Mapping[Key, PaperRow], *, is_papers: bool) -> list[PaperRow]:
    """Single and merged rows of one family and kind of network; beyond the paper only those that are trained."""
    singles = [trained.get((family, network, task), PaperRow(family, network, task)) for task in SINGLE]
    others = [row for key, row in trained.items() if key[:2] == (family, network) and key[2] not in SINGLE]
    found = [*singles, *_merged(family, network, singles)]
    return [*(row for row in found if is_papers or row.test is not None), *others]


def _merged(family: str, network: str, singles: Sequence[PaperRow]) -> list[PaperRow]:
    """Mean and Majority over the three tasks, when all three learned from the same snapshot."""
    tests = [row.test for row in singles if row.test is not None]
    if len(tests) < len(SINGLE) or len({row.snapshot_id for row in singles}) > 1:
        return [PaperRow(family, network, system) for system in MERGED]
    together = replace(
        singles[0],
        seconds=_total([row.seconds for row in singles]),
        n_parameters=_total([row.n_parameters for row in singles]),
        seconds_per_epoch=None,
        fold_seconds=tuple(sum(each) for each in zip(*(row.fold_seconds for row in singles), strict=True)),
        fold_epoch_seconds=(),
        is_product=False,
    )
    return [
        replace(together, system=system, test=replace(tests[0], p=MERGE[system]([test.p for test in tests])))
        for system in MERGED
    ]


def _total(values: Sequence[Any]) -> Any:
    return None if any(value is None for value in values) else sum(values)
