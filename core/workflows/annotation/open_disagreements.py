"""What waits for staff: recordings whose judges differ, with the labels but not the names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.judgements import JudgedRecording, Judgement
from core.domain.labels import JudgingState, Label
from core.domain.recordings import Recording
from core.domain.rounds import can_ask_third_judge
from db import (
    judged_recordings,
    recording_counts,
    session,
)
from db.recording_filter import RecordingFilter

MOST_AT_ONCE = 10_000
LOOKED_THROUGH = 20  # at once, behind those put aside


@dataclass(frozen=True)
class AnonymousJudgement:
    """A judge's label and how the recording was heard; not who that was. None where it is not known."""

    label: Label
    comment: str
    is_unsure: bool
    seconds_heard: float | None
    replays: int | None
    decision_s: float | None


@dataclass(frozen=True)
class Disagreement:
    """A recording whose judges differ. The order is that of `core.domain.labels.Label`: it does not show whose is
    whose."""

    recording: Recording
    judgements: tuple[AnonymousJudgement, ...]

    @property
    def labels(self) -> tuple[Label, ...]:
        """In the order of `judgements`."""
        return tuple(judgement.label for judgement in self.judgements)

    @property
    def can_go_to_a_third(self) -> bool:
        """Whether a third judge may still be asked."""
        return can_ask_third_judge(len(self.judgements), JudgingState.DISAGREED)


def disagreements(
    *, begin: int | None = None, limit: int = MOST_AT_ONCE, kind: tuple[Label, ...] = ()
) -> list[Disagreement]:
    """What waits for a decision, oldest recording first.

    begin : from this recording on
    kind : only those with exactly these labels, as in `disagreement_kinds`; all when empty
    """
    wanted = RecordingFilter(standings=(JudgingState.DISAGREED,), judged_as=kind)
    with session.reading_counts() as tx:
        return [as_disagreement(item) for item in judged_recordings.some(tx, wanted, begin=begin, limit=limit)]


def first_disagreement(aside: Collection[int] = (), *, kind: tuple[Label, ...] = ()) -> Disagreement | None:
    """The oldest disagreement that is not among those put aside, by number; None when there is no such one."""
    begin: int | None = None
    while some := disagreements(begin=begin, limit=LOOKED_THROUGH if aside else 1, kind=kind):
        fresh = next((each for each in some if each.recording.id not in aside), None)
        if fresh is not None or not aside:
            return fresh
        begin = some[-1].recording.id + 1
    return None


def disagreement_kinds() -> dict[tuple[Label, ...], int]:
    """How many disagreements there are of each kind: (Accepted, Noise), ...; the commonest first."""
    with session.reading_counts() as tx:
        counted = recording_counts.count_kinds(tx)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def as_disagreement(item: JudgedRecording) -> Disagreement:
    """A judged recording without the names."""
    order = list(Label)
    in_order = sorted(item.judgements, key=lambda judgement: (order.index(judgement.label), judgement.comment))
    return Disagreement(
        recording=item.recording,
        judgements=tuple(_anonymous(judgement) for judgement in in_order),
    )


def _anonymous(judgement: Judgement) -> AnonymousJudgement:
    return AnonymousJudgement(
        judgement.label,
        judgement.comment,
        judgement.flag,
        judgement.seconds_heard,
        judgement.replays,
        judgement.decision_s,
    )
