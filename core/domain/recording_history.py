"""What happened to a recording: its labels, in force and not, and the events of its way. For staff only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.judgements import Judgement
from core.domain.labels import Label, Split
from core.domain.selection import SelectionReason


class LabelState(StrEnum):
    """Whether a label counts, and if not, why."""

    IN_FORCE = "in force"
    EARLIER_ROUND = "earlier round"
    TAKEN_BACK = "taken back"  # by its judge
    SET_ASIDE = "set aside"  # by staff
    REPEAT = "repeat"  # the same judge again, unannounced: no judgement


@dataclass(frozen=True)
class PastLabel:
    """A label with its state. `selection_reason`: why the recording came to that desk; None where it is not known."""

    judgement: Judgement
    state: LabelState
    selection_reason: SelectionReason | None = None


class RecordingEventKind(StrEnum):
    """What happened. The words are keys, not texts for people."""

    COLLECTED = "collected"
    IMPORTED = "imported"
    DECIDED_IN_CLASS = "decided in class"
    SENT_BACK = "sent back"
    ROUND_WITHDRAWN = "round withdrawn"
    THIRD_JUDGE = "third judge"
    THIRD_JUDGE_WITHDRAWN = "third judge withdrawn"
    LABELLED = "labelled"
    LABEL_TAKEN_BACK = "label taken back"
    LABEL_SET_ASIDE = "label set aside"
    SETTLED = "settled"
    SETTLING_UNDONE = "settling undone"
    FOR_PRACTICE = "for practice"
    IN_SNAPSHOT = "in snapshot"


@dataclass(frozen=True)
class RecordingEvent:
    """Something that happened to a recording; what does not apply is empty.

    by : the name of the account, or of the program's source where a class sent it.
    """

    kind: RecordingEventKind
    at: datetime
    by: str = ""
    label: Label | None = None
    reason: str = ""


@dataclass(frozen=True)
class SnapshotPlace:
    """A frozen list of labels that has the recording: under which label, for what, and which models learned from it."""

    snapshot_id: int
    created_at: datetime
    label: Label
    split: Split
    models: tuple[str, ...]


@dataclass(frozen=True)
class RecordingComment:
    """What somebody of the staff wrote about a recording."""

    id: int
    author_id: int | None
    author: str
    text: str
    written_at: datetime
