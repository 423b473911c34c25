"""A judge's preferences at the desk: speed, volume, loop, keys. Stored with the account, for every browser.

The recording itself stays: its bytes are played faster or slower, louder or quieter.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from pydantic import TypeAdapter, ValidationError

from core.domain.accounts import Account
from core.domain.labels import Label
from core.errors import Refused
from core.translation import mark
from core.workflows.accounts import authorisation
from core.workflows.annotation.bounds import require_between
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
    """The preferences of one judge.

    speed : times as fast as it was recorded.
    volume_db : louder or quieter than it was recorded.
    is_looping : whether a recording begins again by itself.
    keys : keys of an action where they are not the built-in ones: a place on the keyboard (`Digit1`, `ArrowLeft`) or
        what is written on it (`a`). No key means two things.
    has_keys : whether single keys mean anything: who speaks to the computer may turn them off (WCAG 2.2, 2.1.4).
    """

    speed: float = 1.0
    volume_db: float = 0.0
    is_looping: bool = False
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    has_keys: bool = True

    def __post_init__(self) -> None:
        require_between(mark("The speed"), self.speed, SLOWEST, FASTEST)
        require_between(mark("The loudness in dB"), self.volume_db, QUIETEST_DB, LOUDEST_DB)
        taken: set[str] = set()
        for action, keys in self.keys.items():
            if action not in ACTIONS:
                raise Refused(
                    "There is no action {action!r} at the desk.",
                    action=action,
                )
            if not 1 <= len(keys) <= MOST_KEYS or not all(1 <= len(key) <= LONGEST_KEY for key in keys):
                raise Refused(
                    "These cannot be the keys of {action!r}: {keys}.",
                    action=action,
                    keys=", ".join(keys) or "none",
                )
            if taken & set(keys):
                raise Refused(
                    "The key {taken!r} would mean two things.",
                    taken=min(taken & set(keys)),
                )
            taken |= set(keys)


_STORED = TypeAdapter(DeskPreferences)


def preferences_of(account: Account) -> DeskPreferences:
    """As this account left the desk; the built-in ones before, and where what is stored cannot be used any more."""
    with session.reading() as tx:
        stored = accounts.preferences(tx, account.id)
    try:
        return _STORED.validate_python(stored)
    except (Refused, ValidationError):
        return DeskPreferences()


def save_preferences(account: Account, preferences: DeskPreferences) -> None:
    """Store the preferences of this account.

    Raises
    ------
    NotAllowed
        The account may not judge.
    """
    with session.writing() as tx:
        authorisation.require_judge(tx, account)
        accounts.set_preferences(tx, account.id, asdict(preferences))
