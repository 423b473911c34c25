"""What a round is: a fresh start of judging a recording. Labels of earlier rounds are history.

A recording begins in round 1 and waits for two labels. Staff send it back (the next round, two labels again), ask a
third judge where two differ (the same round, three labels), and take either back while nobody has labelled since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.labels import JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE, JudgingState

UNDER_WAY = (JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD)
FIRST_ROUND = 1


class RoundKind(StrEnum):
    """The kind of a request of staff: a new round, or a third judge."""

    NEW_ROUND = "new round"
    THIRD_JUDGE = "third judge"


@dataclass(frozen=True)
class Round:
    """A recording's newest round. `wanted`: labels that it waits for, 2 or 3."""

    number: int = FIRST_ROUND
    wanted: int = JUDGEMENTS_PER_RECORDING

    @property
    def is_first(self) -> bool:
        """Whether the recording was never sent back."""
        return self.number == FIRST_ROUND

    def next_round(self) -> Round:
        """The round that begins when the recording is sent back."""
        return Round(self.number + 1)

    def round_before(self, n_labels: int) -> Round:
        """The round that is restored when a new one is taken back; `n_labels`: those in force in that earlier round."""
        has_third = n_labels >= JUDGEMENTS_WITH_A_THIRD_JUDGE
        return Round(self.number - 1, JUDGEMENTS_WITH_A_THIRD_JUDGE if has_third else JUDGEMENTS_PER_RECORDING)

    def with_third_judge(self) -> Round:
        """The round with a third judge requested."""
        return replace(self, wanted=JUDGEMENTS_WITH_A_THIRD_JUDGE)

    def without_third_judge(self) -> Round:
        """What calling the third judge back returns to."""
        return replace(self, wanted=JUDGEMENTS_PER_RECORDING)


@dataclass(frozen=True)
class RoundRequest:
    """A request to judge a recording again, with its author and reason; for staff only.

    by : the name of the account, or "command line".
    reason : empty for a third judge.
    """

    recording_id: int
    round: int
    begun_at: datetime
    by: str
    reason: str
    kind: RoundKind


def is_under_way(state: JudgingState) -> bool:
    """Whether the round still waits for judges; a recording is sent back only when it does not."""
    return state in UNDER_WAY


def can_cancel(now: Round, state: JudgingState) -> bool:
    """Whether a new round may be taken back: it is not the first, and nobody has labelled in it."""
    return not now.is_first and state is JudgingState.UNJUDGED


def can_ask_third_judge(n_labels: int, state: JudgingState) -> bool:
    """Whether a third judge may be asked: two differ, and no third has judged."""
    return state is JudgingState.DISAGREED and n_labels < JUDGEMENTS_WITH_A_THIRD_JUDGE


def can_withdraw_third_judge(state: JudgingState) -> bool:
    """Whether the third judge may be called back: the label is not there yet."""
    return state is JudgingState.AWAITING_THIRD
