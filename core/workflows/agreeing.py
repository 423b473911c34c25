"""How far judging has come, and how well every two judges agree. For staff."""

from __future__ import annotations

from dataclasses import dataclass

from core.judging.agreement import Agreement, agreement
from core.labels import Standing
from db import judgements, session


@dataclass(frozen=True)
class Progress:
    """Counts of recordings by where they stand; they add up to `recordings`."""

    recordings: int
    unjudged: int
    judged_once: int
    agreed: int
    disagreed: int
    settled: int

    @property
    def judged_twice(self) -> int:
        return self.agreed + self.disagreed + self.settled


@dataclass(frozen=True)
class PairAgreement:
    """Two judges, by name, and how they agree on what both judged; rows of the table are `judge_a`."""

    judge_a: str
    judge_b: str
    agreement: Agreement


def progress() -> Progress:
    """How many recordings are judged not at all, once, twice; how many of those agreed, differ, are settled."""
    with session.reading() as tx:
        counted = judgements.count_by_standing(tx)
    return Progress(
        recordings=sum(counted.values()),
        unjudged=counted[Standing.UNJUDGED],
        judged_once=counted[Standing.ONE_JUDGEMENT],
        agreed=counted[Standing.AGREED],
        disagreed=counted[Standing.DISAGREED],
        settled=counted[Standing.SETTLED],
    )


def pairs() -> list[PairAgreement]:
    """Every two judges who have recordings in common, those with most in common first."""
    with session.reading() as tx:
        found = judgements.pairs(tx)
    measured = [PairAgreement(*names, agreement(labels)) for names, labels in found.items()]
    return sorted(measured, key=lambda pair: (-pair.agreement.n, pair.judge_a, pair.judge_b))
