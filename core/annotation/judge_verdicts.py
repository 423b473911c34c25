"""What the evidence of all checks says of each judge, and who is meant where only two judge the same recordings.

Where a judge agrees too little with *one* other, either of the two may be careless. It is this one when

- enough evidence stays without the comparisons with any one other judge (so one careless judge accuses nobody else), or
- the other is vouched for: in the same time it agrees as usual with others than this judge, or
- this judge alone is hasty: labels `VerdictRule.hasty` times as many an hour as the other does.

Otherwise it is one of the two (or of all, where the evidence is against nobody alone yet), and they are named as that.

The chance that a careful judge is accused in 2,000 labels is at most `VerdictRule.false_alarm`: agreement may use up
half of it, repeats, settled disagreements and known answers a sixth each. Where a judge has several others, the half is
shared by three tests: without any one of them, with all of them, and with each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.annotation.sequential_checks import (
    RULE,
    CheckRule,
    Comparison,
    Evidence,
    ReferenceKind,
    evidence_against,
)
from core.domain.labels import Label


class JudgeStanding(StrEnum):
    """What staff are told of a judge's labels."""

    TOO_FEW = "too few"
    IN_ORDER = "in order"
    ONE_OF_TWO = "one of two"
    IN_DOUBT = "in doubt"


class Ground(StrEnum):
    """What the doubt rests on."""

    AGREEMENT = "agreement"
    REPEATS = "repeats"
    SETTLED = "settled"
    KNOWN = "known answers"


@dataclass(frozen=True)
class VerdictRule:
    """false_alarm : chance per careful judge. least : comparisons before anything is said or vouched for.
    hasty : times the others' pace."""

    false_alarm: float = 0.01
    least: int = 20
    hasty: float = 1.5


VERDICT_RULE = VerdictRule()


@dataclass(frozen=True)
class PairEvidence:
    """Evidence that a judge and one other agree too little."""

    other: str
    evidence: Evidence


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


@dataclass(frozen=True)
class _Checked:
    """The evidence on one judge before it is compared with that on the others."""

    judge: str
    with_others: list[Comparison]
    agreement: Evidence
    repeats: Evidence
    settled: Evidence
    known: Evidence
    alone: list[tuple[Ground, datetime]]
    is_low_with_all: bool
    pairs: list[tuple[PairEvidence, datetime]]


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
    checked = {judge: _checked(judge, list(comparisons[judge]), usual[judge], rule, check) for judge in comparisons}
    verdicts = [_verdict(each, checked, usual, paces, rule, check) for each in checked.values()]
    order = list(JudgeStanding)[::-1]
    return sorted(verdicts, key=lambda each: (order.index(each.verdict), each.judge))


def usual_kappa_without(
    comparisons: Mapping[str, Sequence[Comparison]], judge: str, *, rule: VerdictRule, check: CheckRule
) -> float:
    """Cohen's kappa of the other judges among themselves, by the median of their pairs; the usual one of the rule
    where fewer than two pairs, or none with enough recordings, are there."""
    kappas = []
    for other, of_other in comparisons.items():
        by_third: dict[str, list[Comparison]] = {}
        for each in of_other:
            if each.kind is ReferenceKind.OTHER_JUDGE and judge not in (other, each.reference_by):
                by_third.setdefault(each.reference_by, []).append(each)
        kappas += [kappa_of(pair) for third, pair in by_third.items() if other < third and len(pair) >= 5 * rule.least]
    return sorted(kappas)[len(kappas) // 2] if len(kappas) > 1 else check.usual_kappa


def kappa_of(comparisons: Sequence[Comparison]) -> float:
    """Cohen's kappa of the labels beside their references; 0 where both are always one and the same label."""
    n = len(comparisons)
    same = sum(each.is_same for each in comparisons) / n
    chance = sum(
        sum(each.own is label for each in comparisons) * sum(each.reference is label for each in comparisons)
        for label in Label
    ) / (n * n)
    return (same - chance) / (1 - chance) if chance < 1 else 0.0


def _checked(judge: str, own: list[Comparison], usual: float, rule: VerdictRule, check: CheckRule) -> _Checked:
    of_kind = {kind: [each for each in own if each.kind is kind][-check.newest :] for kind in ReferenceKind}
    with_others = of_kind[ReferenceKind.OTHER_JUDGE]
    others = sorted({each.reference_by for each in with_others})
    enough = (6 if len(others) > 1 else 2) / rule.false_alarm
    agreement = evidence_against(with_others, usual_kappa=usual, rule=check)
    repeats = evidence_against(of_kind[ReferenceKind.OWN_EARLIER], usual_kappa=usual, rule=check)
    settled = evidence_against(of_kind[ReferenceKind.SETTLED], rule=check)
    known = evidence_against(of_kind[ReferenceKind.KNOWN], usual_kappa=usual, rule=check)
    alone = _without_any_one(with_others, others, enough, usual, check)
    for ground, kind, evidence in (
        (Ground.REPEATS, ReferenceKind.OWN_EARLIER, repeats),
        (Ground.SETTLED, ReferenceKind.SETTLED, settled),
        (Ground.KNOWN, ReferenceKind.KNOWN, known),
    ):
        if evidence.strongest >= 6 / rule.false_alarm:
            alone.append((ground, of_kind[kind][evidence.begins].at))
    return _Checked(
        judge=judge,
        with_others=with_others,
        agreement=agreement,
        repeats=repeats,
        settled=settled,
        known=known,
        alone=alone,
        is_low_with_all=len(others) > 1 and agreement.strongest >= enough,
        pairs=_pairs(with_others, others, enough * len(others), usual, check),
    )


def _without_any_one(
    with_others: list[Comparison], others: list[str], enough: float, usual: float, check: CheckRule
) -> list[tuple[Ground, datetime]]:
    """That the evidence is enough without any one of several others, and when it begins; [] where it is not."""
    if len(others) < 2:
        return []
    begins = []
    for other in others:
        part = [each for each in with_others if each.reference_by != other]
        evidence = evidence_against(part, usual_kappa=usual, rule=check)
        if evidence.strongest < enough:
            return []
        begins.append(part[evidence.begins].at)
    return [(Ground.AGREEMENT, min(begins))]


def _pairs(
    with_others: list[Comparison], others: list[str], enough: float, usual: float, check: CheckRule
) -> list[tuple[PairEvidence, datetime]]:
    """The others with whom the agreement is too low, and since when."""
    pairs = []
    for other in others:
        part = [each for each in with_others if each.reference_by == other]
        evidence = evidence_against(part, usual_kappa=usual, rule=check)
        if evidence.strongest >= enough:
            pairs.append((PairEvidence(other, evidence), part[evidence.begins].at))
    return pairs


def _verdict(
    own: _Checked,
    checked: Mapping[str, _Checked],
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
    own: _Checked, checked: Mapping[str, _Checked], paces: Mapping[str, float], least: float, rule: VerdictRule
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


def _unexplained(own: _Checked, least: float, rule: VerdictRule) -> list[tuple[str, datetime]]:
    """The others of a judge who agrees too little with all of them together, unless one of them explains it."""
    begins_at = own.with_others[own.agreement.begins].at
    others = sorted({each.reference_by for each in own.with_others})
    if any(_is_vouched(own, other, begins_at, least, rule) for other in others):
        return []
    return [(other, begins_at) for other in others]


def _is_vouched(own: _Checked, apart_from: str, since: datetime, least: float, rule: VerdictRule) -> bool:
    """Whether a judge agreed as usual with others than one, since a moment."""
    elsewhere = [each for each in own.with_others if each.reference_by != apart_from and each.at >= since]
    return len(elsewhere) >= rule.least and kappa_of(elsewhere) >= least


def _is_hastier(judge: str, other: str, paces: Mapping[str, float], rule: VerdictRule) -> bool:
    own, beside = paces.get(judge), paces.get(other)
    return own is not None and beside is not None and own >= rule.hasty * beside


def _others_pace(judge: str, paces: Mapping[str, float]) -> float | None:
    others = sorted(pace for other, pace in paces.items() if other != judge)
    return others[len(others) // 2] if others else None
