"""Agreement of judges: overall, by pair, by language, over time, and of a judge with earlier own labels.

Counted are the first two labels of a recording's newest round. A third judge hears only what two found hard, and would
make every figure look worse than the judges are. Everything is computed from one reading, `paired_labels`. For staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from core.annotation.agreement import Agreement, agreement
from core.annotation.reliability import AgreementEstimates as AgreementEstimates  # what screens show
from core.annotation.reliability import Estimate as Estimate
from core.annotation.reliability import RatedRecording, agreement_estimates
from core.domain.judgements import JudgedRecording, Rating
from core.domain.labels import JUDGEMENTS_PER_RECORDING, Label
from db import judged_recordings, ratings, session

Pair = tuple[Rating, Rating]
ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT")


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


def paired_labels() -> list[Pair]:
    """The first two labels of every recording that has two, the judges of each in alphabetical order."""
    with session.reading() as tx:
        every_rating = ratings.ratings(tx)
    pairs = []
    for _, of_recording in groupby(every_rating, key=lambda rating: rating.recording_id):
        first_two = sorted(list(of_recording)[:JUDGEMENTS_PER_RECORDING], key=lambda rating: rating.judge)
        if len(first_two) == JUDGEMENTS_PER_RECORDING:
            pairs.append((first_two[0], first_two[1]))
    return pairs


def overall(pairs: Sequence[Pair]) -> AgreementSlice:
    """All judges together."""
    return _slice("", pairs)


def by_language(pairs: Sequence[Pair]) -> list[AgreementSlice]:
    """One a language, most recordings first; "" where it is not known."""
    return _slices(pairs, lambda pair: pair[0].language)


def by_source(pairs: Sequence[Pair]) -> list[AgreementSlice]:
    """One a source, most recordings first; "" where it is not known."""
    return _slices(pairs, lambda pair: pair[0].source)


def by_pair(pairs: Sequence[Pair]) -> list[JudgePairAgreement]:
    """Every two judges who have recordings in common, those with most in common first."""
    pairings = []
    for (judge_a, judge_b), in_common in _grouped(pairs, lambda pair: (pair[0].judge, pair[1].judge)).items():
        table = agreement([(first.label, second.label) for first, second in in_common])
        pairings.append(JudgePairAgreement(judge_a, judge_b, table, _slice("", in_common)))
    return sorted(pairings, key=lambda pair: (-pair.agreement.n, pair.judge_a, pair.judge_b))


def judges(pairs: Iterable[Pair]) -> list[str]:
    """Judges who share a recording with another judge, in alphabetical order."""
    return sorted({rating.judge for pair in pairs for rating in pair})


def over_time(pairs: Sequence[Pair], judge: str, *, by: Period = Period.WEEK) -> list[AgreementOverTime]:
    """One judge by the time of the own label, oldest first; kappa is of this judge against all the others."""
    own = [_seen_by(judge, pair) for pair in pairs if judge in (pair[0].judge, pair[1].judge)]
    grouped = _grouped(own, lambda pair: _begin(pair[0].decided_at.date(), by))
    return [AgreementOverTime(begins, _reliability(of_period)) for begins, of_period in sorted(grouped.items())]


def intra_judge_agreement() -> list[AgreementSlice]:
    """Each judge who judged recordings a second time without knowing it: the first label against the second."""
    with session.reading() as tx:
        repeats = ratings.repeated(tx)
    slices = []
    for judge, of_judge in _grouped(repeats, lambda repeat: repeat.judge).items():
        units = [RatedRecording(repeat.child, (repeat.first, repeat.second)) for repeat in of_judge]
        slices.append(AgreementSlice(judge, agreement_estimates(units), agreement_estimates(units, is_two_way=True)))
    return sorted(slices, key=lambda of_judge: of_judge.name)


def differing_recordings(pairs: Sequence[Pair], judge: str, *, limit: int = 50) -> list[JudgedRecording]:
    """The recordings on which another judge's label differs from this judge's, the newest label first."""
    own = [_seen_by(judge, pair) for pair in pairs if judge in (pair[0].judge, pair[1].judge)]
    apart = [pair[0] for pair in own if pair[0].label is not pair[1].label]
    newest = sorted(apart, key=lambda rating: (rating.decided_at, rating.recording_id), reverse=True)[:limit]
    ids = [rating.recording_id for rating in newest]
    with session.reading() as tx:
        judged = judged_recordings.by_ids(tx, ids)
    return [judged[recording_id] for recording_id in ids if recording_id in judged]


def _seen_by(judge: str, pair: Pair) -> Pair:
    return pair if pair[0].judge == judge else (pair[1], pair[0])


def _begin(day: date, by: Period) -> date:
    return day - timedelta(days=day.weekday()) if by is Period.WEEK else day


def _slices(pairs: Sequence[Pair], name_of: Callable[[Pair], str]) -> list[AgreementSlice]:
    slices = [_slice(name, of_name) for name, of_name in _grouped(pairs, name_of).items()]
    return sorted(slices, key=lambda figures: (-figures.three_way.n, figures.name))


def _slice(name: str, pairs: Sequence[Pair]) -> AgreementSlice:
    with_kappa = len(judges(pairs)) == JUDGEMENTS_PER_RECORDING  # kappa is a figure of two people
    return AgreementSlice(
        name,
        _reliability(pairs, with_kappa=with_kappa),
        _reliability(pairs, with_kappa=with_kappa, is_two_way=True),
    )


def _reliability(pairs: Sequence[Pair], *, with_kappa: bool = True, is_two_way: bool = False) -> AgreementEstimates:
    units = [RatedRecording(first.child, _labels(first, second)) for first, second in pairs]
    return agreement_estimates(units, with_kappa=with_kappa, is_two_way=is_two_way)


def _labels(first: Rating, second: Rating) -> tuple[Label, ...]:
    return first.label, second.label


def _grouped(items: Iterable[ItemT], key: Callable[[ItemT], KeyT]) -> dict[KeyT, list[ItemT]]:
    """Items by their key, in the order they come."""
    groups: dict[KeyT, list[ItemT]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
