"""The state of each recording with its first two labels: as it is kept, computed anew, and as it is now.

What is kept may be out of date for the recordings that `changed_recordings` names; for these it is computed anew, so
`now` is exact in every transaction.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    Subquery,
    case,
    cast,
    func,
    select,
    union_all,
)

from db import judgements as standings
from db.judgements import Among
from db.schema import changed_recordings, judgements, recording_states, recordings

STATE = tuple(column for column in recording_states.columns if column.name != "label_changed")
LABEL_CHANGED = recording_states.c.label_changed


def changed() -> Select[int]:
    """The recordings whose kept rows may be out of date."""
    return select(changed_recordings.c.recording_id)


def has_changed(tx: Connection) -> bool:
    """Whether there is any such recording."""
    return tx.execute(changed().limit(1)).first() is not None


def computed(among: Among | None = None) -> Select[*tuple[Any, ...]]:
    """The columns of `STATE`, computed from judgements and adjudications: of some recordings, or of all."""
    now = standings.standing(among)
    first, second = judgements.alias("first"), judgements.alias("second")
    is_swapped = second.c.account_id < first.c.account_id

    def ordered(name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        a, b = first.c[name], second.c[name]
        return case((is_swapped, b), else_=a), case((is_swapped, a), else_=b)

    judge_a, judge_b = ordered("account_id")
    label_a, label_b = ordered("label")
    decided_at_a, decided_at_b = ordered("decided_at")
    query = (
        select(
            recordings.c.id.label("recording_id"),
            recordings.c.child_id,
            recordings.c.language,
            recordings.c.source,
            cast(func.round(recordings.c.duration_s * 1_000_000), BigInteger).label("duration_us"),
            (recordings.c.round > 1).label("is_judged_anew"),
            now.c.standing.label("state"),
            now.c.consensus,
            now.c.n_accepted,
            now.c.n_noise,
            now.c.n_speechless,
            judge_a.label("judge_a"),
            judge_b.label("judge_b"),
            label_a.label("label_a"),
            label_b.label("label_b"),
            decided_at_a.label("decided_at_a"),
            decided_at_b.label("decided_at_b"),
        )
        .join(now, now.c.recording_id == recordings.c.id)
        .outerjoin(first, first.c.id == _in_force(0))
        .outerjoin(second, second.c.id == _in_force(1))
    )
    return query if among is None else query.where(recordings.c.id.in_(among))


@cache
def changed_anew() -> Subquery:
    """`computed` of the recordings that have changed; put together once, as that takes milliseconds."""
    return computed(changed()).subquery("anew")


def now(tx: Connection, *columns: ColumnElement[Any]) -> Subquery:
    """Every recording as it is in this transaction: columns of `recording_states`, all but `label_changed` when none
    are named."""
    wanted = [column.name for column in columns or STATE]
    kept = select(*(recording_states.c[name] for name in wanted))
    if not has_changed(tx):
        return kept.subquery("states")
    anew = changed_anew()
    kept = kept.where(recording_states.c.recording_id.not_in(changed()))
    return union_all(kept, select(*(anew.c[name] for name in wanted))).subquery("states")


def children_of_changed() -> Select[int]:
    """The children of recordings that changed: whose these were, and whose they are."""
    return select(
        union_all(
            select(recording_states.c.child_id).where(recording_states.c.recording_id.in_(changed())),
            select(recordings.c.child_id).where(recordings.c.id.in_(changed())),
        ).subquery()
    )


def newest_labelled(tx: Connection, *, limit: int) -> list[tuple[int, str]]:
    """(number, SHA-256) of recordings whose label stands, the newest recording first."""
    states = now(tx, recording_states.c.recording_id, recording_states.c.consensus)
    query = (
        select(states.c.recording_id, recordings.c.sha256)
        .join(recordings, recordings.c.id == states.c.recording_id)
        .where(states.c.consensus.is_not(None))
        .order_by(states.c.recording_id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def n_judged(states: FromClause) -> ColumnElement[int]:
    """Judgements in force in the newest round of each of these recordings."""
    total: ColumnElement[int] = states.c.n_accepted + states.c.n_noise + states.c.n_speechless
    return total


def _in_force(offset: int) -> ScalarSelect[int]:
    """The number of the first judgement in force of the newest round, or of the one after that."""
    query = select(judgements.c.id).where(
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.undone_at.is_(None),
    )
    return query.order_by(judgements.c.id).limit(1).offset(offset).correlate(recordings).scalar_subquery()
