"""Recordings a day on the platform, as staff state them: they turn shares into counts a day."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import Refused
from core.workflows.accounts import authorisation
from db import audit, protocols, recording_counts, session

KIND = "volume"
MOST_A_DAY = 10_000_000


@dataclass(frozen=True)
class PlatformVolume:
    """Recordings that arrive on a day, and the share of them that is Noise or Speechless, 0 to 1."""

    readings_a_day: int
    bad_share: float

    def __post_init__(self) -> None:
        if not 1 <= self.readings_a_day <= MOST_A_DAY:
            raise Refused(
                "{readings_a_day} readings a day cannot be: expected 1 to {most_a_day:,}.",
                readings_a_day=self.readings_a_day,
                most_a_day=MOST_A_DAY,
            )
        if not 0.0 <= self.bad_share <= 1.0:
            raise Refused(
                "A share of {bad_share:g} bad ones cannot be: expected 0 to 1.",
                bad_share=self.bad_share,
            )


@dataclass(frozen=True)
class DailyCounts:
    """What a trade-off does on a day, in recordings: good ones wrongly refused, bad ones caught and let through."""

    good: float
    bad: float
    wrongly_refused: float
    caught: float
    let_through: float


def current_volume() -> PlatformVolume | None:
    """The newest statement of staff; None before the first."""
    with session.reading() as tx:
        stored = protocols.newest(tx, KIND)
    return TypeAdapter(PlatformVolume).validate_python(stored[1]) if stored else None


def set_volume(volume: PlatformVolume, *, actor: Actor) -> None:
    """State how much is recorded; the newest statement counts."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.STATE_VOLUME)
        stored = protocols.newest(tx, KIND)
        if stored is not None and stored[1] == asdict(volume):
            return
        protocols.add(tx, KIND, asdict(volume), account_id=actor.account_id, at=session.now())
        audit.record(tx, actor.account_id, actor.name, "set volume", KIND, asdict(volume))


def estimated_bad_share() -> float | None:
    """The share of Noise and Speechless among the labels that stand; None without any.

    What was judged is what was imported, which need not be what children record on a day.
    """
    with session.reading() as tx:
        counts = recording_counts.count_by_consensus(tx)
    total = sum(counts.values())
    return sum(n for label, n in counts.items() if label.is_rejected) / total if total else None


def daily_counts(volume: PlatformVolume, *, am: float, rcc: float) -> DailyCounts:
    """A trade-off on a day of this volume."""
    bad = volume.readings_a_day * volume.bad_share
    good = volume.readings_a_day - bad
    return DailyCounts(good, bad, wrongly_refused=am * good, caught=rcc * bad, let_through=(1 - rcc) * bad)
