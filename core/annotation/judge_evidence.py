"""What comparisons prove against one judge: with all others, without any one of them, with each, and by other checks.

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
    CheckRule,
    Comparison,
    Evidence,
    ReferenceKind,
    evidence_against,
)
from core.domain.labels import Label


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
class JudgeEvidence:
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


def judge_evidence(
    judge: str, own: list[Comparison], usual: float, rule: VerdictRule, check: CheckRule
) -> JudgeEvidence:
    """All that the newest comparisons of each kind prove against a judge.

    usual : Cohen's kappa of the others among themselves
    """
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
    return JudgeEvidence(
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
