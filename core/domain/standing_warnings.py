"""Warnings that stand until their evidence goes, or until somebody dismisses them: what they are about, and how grave.

A dismissal holds for the evidence that was looked at. So evidence is coarse: it is another one when it says more than
before (ten times as strong, half as much left), and not with each new label.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.labels import Role
from core.domain.permissions import Permission, may
from core.domain.sound_differences import SoundDifference


class WarningKind(StrEnum):
    """What a warning is about, the gravest first."""

    CLASS_ALARM = "class alarm"
    DISK = "disk"
    JUDGE = "judge"
    UNLIKE_SOURCE = "unlike source"
    BACKUP = "backup"
    UNMEASURED = "unmeasured group"


SHOWN_TO: Mapping[WarningKind, Permission] = {
    WarningKind.DISK: Permission.BACK_UP,
    WarningKind.BACKUP: Permission.BACK_UP,
}


@dataclass(frozen=True)
class AlarmFigures:
    """source : None for all sources together. am : estimated, of n readings that judges accepted."""

    deployment_id: int
    source: str | None
    am: float
    am_target: float
    n: int
    raised_at: datetime


@dataclass(frozen=True)
class DiskFigures:
    """Bytes of the disk that a folder lies on."""

    folder: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class JudgeFigures:
    """strength : of the evidence against the judge, 1 is none. grounds : what it rests on, and who may be meant too."""

    judge: str
    strength: float
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class SourceFigures:
    """A source that sounds unlike what the model in force learned from, as it was scored since a day."""

    source: str
    model_id: str
    n: int
    share_refused: float
    share_processed: float
    first_day: str
    differences: tuple[SoundDifference, ...]


@dataclass(frozen=True)
class BackupFigures:
    """newest_at : of the newest backup, None for none; looked_at : now."""

    newest_at: datetime | None
    looked_at: datetime

    @property
    def age(self) -> timedelta | None:
        return None if self.newest_at is None else self.looked_at - self.newest_at


class GroupKind(StrEnum):
    """By what recordings are grouped."""

    LANGUAGE = "language"
    SOURCE = "source"


@dataclass(frozen=True)
class GroupFigures:
    """Recordings of a language or source, and how many have a label that stands of either kind."""

    kind: GroupKind
    name: str
    n: int
    n_accepted: int
    n_rejected: int


Figures = AlarmFigures | DiskFigures | JudgeFigures | SourceFigures | BackupFigures | GroupFigures


@dataclass(frozen=True)
class WarningRule:
    """From where on a warning stands.

    backup_days : age of the newest backup; until then, and while there is no recording, none is missing
    free_share, free_bytes : a disk is nearly full below both; below `least_free_bytes` in any case
    group_recordings : so many make a group; group_labels : fewer labels of a kind cannot be measured
    """

    backup_days: int = 7
    free_share: float = 0.1
    free_bytes: int = 20_000_000_000
    least_free_bytes: int = 1_000_000_000
    group_recordings: int = 50
    group_labels: int = 10


WARNING_RULE = WarningRule()


@dataclass(frozen=True)
class StandingWarning:
    """A warning with the figures that it rests on."""

    figures: Figures

    @property
    def kind(self) -> WarningKind:
        return _KINDS[type(self.figures)]

    @property
    def fingerprint(self) -> str:
        """A digest of what it is about and of its evidence, 64 hexadecimal digits: no name stands in it."""
        return hashlib.sha256("\x1f".join([self.kind, *_evidence(self.figures)]).encode()).hexdigest()

    def is_for(self, role: Role) -> bool:
        return may(role, SHOWN_TO.get(self.kind, Permission.SEE_LABELS))


_KINDS: Mapping[type[Figures], WarningKind] = {
    AlarmFigures: WarningKind.CLASS_ALARM,
    DiskFigures: WarningKind.DISK,
    JudgeFigures: WarningKind.JUDGE,
    SourceFigures: WarningKind.UNLIKE_SOURCE,
    BackupFigures: WarningKind.BACKUP,
    GroupFigures: WarningKind.UNMEASURED,
}


@dataclass(frozen=True)
class Dismissal:
    """Who dismissed a warning, and when."""

    by: str
    at: datetime


def is_backup_due(figures: BackupFigures, rule: WarningRule = WARNING_RULE) -> bool:
    return figures.age is None or figures.age > timedelta(days=rule.backup_days)


def is_nearly_full(figures: DiskFigures, rule: WarningRule = WARNING_RULE) -> bool:
    """An empty total (a disk that tells nothing) is not full.

    >>> is_nearly_full(DiskFigures("data", 5_000_000_000, 100_000_000_000))
    True
    >>> is_nearly_full(DiskFigures("data", 90_000_000_000, 2_000_000_000_000))
    False
    """
    if figures.total_bytes <= 0:
        return False
    is_low = figures.free_bytes < rule.free_share * figures.total_bytes and figures.free_bytes < rule.free_bytes
    return is_low or figures.free_bytes < rule.least_free_bytes


def is_unmeasured(figures: GroupFigures, rule: WarningRule = WARNING_RULE) -> bool:
    """Whether a group is large, and too few labels of it stand to say how a model treats it."""
    is_large = figures.n >= rule.group_recordings
    return is_large and min(figures.n_accepted, figures.n_rejected) < rule.group_labels


def _evidence(figures: Figures) -> tuple[str, ...]:
    match figures:
        case AlarmFigures():
            return (str(figures.deployment_id), "" if figures.source is None else f"of {figures.source}")
        case DiskFigures():
            return (figures.folder, str(_doublings(figures.free_bytes)))
        case JudgeFigures():
            return (figures.judge, *figures.grounds, str(_tenfold(figures.strength)))
        case SourceFigures():
            return (figures.source, figures.model_id, *sorted(figures.differences))
        case BackupFigures():
            weeks = "" if figures.age is None else str(figures.age.days // 7)
            return (figures.newest_at.isoformat() if figures.newest_at else "", weeks)
        case GroupFigures():
            return (figures.kind, figures.name, str(_doublings(figures.n)))


def _doublings(number: float) -> int:
    """Another number when it doubled, or halved."""
    return int(math.log2(max(number, 1.0)))


def _tenfold(strength: float) -> int:
    """Another number when it grew tenfold; all that is overwhelming is alike."""
    return int(math.log10(min(max(strength, 1.0), 1e12)))
