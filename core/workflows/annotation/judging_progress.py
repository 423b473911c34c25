"""How far judging has come. For staff; how well judges agree is measured by `agreement_report`."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.labels import JudgingState
from db import recording_counts, session


@dataclass(frozen=True)
class JudgingProgress:
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
        """Recordings with two labels or more in their newest round, or a decision."""
        return self.agreed + self.disagreed + self.settled + self.awaiting_third


def count_progress() -> JudgingProgress:
    """How many recordings are judged not at all, once, twice; how many of those agreed, differ, are settled."""
    with session.reading_counts() as tx:
        counted = recording_counts.count_by_standing(tx)
    return JudgingProgress(
        recordings=sum(counted.values()),
        unjudged=counted[JudgingState.UNJUDGED],
        judged_once=counted[JudgingState.ONE_JUDGEMENT],
        agreed=counted[JudgingState.AGREED],
        disagreed=counted[JudgingState.DISAGREED],
        settled=counted[JudgingState.SETTLED],
        awaiting_third=counted[JudgingState.AWAITING_THIRD],
    )
