"""Judgements, adjudications, and what lies on a judge's desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.labels import JudgingState, Label
from core.domain.recordings import Recording
from core.domain.selection import SelectionReason


@dataclass(frozen=True)
class JudgedRecording:
    """A recording with its judgements, in force and of the newest round. For staff only: never returned to a judge."""

    recording: Recording
    judging_state: JudgingState
    consensus: Label | None
    judgements: tuple[Judgement, ...]
    adjudication: Adjudication | None


@dataclass(frozen=True)
class Judgement:
    """One label of one judge, with how the recording was heard; None where that is not known.

    origin : "annotate" or "import".
    decision_s : seconds from the first sound to the label.
    flag : the judge was unsure.
    session_id : the desk session it was made in.
    """

    id: int
    recording_id: int
    judge_id: int
    judge: str
    round: int
    label: Label
    decided_at: datetime
    origin: str
    seconds_heard: float | None = None
    replays: int | None = None
    decision_s: float | None = None
    flag: bool = False
    comment: str = ""
    session_id: str | None = None


@dataclass(frozen=True)
class NewJudgement:
    """A label as a judge's desk sends it, with how the recording was heard; None where that is not known.

    request_id : of the browser's request; the same again stores nothing.
    round : the round the recording was heard in.
    session_id : the desk session it was made in.
    seconds_heard : seconds of the recording that were heard at least once.
    replays : how often it was played again.
    decision_s : seconds from the first sound to the label.
    flag : the judge was unsure.
    protocol_id : the rules of the desk it was made under. From the desk 0 names the built-in ones and None those in
        force; in the database None names the built-in ones.
    """

    request_id: str
    recording_id: int
    round: int
    label: Label
    session_id: str
    seconds_heard: float | None = None
    replays: int | None = None
    decision_s: float | None = None
    flag: bool = False
    comment: str = ""
    protocol_id: int | None = None


@dataclass(frozen=True)
class Rating:
    """A judgement as agreement needs it."""

    recording_id: int
    child: str
    language: str
    source: str
    judge: str
    label: Label
    decided_at: datetime


@dataclass(frozen=True)
class Repeat:
    """The same judge twice on the same recording."""

    recording_id: int
    child: str
    judge: str
    first: Label
    second: Label


@dataclass(frozen=True)
class Adjudication:
    """A decision of staff where judges differ; `staff`: the name of who decided."""

    id: int
    recording_id: int
    round: int
    label: Label
    reason: str
    staff: str
    decided_at: datetime


@dataclass(frozen=True)
class DeskSession:
    """One visit of a judge to the desk in one browser tab, at one moment: the parameters of every query of the queue.

    session_id : which tab; the same after a reload.
    languages : of the recordings that this judge may judge; none: all.
    """

    judge_id: int
    session_id: str
    at: datetime
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """One recording on a judge's desk: all that a judge may know of it."""

    recording_id: int
    round: int
    language: str
    word: str
    duration_s: float


@dataclass(frozen=True)
class OwnJudgement:
    """A judge's own label, shown to this judge only. `reason`: why the recording came; None where that is not known.

    is_set_aside : staff do not count it; it is not in force either.
    """

    id: int
    recording_id: int
    round: int
    label: Label
    is_in_force: bool
    decided_at: datetime
    reason: SelectionReason | None = None
    is_set_aside: bool = False


@dataclass(frozen=True)
class ChangeableLabel:
    """A judge's own label with its recording. `can_change`: nobody has settled the recording."""

    request_id: str
    label: Label
    decided_at: datetime
    item: Assignment
    can_change: bool


@dataclass(frozen=True)
class QualificationItem:
    """A recording whose label stands, for new judges to begin with. For staff only."""

    recording: Recording
    label: Label
    added_at: datetime


@dataclass(frozen=True)
class ComparedLabel:
    """A label in force as it is compared with others of the same recording. `is_from_desk`: not imported."""

    recording_id: int
    judge: str
    label: Label
    decided_at: datetime
    is_from_desk: bool


class ReferenceKind(StrEnum):
    """What a judge's label is compared with."""

    OTHER_JUDGE = "other judge"
    OWN_EARLIER = "own earlier label"
    SETTLED = "settled by staff"
    KNOWN = "known answer"


@dataclass(frozen=True)
class LabelReference:
    """A judge's label beside another of the same recording; `at`: when both were there."""

    recording_id: int
    judge: str
    label: Label
    reference: Label
    at: datetime
    kind: ReferenceKind
