"""Agreement of judges: overall, by pair, by language, over time, and of a judge with earlier own labels.

Counted are the first two labels of a recording's newest round. A third judge hears only what two found hard, and would
make every figure look worse than the judges are. All but a single judge's figures come from counts that are kept, read
once by `paired_labels`. For staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.annotation.agreement import Agreement
from core.annotation.reliability import AgreementEstimates as AgreementEstimates  # what screens show
from core.annotation.reliability import Estimate as Estimate
from core.annotation.reliability import Floats, RatedRecording, agreement_estimates, kappas, table_estimates
from core.domain.judgements import JudgedRecording
from core.domain.labels import JUDGEMENTS_PER_RECORDING, Label
from db import agreement_rows, judged_recordings, ratings, session
from db.agreement_rows import FIRST_DAY, JudgedTwice, Numbers, SliceKey, SliceKind, SliceLabels

ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT")
N_LABELS = len(Label)
DAYS_OF_WEEK = 7
N_CLUSTERS = 1024  # of children, of a single judge's figures


@dataclass(frozen=True)
class PairedLabels:
    """The labels of all recordings that two judges have judged, counted by slice; false when there are none.

    names : of the accounts that judged them
    """

    slices: Mapping[SliceKey, SliceLabels]
    names: Mapping[int, str]

    def __bool__(self) -> bool:
        return bool(self.slices)


class Period(StrEnum):
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True)
class AgreementSlice:
    """Some recordings under a name, judged three ways and as Accepted against rejected."""

    name: str
    three_way: AgreementEstimates
    two_way: AgreementEstimates


@dataclass(frozen=True)
class JudgePairAgreement:
    """Two judges, by name, on what both judged; rows of the table are `judge_a`."""

    judge_a: str
    judge_b: str
    agreement: Agreement
    figures: AgreementSlice


@dataclass(frozen=True)
class AgreementOverTime:
    """The agreement of one judge with all others, in the day or week that begins there."""

    begins: date
    figures: AgreementEstimates


def paired_labels() -> PairedLabels:
    """The first two labels of every recording that has two."""
    with session.reading_counts() as tx:
        slices, names = agreement_rows.slices(tx), agreement_rows.names(tx)
    judging = {judge for key in slices if key.kind is SliceKind.PAIR for judge in (key.judge_a, key.judge_b)}
    return PairedLabels(slices, {judge: names[judge] for judge in judging})


def overall(pairs: PairedLabels) -> AgreementSlice:
    """All judges together."""
    nothing = SliceLabels(np.zeros((0, N_LABELS, N_LABELS), np.int64), 0)
    with_kappa = len(pairs.names) == JUDGEMENTS_PER_RECORDING  # kappa is a figure of two people
    return _slice("", pairs.slices.get(SliceKey(SliceKind.ALL), nothing), with_kappa=with_kappa)


def by_language(pairs: PairedLabels) -> list[AgreementSlice]:
    """One a language, most recordings first; "" where it is not known."""
    return _slices(pairs, SliceKind.LANGUAGE)


def by_source(pairs: PairedLabels) -> list[AgreementSlice]:
    """One a source, most recordings first; "" where it is not known."""
    return _slices(pairs, SliceKind.SOURCE)


def by_pair(pairs: PairedLabels) -> list[JudgePairAgreement]:
    """Every two judges who have recordings in common, those with most in common first."""
    pairings = []
    for key, labels in pairs.slices.items():
        if key.kind is not SliceKind.PAIR:
            continue
        tables, (judge_a, judge_b) = _tables(labels), (pairs.names[key.judge_a], pairs.names[key.judge_b])
        if judge_b < judge_a:
            judge_a, judge_b, tables = judge_b, judge_a, np.swapaxes(tables, 1, 2)
        figures = _estimates("", tables, labels.n_children, with_kappa=True)
        pairings.append(JudgePairAgreement(judge_a, judge_b, _agreement(tables.sum(axis=0)), figures))
    return sorted(pairings, key=lambda pair: (-pair.agreement.n, pair.judge_a, pair.judge_b))


def judges(pairs: PairedLabels) -> list[str]:
    """Judges who share a recording with another judge, in alphabetical order."""
    return sorted(pairs.names.values())


def over_time(pairs: PairedLabels, judge: str, *, by: Period = Period.WEEK) -> list[AgreementOverTime]:
    """One judge by the time of the own label, oldest first; kappa is of this judge against all the others."""
    judge_id = _id_of(pairs, judge)
    if judge_id is None:
        return []
    with session.reading() as tx:
        judged = agreement_rows.of_judge(tx, judge_id)
    first_days = _first_days(judged.days, by)
    return [
        AgreementOverTime(FIRST_DAY + timedelta(days=int(begins)), _of_period(judged, first_days == begins))
        for begins in np.unique(first_days)
    ]


def intra_judge_agreement() -> list[AgreementSlice]:
    """Each judge who judged recordings a second time without knowing it: the first label against the second."""
    with session.reading() as tx:
        repeats = ratings.repeated(tx)
    slices = []
    for judge, of_judge in _grouped(repeats, lambda repeat: repeat.judge).items():
        units = [RatedRecording(repeat.child, (repeat.first, repeat.second)) for repeat in of_judge]
        slices.append(AgreementSlice(judge, agreement_estimates(units), agreement_estimates(units, is_two_way=True)))
    return sorted(slices, key=lambda of_judge: of_judge.name)


def differing_recordings(pairs: PairedLabels, judge: str, *, limit: int = 50) -> list[JudgedRecording]:
    """The recordings on which another judge's label differs from this judge's, the newest label first."""
    judge_id = _id_of(pairs, judge)
    if judge_id is None:
        return []
    with session.reading() as tx:
        ids = agreement_rows.differing(tx, judge_id, limit=limit)
        judged = judged_recordings.by_ids(tx, ids)
    return [judged[recording_id] for recording_id in ids if recording_id in judged]


def _id_of(pairs: PairedLabels, judge: str) -> int | None:
    return next((judge_id for judge_id, name in pairs.names.items() if name == judge), None)


def _first_days(days: Numbers, by: Period) -> Numbers:
    """The first day of the period that each day is in; weeks begin on Monday."""
    return days - (days + FIRST_DAY.weekday()) % DAYS_OF_WEEK if by is Period.WEEK else days


def _slices(pairs: PairedLabels, kind: SliceKind) -> list[AgreementSlice]:
    with_kappa = len(pairs.names) == JUDGEMENTS_PER_RECORDING
    of_kind = {key.name: labels for key, labels in pairs.slices.items() if key.kind is kind}
    slices = [_slice(name, labels, with_kappa=with_kappa) for name, labels in of_kind.items()]
    return sorted(slices, key=lambda figures: (-figures.three_way.n, figures.name))


def _slice(name: str, labels: SliceLabels, *, with_kappa: bool) -> AgreementSlice:
    return _estimates(name, _tables(labels), labels.n_children, with_kappa=with_kappa)


def _estimates(name: str, tables: Floats, n_children: int, *, with_kappa: bool) -> AgreementSlice:
    return AgreementSlice(name, *table_estimates(tables, n_children=n_children, with_kappa=with_kappa))


def _tables(labels: SliceLabels) -> Floats:
    return labels.by_cluster.astype(np.float64)


def _agreement(table: Floats) -> Agreement:
    n = int(table.sum())
    return Agreement(
        n=n,
        observed=float(np.trace(table)) / n,
        kappa=float(kappas(table[np.newaxis])[0]),
        table=tuple(tuple(int(count) for count in row) for row in table),
    )


def _of_period(judged: JudgedTwice, is_in: npt.NDArray[np.bool_]) -> AgreementEstimates:
    children = judged.children[is_in]
    cells = children % N_CLUSTERS * N_LABELS**2 + judged.label_pairs[is_in]
    counts = np.bincount(cells, minlength=N_CLUSTERS * N_LABELS**2).astype(np.float64)
    tables = counts.reshape(N_CLUSTERS, N_LABELS, N_LABELS)
    three_way, _ = table_estimates(tables, n_children=len(np.unique(children)))
    return three_way


def _grouped(items: Iterable[ItemT], key: Callable[[ItemT], KeyT]) -> dict[KeyT, list[ItemT]]:
    """Items by their key, in the order they come."""
    groups: dict[KeyT, list[ItemT]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
