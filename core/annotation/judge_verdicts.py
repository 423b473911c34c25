"""What the evidence of all checks says of each judge, and who is meant where only two judge the same recordings.

Where a judge agrees too little with *one* other, either of the two may be careless. It is this one when

- enough evidence stays without the comparisons with any one other judge (so one careless judge accuses nobody else), or
- the other is vouched for: in the same time it agrees as usual with others than this judge, or
- this judge alone is hasty: labels `VerdictRule.hasty` times as many an hour as the other does.

Otherwise it is one of the two (or of all, where the evidence is against nobody alone yet), and they are named as that.

`core.annotation.judge_evidence` gathers the evidence on each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.annotation.judge_evidence import (
    VERDICT_RULE,
    Ground,
    JudgeEvidence,
    PairEvidence,
    VerdictRule,
    judge_evidence,
    kappa_of,
    usual_kappa_without,
)
from core.annotation.sequential_checks import (
    RULE,
    CheckRule,
    Comparison,
    Evidence,
)


class JudgeStanding(StrEnum):
    """What staff are told of a judge's labels."""

    TOO_FEW = "too few"
    IN_ORDER = "in order"
    ONE_OF_TWO = "one of two"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True)
class JudgeVerdict:
    """A judge's labels, as far as they can be checked.

    grounds : what the doubt rests on; empty where there is none.
    others : where it is one of two, the judges who may be meant instead; where the doubt rests on agreement, those
        with whom it is too low.
    pace, others_pace : labels an hour; None where too few were given at the desk.
    begins_at : when the suspicious stretch begins; None where there is none.
    """

    judge: str
    verdict: JudgeStanding
    grounds: tuple[Ground, ...]
    others: tuple[str, ...]
    agreement: Evidence
    repeats: Evidence
    settled: Evidence
    known: Evidence
    pairs: tuple[PairEvidence, ...]
    pace: float | None
    others_pace: float | None
    begins_at: datetime | None

    @property
    def is_raised(self) -> bool:
        return self.verdict in (JudgeStanding.ONE_OF_TWO, JudgeStanding.IN_DOUBT)


def judge_verdicts(
    comparisons: Mapping[str, Sequence[Comparison]],
    paces: Mapping[str, float],
    *,
    rule: VerdictRule = VERDICT_RULE,
    check: CheckRule = RULE,
) -> list[JudgeVerdict]:
    """A verdict for each judge, those in doubt first.

    Parameters
    ----------
    comparisons : of each judge, in the order of their time; one between two judges stands under both.
    paces : labels an hour of those who gave enough at the desk.
    """
    usual = {judge: usual_kappa_without(comparisons, judge, rule=rule, check=check) for judge in comparisons}
    checked = {
        judge: judge_evidence(judge, list(comparisons[judge]), usual[judge], rule, check) for judge in comparisons
    }
    verdicts = [_verdict(each, checked, usual, paces, rule, check) for each in checked.values()]
    order = list(JudgeStanding)[::-1]
    return sorted(verdicts, key=lambda each: (order.index(each.verdict), each.judge))


def _verdict(
    own: JudgeEvidence,
    checked: Mapping[str, JudgeEvidence],
    usual: Mapping[str, float],
    paces: Mapping[str, float],
    rule: VerdictRule,
    check: CheckRule,
) -> JudgeVerdict:
    least = check.share * usual[own.judge]
    grounds, open_pairs = _attributed(own, checked, paces, least, rule)
    if own.is_low_with_all and not grounds and not open_pairs:
        open_pairs = _unexplained(own, least, rule)
    n = own.agreement.n + own.repeats.n + own.settled.n + own.known.n
    calm = JudgeStanding.IN_ORDER if n >= rule.least else JudgeStanding.TOO_FEW
    begins = [*grounds.values()] if grounds else [at for _, at in open_pairs]
    others = [pair.other for pair, _ in own.pairs] if grounds else [other for other, _ in open_pairs]
    return JudgeVerdict(
        judge=own.judge,
        verdict=JudgeStanding.IN_DOUBT if grounds else JudgeStanding.ONE_OF_TWO if open_pairs else calm,
        grounds=tuple(ground for ground in Ground if ground in grounds),
        others=tuple(others),
        agreement=own.agreement,
        repeats=own.repeats,
        settled=own.settled,
        known=own.known,
        pairs=tuple(pair for pair, _ in own.pairs),
        pace=paces.get(own.judge),
        others_pace=_others_pace(own.judge, paces),
        begins_at=min(begins) if begins else None,
    )


def _attributed(
    own: JudgeEvidence,
    checked: Mapping[str, JudgeEvidence],
    paces: Mapping[str, float],
    least: float,
    rule: VerdictRule,
) -> tuple[dict[Ground, datetime], list[tuple[str, datetime]]]:
    """The grounds on which this judge is meant, and the others with whom it stays open who of two is."""
    grounds, open_pairs = dict(own.alone), []
    for pair, begins_at in own.pairs:
        if _is_vouched(own, pair.other, begins_at, least, rule):
            continue
        other_is_fine = _is_vouched(checked[pair.other], own.judge, begins_at, least, rule)
        if other_is_fine or _is_hastier(own.judge, pair.other, paces, rule):
            grounds[Ground.AGREEMENT] = min(begins_at, grounds.get(Ground.AGREEMENT, begins_at))
        else:
            open_pairs.append((pair.other, begins_at))
    return grounds, open_pairs


def _unexplained(own: JudgeEvidence, least: float, rule: VerdictRule) -> list[tuple[str, datetime]]:
    """The others of a judge who agrees too little with all of them together, unless one of them explains it."""
    begins_at = own.with_others[own.agreement.begins].at
    others = sorted({each.reference_by for each in own.with_others})
    if any(_is_vouched(own, other, begins_at, least, rule) for other in others):
        return []
    return [(other, begins_at) for other in others]


def _is_vouched(own: JudgeEvidence, apart_from: str, since: datetime, least: float, rule: VerdictRule) -> bool:
    """Whether a judge agreed as usual with others than one, since a moment."""
    elsewhere = [each for each in own.with_others if each.reference_by != apart_from and each.at >= since]
    return len(elsewhere) >= rule.least and kappa_of(elsewhere) >= least


def _is_hastier(judge: str, other: str, paces: Mapping[str, float], rule: VerdictRule) -> bool:
    own, beside = paces.get(judge), paces.get(other)
    return own is not None and beside is not None and own >= rule.hasty * beside


def _others_pace(judge: str, paces: Mapping[str, float]) -> float | None:
    others = sorted(pace for other, pace in paces.items() if other != judge)
    return others[len(others) // 2] if others else None
