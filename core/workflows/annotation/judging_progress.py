"""How far judging has come. For staff; how well judges agree is measured by `agreement_slices`."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.labels import Standing
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
    awaiting_third: int

    @property
    def to_judge(self) -> int:
        """Recordings that wait for a judge, the third ones included."""
        return self.unjudged + self.judged_once + self.awaiting_third

    @property
    def judged_twice(self) -> int:
        return self.agreed + self.disagreed + self.settled + self.awaiting_third


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
        awaiting_third=counted[Standing.AWAITING_THIRD],
    )
