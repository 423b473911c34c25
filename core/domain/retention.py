"""How long recordings are kept: which rule holds for a recording, from when its days count, when it goes.

A source, such as a school, has a rule of its own or follows the default; without either, recordings stay until
somebody erases them. Days are of 24 hours, in UTC, and count from the time of the recording, or from its import where
that is not known or later. A rule that a person sets holds a day later for what runs by itself, so that a slip can
be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.erasure import AffectedModel, ErasureAftermath, ModelsChoice

MOST_DAYS = 36_500
GRACE = timedelta(days=1)
POSTPONED_AT_MOST = timedelta(days=1)  # for a judge who has it, for a job that may be learning from it


@dataclass(frozen=True)
class RetentionRule:
    """How long the recordings of a source are kept.

    source : None for the default; "" for recordings whose source is not known.
    days : None: until somebody erases them.
    models : what becomes of the models that learned from a recording that goes.
    """

    source: str | None
    days: int | None
    models: ModelsChoice
    set_at: datetime
    set_by: str = ""

    def goes_at(self, counted_from: datetime) -> datetime | None:
        """When a recording goes; None for never."""
        return None if self.days is None else counted_from + timedelta(days=self.days)

    def goes_by_itself_at(self, counted_from: datetime) -> datetime | None:
        """The same for what runs without a person."""
        at = self.goes_at(counted_from)
        return None if at is None else max(at, self.set_at + GRACE)


@dataclass(frozen=True)
class RetentionRules:
    """Every rule, by source; `default` holds where a source has none."""

    default: RetentionRule | None
    of_sources: Mapping[str, RetentionRule]

    def rule_for(self, source: str) -> RetentionRule | None:
        """The rule that holds for a source; None: its recordings stay."""
        return self.of_sources.get(source, self.default)

    @property
    def has_limits(self) -> bool:
        """Whether any recording could ever go by itself."""
        rules = [*self.of_sources.values(), *([self.default] if self.default else [])]
        return any(rule.days is not None for rule in rules)


@dataclass(frozen=True)
class DatedRecording:
    """What retention needs to know of a recording."""

    id: int
    child: str
    source: str
    collected_at: datetime | None
    imported_at: datetime

    @property
    def counted_from(self) -> datetime:
        """A time of recording that lies after the import is a wrong clock."""
        return self.imported_at if self.collected_at is None else min(self.collected_at, self.imported_at)


@dataclass(frozen=True)
class SourceRetention:
    """What becomes of the recordings of one source.

    rule : the one that holds; None: they stay. has_own_rule : it is not the default.
    next_at : when the first of them goes.
    due, within_week, within_month : how many go at the next run, in 7 days, in 30 days; each counts those before.
    """

    source: str
    recordings: int
    children: int
    children_without_consent: int
    rule: RetentionRule | None
    has_own_rule: bool
    next_at: datetime | None
    due: int
    within_week: int
    within_month: int


@dataclass(frozen=True)
class RetentionPreview:
    """What a rule would do, or what a run would do now.

    recordings, children : that the rule holds for. learned : models that learned from those that are due now.
    postponed : of those that are due, how many wait for a judge who has them.
    """

    recordings: int
    children: int
    due: int
    within_week: int
    within_month: int
    next_at: datetime | None
    learned: tuple[AffectedModel, ...]
    postponed: int = 0


@dataclass(frozen=True)
class RetentionResult(ErasureAftermath):
    """What a run did.

    postponed : recordings that wait for a judge who has them, or all that are due where a job may learn from them.
    """

    recordings: int = 0
    judgements: int = 0
    children: int = 0
    postponed: int = 0
    receipts: tuple[int, ...] = ()


@dataclass(frozen=True)
class RetentionRun:
    """One run of the server. `ended_at` is None while it runs, or when it broke off."""

    day: str
    started_at: datetime
    ended_at: datetime | None
    recordings: int
    postponed: int


@dataclass(frozen=True)
class ChildRetention:
    """One child as whoever protects data sees it. `next_at`: when the first of its recordings goes; None: none does."""

    child: str
    consent: str
    sources: tuple[str, ...]
    recordings: int
    next_at: datetime | None


def rules_of(rules: Iterable[RetentionRule]) -> RetentionRules:
    """Rules in the form in which they are asked."""
    every = list(rules)
    default = next((rule for rule in every if rule.source is None), None)
    return RetentionRules(default, {rule.source: rule for rule in every if rule.source is not None})
