"""A row of the paper's tables on the labels here: one system on recordings that it was not shown, and its figures.

Everything stands on the paper's grid of thresholds (0 to 1, step 0.01), the intervals too: every p is first rounded
down to the grid, which no threshold of the grid can tell from the p itself. Of folds, the out-of-fold p of all
recordings are pooled and share one threshold, as one threshold is what a classroom gets; that the networks of the
folds are not calibrated alike can only cost, so a figure is rather too low than too high.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from core.arrays import Float64Array, StringArray
from core.domain.catalogue import (
    MERGED_SYSTEMS,
    PAPER_FAMILIES,
    PAPER_NETWORKS,
    SINGLE_SYSTEMS,
    STAND_IN,
    is_stand_in,
    without_stand_in,
)
from core.domain.model_cards import Interval
from core.json_values import finite_or_none
from core.learning import merging
from core.metrics import bootstrap_intervals, intervals, published_results, rejection
from core.metrics.published_results import PublishedFigures
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.paper.paper_rows import Key, LanguageRow, RowFigures, TableRow

Number = TypeVar("Number", int, float)
MIN_OF_EACH = 20
"""Accepted recordings of a language, and rejected ones, for an f(0.10): of fewer than 10 Accepted none may be refused,
of fewer than 20 only one, and the figure says what that recording was like."""
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
    languages: StringArray | None = None
    is_product: bool = False

    @property
    def key(self) -> Key:
        return self.features, self.network, self.system

    @property
    def is_stand_in(self) -> bool:
        return is_stand_in(self.features)

    @property
    def published(self) -> PublishedFigures | None:
        """The paper's figures of this row; a stand-in stands where its module would."""
        return published_results.published_figures(without_stand_in(self.features), self.network, self.system)


def every_row(trained: Mapping[Key, PaperRow]) -> list[PaperRow]:
    """The rows of Table 3, of Table 4, and beyond: single and merged, those of the paper whether trained or not.

    Rows of a stand-in take the place of Table 4's where nothing is trained on the module itself.
    """
    families = [_in_its_place(family, trained) for family in PAPER_FAMILIES]
    beyond = list(dict.fromkeys(key[0] for key in trained if key[0] not in families))
    rows = []
    for family in (*families, *beyond):
        of_family = {key[1]: None for key in trained if key[0] == family}
        for network in dict.fromkeys((*PAPER_NETWORKS, *of_family)):
            rows += _of_kind(family, network, trained, is_papers=family in families and network in PAPER_NETWORKS)
    return rows


def table_row(row: PaperRow, trained_on: str) -> TableRow:
    """The row with its figures; `trained_on` is the language that it learned from."""
    return TableRow(
        *row.key,
        figures=RowFigures() if row.test is None else figures(row.test),
        seconds_per_epoch=row.seconds_per_epoch,
        seconds=row.seconds,
        n_parameters=row.n_parameters,
        is_product=row.is_product,
        published=row.published,
        trained_on=trained_on,
    )


def figures(test: SplitPredictions) -> RowFigures:
    """All figures of a row. The intervals of f(AM_m) and AM_m hold t_m fixed."""
    p = on_grid(test.p)
    curve = rejection.curve(test.is_accepted, p, grid="paper")
    top = rejection.maximum(curve)
    at_top = intervals.at_threshold(test.children, test.is_accepted, p, top.threshold)
    of_f10, of_f15 = bootstrap_intervals.bootstrap_fs(test.children, test.is_accepted, p, (0.10, 0.15))
    return RowFigures(
        f10=finite_or_none(rejection.f(curve, 0.10)),
        f15=finite_or_none(rejection.f(curve, 0.15)),
        f_am_m=finite_or_none(top.rcc),
        am_m=finite_or_none(top.am),
        f10_interval=known_interval(of_f10),
        f15_interval=known_interval(of_f15),
        f_am_m_interval=known_interval(at_top.rcc),
        am_m_interval=known_interval(at_top.am),
        f10_exact=finite_or_none(rejection.f(rejection.curve(test.is_accepted, test.p), 0.10)),
    )


def by_language(row: PaperRow, trained_on: str) -> list[LanguageRow]:
    """f(0.10) of a row on the recordings of each language, with a threshold of its own for each.

    None where a language has fewer than `MIN_OF_EACH` Accepted or rejected recordings.
    """
    if row.test is None or row.languages is None:
        return []
    rows = []
    for language in sorted(set(row.languages)):
        is_inside = row.languages == language
        test = SplitPredictions(row.test.children[is_inside], row.test.labels[is_inside], row.test.p[is_inside])
        f10, interval = _f10_of_language(test)
        rows.append(
            LanguageRow(
                *row.key,
                language=str(language),
                recordings=int(is_inside.sum()),
                accepted=int(test.is_accepted.sum()),
                f10=f10,
                f10_interval=interval,
                trained_on=trained_on,
            )
        )
    return rows


def _f10_of_language(test: SplitPredictions) -> tuple[float | None, Interval | None]:
    n_accepted = int(test.is_accepted.sum())
    if min(n_accepted, len(test.is_accepted) - n_accepted) < MIN_OF_EACH:
        return None, None
    p = on_grid(test.p)
    f10 = rejection.f(rejection.curve(test.is_accepted, p, grid="paper"), 0.10)
    return finite_or_none(f10), known_interval(
        bootstrap_intervals.bootstrap_f(test.children, test.is_accepted, p, 0.10)
    )


def on_grid(p: Float64Array) -> Float64Array:
    """Every p rounded down to the paper's grid [shape=(n,)]: `p < t` stays as it was at every t of it."""
    return rejection.PAPER_GRID[np.searchsorted(rejection.PAPER_GRID, p, side="right") - 1]


def known_interval(interval: Interval) -> Interval | None:
    """None where an end is NaN."""
    return None if any(map(math.isnan, interval)) else interval


def _in_its_place(family: str, trained: Mapping[Key, PaperRow]) -> str:
    names = {key[0] for key in trained}
    return f"{STAND_IN}{family}" if family not in names and f"{STAND_IN}{family}" in names else family


def _of_kind(family: str, network: str, trained: Mapping[Key, PaperRow], *, is_papers: bool) -> list[PaperRow]:
    """Single and merged rows of one family and kind of network; beyond the paper only those that are trained."""
    singles = [trained.get((family, network, task), PaperRow(family, network, task)) for task in SINGLE_SYSTEMS]
    others = [row for key, row in trained.items() if key[:2] == (family, network) and key[2] not in SINGLE_SYSTEMS]
    rows = [*singles, *_merged(family, network, singles)]
    return [*(row for row in rows if is_papers or row.test is not None), *others]


def _merged(family: str, network: str, singles: Sequence[PaperRow]) -> list[PaperRow]:
    """Mean and Majority over the three tasks, when all three learned from the same snapshot."""
    tests = [row.test for row in singles if row.test is not None]
    if len(tests) < len(SINGLE_SYSTEMS) or len({row.snapshot_id for row in singles}) > 1:
        return [PaperRow(family, network, system) for system in MERGED_SYSTEMS]
    together = replace(
        singles[0],
        seconds=total([row.seconds for row in singles]),
        n_parameters=total([row.n_parameters for row in singles]),
        seconds_per_epoch=None,
        fold_seconds=tuple(sum(each) for each in zip(*(row.fold_seconds for row in singles), strict=True)),
        fold_epoch_seconds=(),
        is_product=False,
    )
    return [
        replace(together, system=system, test=replace(tests[0], p=MERGE[system]([test.p for test in tests])))
        for system in MERGED_SYSTEMS
    ]


def total(values: Sequence[Number | None]) -> Number | None:
    """The sum; None where a value is not known."""
    known = [value for value in values if value is not None]
    return sum(known, start=known[0] - known[0]) if known and len(known) == len(values) else None
