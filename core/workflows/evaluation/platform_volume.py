"""How much the platform records, as staff say it: so that a share can be told as children a day."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import Refused
from core.workflows.accounts import authorisation
from db import audit, judged_recordings, protocols, session

KIND = "volume"
MOST_A_DAY = 10_000_000


@dataclass(frozen=True)
class PlatformVolume:
    """readings_a_day : recordings that arrive on a day. bad_share : of them Noise or Speechless, 0 to 1."""

    readings_a_day: int
    bad_share: float

    def __post_init__(self) -> None:
        if not 1 <= self.readings_a_day <= MOST_A_DAY:
            raise Refused(f"{self.readings_a_day} readings a day cannot be: expected 1 to {MOST_A_DAY:,}.")
        if not 0.0 <= self.bad_share <= 1.0:
            raise Refused(f"A share of {self.bad_share:g} bad ones cannot be: expected 0 to 1.")


@dataclass(frozen=True)
class DailyCounts:
    """What a trade-off does on a day, in recordings."""

    good: float
    bad: float
    asked_for_nothing: float
    caught: float
    passed: float


def current_volume() -> PlatformVolume | None:
    """What staff have said last; None while nobody has."""
    with session.reading() as tx:
        found = protocols.newest(tx, KIND)
    return TypeAdapter(PlatformVolume).validate_python(found[1]) if found else None


def set_volume(value: PlatformVolume, *, actor: Actor) -> None:
    """Say how much is recorded; the newest word counts."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.STATE_VOLUME)
        found = protocols.newest(tx, KIND)
        if found is not None and found[1] == asdict(value):
            return
        protocols.add(tx, KIND, asdict(value), account_id=actor.account_id, at=session.now())
        audit.record(tx, actor.account_id, actor.name, "set volume", KIND, asdict(value))


def estimated_bad_share() -> float | None:
    """The share of Noise and Speechless among the labels that stand; None without any.

    What was judged is what was brought in, which need not be what children record on a day.
    """
    with session.reading() as tx:
        counted = judged_recordings.count_by_consensus(tx)
    total = sum(counted.values())
    return sum(n for label, n in counted.items() if label.is_rejected) / total if total else None


def daily_counts(said: PlatformVolume, *, am: float, rcc: float) -> DailyCounts:
    """A trade-off on a day like that."""
    bad = said.readings_a_day * said.bad_share
    good = said.readings_a_day - bad
    return DailyCounts(good, bad, asked_for_nothing=am * good, caught=rcc * bad, passed=(1 - rcc) * bad)
