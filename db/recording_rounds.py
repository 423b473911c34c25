"""Rounds that staff began, and requests for a third judge: by whom, when and why. For staff only.

One request of a kind is in force per recording and round; one that was taken back stays, with its `undone_at`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, select, update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState
from core.domain.rounds import RoundKind, RoundRequest
from db import recording_states
from db.schema import accounts, recording_rounds, recordings
from db.schema import recording_states as kept_states


def add(
    tx: Connection,
    recording_id: int,
    round_: int,
    kind: RoundKind,
    *,
    account_id: int | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Store a request with its account, None for the command line. The database refuses a second one in force."""
    values = {"recording_id": recording_id, "round": round_, "kind": kind, "account_id": account_id}
    tx.execute(insert(recording_rounds).values(values | {"reason": reason, "begun_at": at}))


def undo(tx: Connection, recording_id: int, round_: int, kind: RoundKind, at: datetime) -> None:
    """Take the request of a round out of force; nothing happens where none is known."""
    tx.execute(
        update(recording_rounds)
        .where(
            recording_rounds.c.recording_id == recording_id,
            recording_rounds.c.round == round_,
            recording_rounds.c.kind == kind,
            recording_rounds.c.undone_at.is_(None),
        )
        .values(undone_at=at)
    )


def newest_open(
    tx: Connection, kind: RoundKind, states: Collection[JudgingState], *, limit: int
) -> dict[int, RoundRequest | None]:
    """Recordings whose newest round is in one of these states and, for a new round, is not the first.

    Returns
    -------
    Recording id to its request in force, the newest first; None, and last, where nobody knows who asked.
    """
    now = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.state)
    is_of_this_round = and_(
        recording_rounds.c.recording_id == recordings.c.id,
        recording_rounds.c.round == recordings.c.round,
        recording_rounds.c.kind == kind,
        recording_rounds.c.undone_at.is_(None),
    )
    query = (
        select(
            recordings.c.id,
            recordings.c.round,
            recording_rounds.c.begun_at,
            func.coalesce(accounts.c.name, COMMAND_LINE.name),
            recording_rounds.c.reason,
        )
        .join(now, now.c.recording_id == recordings.c.id)
        .outerjoin(recording_rounds, is_of_this_round)
        .outerjoin(accounts, accounts.c.id == recording_rounds.c.account_id)
        .where(now.c.state.in_(list(states)))
        .order_by(recording_rounds.c.begun_at.desc().nulls_last(), recording_rounds.c.id.desc(), recordings.c.id)
        .limit(limit)
    )
    if kind is RoundKind.NEW_ROUND:
        query = query.where(recordings.c.round > 1)
    return {row.id: None if row.begun_at is None else RoundRequest(*row, kind) for row in tx.execute(query)}
