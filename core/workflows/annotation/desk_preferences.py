"""The desk as a judge likes it: speed, loudness, loop, keys. Kept with the account, so that it travels with the judge.

Nothing of it changes what is stored of a recording: the bytes that were recorded are played, a little faster or louder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from core.domain.accounts import Account
from core.domain.labels import Label
from core.errors import Refused
from core.workflows.accounts import authorisation
from db import accounts, session

SLOWEST, FASTEST = 0.5, 2.0
QUIETEST_DB, LOUDEST_DB = -24.0, 24.0
ACTIONS = frozenset(
    [
        *Label,
        *("replay", "undo", "skip", "flag", "comment", "keys"),
        *("back", "forward", "slower", "faster", "quieter", "louder", "loop"),
    ]
)
MOST_KEYS, LONGEST_KEY = 4, 32


@dataclass(frozen=True)
class DeskPreferences:
    """How one judge likes the desk.

    speed : times as fast as it was recorded.
    volume_db : louder or quieter than it was recorded.
    is_looping : whether a recording begins again by itself.
    keys : keys of an action where they are not the built-in ones: a place on the keyboard (`Digit1`, `ArrowLeft`) or
        what is written on it (`a`). No key means two things.
    """

    speed: float = 1.0
    volume_db: float = 0.0
    is_looping: bool = False
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _between("The speed", self.speed, SLOWEST, FASTEST)
        _between("The loudness in dB", self.volume_db, QUIETEST_DB, LOUDEST_DB)
        taken: set[str] = set()
        for action, keys in self.keys.items():
            if action not in ACTIONS:
                raise Refused(f"There is no action {action!r} at the desk.")
            if not 1 <= len(keys) <= MOST_KEYS or not all(1 <= len(key) <= LONGEST_KEY for key in keys):
                raise Refused(f"These cannot be the keys of {action!r}: {', '.join(keys) or 'none'}.")
            if taken & set(keys):
                raise Refused(f"The key {min(taken & set(keys))!r} would mean two things.")
            taken |= set(keys)


def preferences_of(account: Account) -> DeskPreferences:
    """As this account left the desk; the built-in ones before, and where what is kept cannot be used any more."""
    with session.reading() as tx:
        kept = accounts.preferences(tx, account.id)
    try:
        return _made_of(kept)
    except (Refused, TypeError, ValueError, AttributeError):
        return DeskPreferences()


def save_preferences(account: Account, preferences: DeskPreferences) -> None:
    """Keep the desk as it is now."""
    with session.writing() as tx:
        authorisation.require_judge(tx, account)
        accounts.set_preferences(tx, account.id, asdict(preferences))


def _made_of(kept: Mapping[str, Any]) -> DeskPreferences:
    known = {one.name: kept[one.name] for one in fields(DeskPreferences) if one.name in kept}
    known["keys"] = {action: tuple(keys) for action, keys in known.get("keys", {}).items()}
    return DeskPreferences(**known)


def _between(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # NaN is between nothing
        raise Refused(f"{what} must be between {low:g} and {high:g}; {value:g} is not.")
