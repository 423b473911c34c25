"""The rules that staff set: how a desk looks, what comes next, how a judge begins, and when models learn by themselves.

Rules are never changed, only followed by newer ones. A judgement names the desk's rules that were in force for it, so
that labels of other rules can be told apart later.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import TypeVar

from cachetools import TTLCache, cached
from pydantic import TypeAdapter

from core.config import settings
from core.domain.actor import Actor
from core.domain.desk_rules import WordShown
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.permissions import Permission
from core.domain.selection import QueueOrder
from core.errors import Refused
from core.translation import mark
from core.workflows.accounts import authorisation
from core.workflows.annotation.bounds import require_between
from db import audit, session
from db import protocols as table
from db.commit_hooks import StoredChanges

MOST_S = 60.0
_STORED = StoredChanges()
KEPT_S = 2.0  # rules that staff set in another process hold here after so long at most


@dataclass(frozen=True)
class DeskProtocol:
    """What a judge sees and has to hear. Seeing a sound biases hearing it, so both pictures can be taken away.

    A label is taken when `min(heard_share * duration, heard_s)` seconds of the recording were heard.

    word_shown : when the expected word is shown. A label names these rules, so it is known under which it was given.
    """

    waveform: bool = True
    spectrogram: bool = False
    heard_share: float = 1.0
    heard_s: float = 2.0
    word_shown: WordShown = WordShown.BEFORE

    def __post_init__(self) -> None:
        require_between(mark("The share to be heard"), self.heard_share, 0.0, 1.0)
        require_between(mark("The seconds to be heard"), self.heard_s, 0.0, MOST_S)

    def needed_s(self, duration_s: float) -> float:
        """Seconds of a recording that must be heard before a label is taken."""
        return min(self.heard_share * duration_s, self.heard_s)


@dataclass(frozen=True)
class QueueProtocol:
    """What comes next.

    random_share : in the order of uncertainty, the share that comes from the own shuffle all the same, so that labels
        stay representative.
    repeat_share : the share of recordings that come to the same judge once more, unannounced.
    repeat_after : how many other labels this judge gives in between, at least.
    control_share : the share of known answers: recordings whose label stands, which a judge hears unannounced.
    controls_a_day : at most so many come to a judge in a day.
    """

    order: QueueOrder = QueueOrder.SHUFFLE
    random_share: float = 0.25
    repeat_share: float = 0.0
    repeat_after: int = 30
    control_share: float = 0.0
    controls_a_day: int = 20

    def __post_init__(self) -> None:
        if self.order not in list(QueueOrder):
            known = " or ".join(repr(order.value) for order in QueueOrder)
            raise Refused(
                "There is no order {order!r}; choose {known}.",
                order=self.order,
                known=known,
            )
        require_between(mark("The random share"), self.random_share, 0.0, 1.0)
        require_between(mark("The share of repeats"), self.repeat_share, 0.0, 0.5)
        require_between(mark("The labels before a repeat"), self.repeat_after, 1, 10_000)
        require_between(mark("The share of known answers"), self.control_share, 0.0, 0.2)
        require_between(mark("The known answers of a day"), self.controls_a_day, 1, 200)


@dataclass(frozen=True)
class QualificationProtocol:
    """How a new judge begins: on recordings whose label stands, until the share of right answers reaches `mark`.

    at_least : the newest answers that are counted; before there are as many, nobody has passed.
    """

    is_required: bool = False
    mark: float = 0.8
    at_least: int = 10

    def __post_init__(self) -> None:
        require_between(mark("The mark"), self.mark, 0.0, 1.0)
        require_between(mark("The number of answers"), self.at_least, 1, 1_000)


@dataclass(frozen=True)
class RetrainingProtocol:
    """Whether new models are trained automatically; nothing is deployed by it.

    after : labels that are new or changed since the newest model learned.
    systems : names of what one click trains, as `refresh_set` knows them; () for the usual ones
    """

    is_automatic: bool = False
    after: int = 200
    systems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_between(mark("The number of new labels"), self.after, 1, 1_000_000)


@dataclass(frozen=True)
class TeamProtocol:
    """daily_target : labels a day that all judges together aim at; 0: no target."""

    daily_target: int = 0

    def __post_init__(self) -> None:
        require_between(mark("The target of a day"), self.daily_target, 0, 1_000_000)


AnyProtocol = DeskProtocol | QueueProtocol | QualificationProtocol | RetrainingProtocol | TeamProtocol
ProtocolT = TypeVar("ProtocolT", DeskProtocol, QueueProtocol, QualificationProtocol, RetrainingProtocol, TeamProtocol)

# rules as they were stored; what only another version knows is left out
_DESK, _QUEUE = TypeAdapter(DeskProtocol), TypeAdapter(QueueProtocol)
_QUALIFICATION, _RETRAINING = TypeAdapter(QualificationProtocol), TypeAdapter(RetrainingProtocol)
_TEAM = TypeAdapter(TeamProtocol)


def desk() -> tuple[int | None, DeskProtocol]:
    """The number of the rules in force, None for the built-in ones, and the rules."""
    return _in_force("desk", _DESK, DeskProtocol())


def desk_of(protocol_id: int | None) -> tuple[int | None, DeskProtocol]:
    """The rules that a desk works under, in force or not any more; 0 names the built-in ones, None those in force.

    Raises
    ------
    Refused
        There are no such rules.
    """
    if protocol_id is None:
        return desk()
    if protocol_id == 0:
        return None, DeskProtocol()
    stored = _numbered(settings().database, "desk", protocol_id, _STORED.number)
    if stored is None:
        raise Refused(
            "There are no rules for desks with the number {protocol_id}.",
            protocol_id=protocol_id,
        )
    return protocol_id, _DESK.validate_python(stored)


def queue() -> tuple[int | None, QueueProtocol]:
    """The same of what comes next."""
    return _in_force("queue", _QUEUE, QueueProtocol())


def qualification() -> tuple[int | None, QualificationProtocol]:
    """The same of how a new judge begins."""
    return _in_force("qualification", _QUALIFICATION, QualificationProtocol())


def retraining() -> tuple[int | None, RetrainingProtocol]:
    """The same of when models learn by themselves."""
    return _in_force("retraining", _RETRAINING, RetrainingProtocol())


def team() -> tuple[int | None, TeamProtocol]:
    """The same of what the team aims at."""
    return _in_force("team", _TEAM, TeamProtocol())


def set_desk(value: DeskProtocol, *, actor: Actor) -> int:
    """Put rules in force for every desk; their number."""
    return _set("desk", value, actor)


def set_queue(value: QueueProtocol, *, actor: Actor) -> int:
    """The same of what comes next."""
    return _set("queue", value, actor)


def set_qualification(value: QualificationProtocol, *, actor: Actor) -> int:
    """The same of how a new judge begins."""
    return _set("qualification", value, actor)


def set_retraining(value: RetrainingProtocol, *, actor: Actor) -> int:
    """The same of when models learn by themselves."""
    return _set("retraining", value, actor)


def set_team(value: TeamProtocol, *, actor: Actor) -> int:
    """The same of what the team aims at."""
    return _set("team", value, actor)


def _in_force(kind: str, stored: TypeAdapter[ProtocolT], built_in: ProtocolT) -> tuple[int | None, ProtocolT]:
    newest = _newest(settings().database, kind, _STORED.number)
    return (None, built_in) if newest is None else (newest[0], stored.validate_python(newest[1]))


@cached(TTLCache(16, ttl=KEPT_S), lock=threading.Lock())
def _newest(_database: str, kind: str, _stored: int) -> tuple[int, JsonObject] | None:
    with session.reading() as tx:
        return table.newest(tx, kind)


@cached(TTLCache(64, ttl=KEPT_S), lock=threading.Lock())
def _numbered(_database: str, kind: str, protocol_id: int, _stored: int) -> JsonObject | None:
    with session.reading() as tx:
        return table.get(tx, kind, protocol_id)


def _set(kind: str, value: AnyProtocol, actor: Actor) -> int:
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.CHANGE_PROTOCOLS)
        before = table.newest(tx, kind)
        document = object_of(json_of(asdict(value)))
        if before is not None and before[1] == document:
            return before[0]
        protocol_id = table.add(tx, kind, document, account_id=actor.account_id, at=session.now())
        audit.record(tx, actor.account_id, actor.name, "set rules", kind, document)
        _STORED.expect(tx)
    return protocol_id
