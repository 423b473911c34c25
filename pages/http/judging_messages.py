"""The requests and answers of the judge's desk as JSON: the keys that `requests.js` of the desk sends and reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.domain.desk_rules import WordShown
from core.domain.judgements import Assignment, ChangeableLabel, NewJudgement
from core.domain.labels import Label
from core.workflows.annotation import judge_desk
from core.workflows.annotation.qualification import QualificationProgress
from core.workflows.annotation.team_progress import TeamProgress

DAY_MINUTES = 24 * 60

NO_NUL = r"^[^\x00]*$"  # PostgreSQL takes none

Words = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
RecordingId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class DeskRequest(BaseModel):
    """What every request holds. `account`: the account that the browser believes is signed in."""

    model_config = ConfigDict(extra="ignore")

    account: int
    session_id: Annotated[Words, Field(alias="sitting")]


class NextRequest(DeskRequest):
    """`utc_offset_minutes`: how far the judge's clock is ahead of UTC, to know when the judge's day began."""

    count: Annotated[int, Field(ge=0, le=judge_desk.MOST_AT_ONCE)] = 6
    with_figures: bool = True
    take_over: bool = False
    utc_offset_minutes: Annotated[int, Field(ge=-DAY_MINUTES, le=DAY_MINUTES)] = 0


class JudgementRequest(DeskRequest):
    request_id: Words
    recording_id: RecordingId
    round: Annotated[int, Field(ge=1, le=2**31 - 1)]
    label: Label
    seconds_heard: Seconds | None = None
    replays: Annotated[int, Field(ge=0, le=100_000)] | None = None
    decision_s: Seconds | None = None
    flag: bool = False
    comment: Annotated[str, Field(max_length=1_000, pattern=NO_NUL)] = ""
    protocol_id: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None

    def new_judgement(self) -> NewJudgement:
        """The label as the use case takes it."""
        return NewJudgement(
            request_id=self.request_id,
            recording_id=self.recording_id,
            round=self.round,
            label=self.label,
            session_id=self.session_id,
            seconds_heard=self.seconds_heard,
            replays=self.replays,
            decision_s=self.decision_s,
            flag=self.flag,
            comment=self.comment,
            protocol_id=self.protocol_id,
        )


class UndoRequest(DeskRequest):
    """`request_id`: of the label to take back; the newest of the desk session when it is missing."""

    request_id: Words | None = None


class SkipRequest(DeskRequest):
    recording_id: RecordingId
    round: Annotated[int, Field(ge=1, le=2**31 - 1)]
    seconds_heard: Seconds | None = None


class PreferencesRequest(DeskRequest):
    """All preferences of the judge; the language only where it was changed."""

    speed: float = 1.0
    volume_db: float = 0.0
    is_looping: bool = False
    keys: dict[Words, tuple[Words, ...]] = {}
    has_keys: bool = True
    speaks: Words | None = None


class Protocol(BaseModel):
    """The rules that the desk works under; 0 is the number of the built-in ones."""

    id: int
    waveform: bool
    spectrogram: bool
    heard_share: float
    heard_s: float
    word_shown: WordShown


class DeskAnswer(BaseModel):
    """The next recordings, reserved for this tab, the one to hear now first."""

    items: list[Assignment]
    done_today: int | None
    left: int | None
    elsewhere: int | None
    qualification: QualificationProgress | None
    team: TeamProgress | None
    protocol: Protocol


class LabelsAnswer(BaseModel):
    """The own newest labels, newest first."""

    labels: list[ChangeableLabel]


class UndoAnswer(BaseModel):
    """The recording that is to be judged again; None where there was nothing to take back."""

    item: Assignment | None


class SkipAnswer(BaseModel):
    skipped: int


class PreferencesAnswer(BaseModel):
    speed: float
    volume_db: float
    is_looping: bool
    keys: dict[str, list[str]]
    has_keys: bool = True
    speaks: str


class Trouble(BaseModel):
    """Why there is no success, in the language of the judge."""

    error: str
