"""Judgements as staff and learning see them: the state of judging, the consensus, all labels.

Nothing here may be called on behalf of a judge: it returns other people's labels. `db.own_judgements` reads a judge's
own rows.

A judgement is in force while `undone_at` is empty. Judging happens in rounds: what counts is the recording's own,
newest round; earlier ones are history.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)

from core.domain.judgements import Judgement
from core.domain.labels import JUDGEMENTS_PER_RECORDING, JudgingState, Label
from db.schema import accounts, adjudications, judgements, recordings
from db.schema.columns import LABEL
from db.schema.enum_words import EnumWord

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement
JUDGING_STATE = EnumWord(JudgingState, length=12)
Among: TypeAlias = "Collection[int] | Select[int] | BindParameter[int]"  # numbers of recordings

# the fields of `Judgement`, in their order
JudgementColumns = tuple[
    int,
    int,
    int,
    str,
    int,
    Label,
    datetime,
    str,
    float | None,
    int | None,
    float | None,
    bool,
    str,
    str | None,
]
_JUDGEMENT = (
    judgements.c.id,
    judgements.c.recording_id,
    judgements.c.account_id,
    accounts.c.name,
    judgements.c.round,
    judgements.c.label,
    judgements.c.decided_at,
    judgements.c.origin,
    judgements.c.seconds_heard,
    judgements.c.replays,
    judgements.c.decision_s,
    judgements.c.flag,
    judgements.c.comment,
    judgements.c.sitting,
)


def standing(among: Among | None = None) -> Subquery:
    """The rule `core.domain.consensus`, for many recordings at once: one row a recording, computed anew each time.
    A test holds the two together. What screens read is kept in `db.recording_states`.

    among : of these recordings; of all when None.

    Columns
    -------
    recording_id : int
    n_judged : int, judgements in force in the recording's newest round.
    n_accepted, n_noise, n_speechless : int, how many of them have which label.
    standing : JudgingState.
    consensus : Label, or NULL.
    """
    counts = _label_counts(among)
    n_judged = func.coalesce(counts.c.n, 0)
    is_decided = adjudications.c.label.is_not(None)
    has_all = n_judged >= recordings.c.wanted
    majorities = [(has_all & (2 * counts.c[_counter(label)] > counts.c.n), literal(label, LABEL)) for label in Label]
    stands = case(
        (is_decided, _state(JudgingState.SETTLED)),
        (n_judged == 0, _state(JudgingState.UNJUDGED)),
        (n_judged < JUDGEMENTS_PER_RECORDING, _state(JudgingState.ONE_JUDGEMENT)),
        (~has_all, _state(JudgingState.AWAITING_THIRD)),
        (or_(*(has_majority for has_majority, _ in majorities)), _state(JudgingState.AGREED)),
        else_=_state(JudgingState.DISAGREED),
    )
    consensus = case((is_decided, adjudications.c.label), *majorities, else_=null())
    query = (
        select(
            recordings.c.id.label("recording_id"),
            n_judged.label("n_judged"),
            *(func.coalesce(counts.c[_counter(label)], 0).label(_counter(label)) for label in Label),
            stands.label("standing"),
            consensus.label("consensus"),
        )
        .outerjoin(counts, and_(counts.c.recording_id == recordings.c.id, counts.c.round == recordings.c.round))
        .outerjoin(adjudications, _is_newest_round(adjudications) & adjudications.c.undone_at.is_(None))
    )
    return (query if among is None else query.where(recordings.c.id.in_(among))).subquery("standing")


def of_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[int, tuple[Judgement, ...]]:
    """The judgements in force, newest round only, of each recording that has any; oldest first."""
    query = _in_force(_is_newest_round(judgements)).order_by(judgements.c.recording_id, judgements.c.id)
    return _by_recording(tx, query, recording_ids)


def of_earlier_rounds(tx: Connection, recording_ids: Collection[int]) -> dict[int, tuple[Judgement, ...]]:
    """The judgements of each recording before its newest round began, oldest round first: they count no more."""
    is_earlier = and_(recordings.c.id == judgements.c.recording_id, judgements.c.round < recordings.c.round)
    query = _in_force(is_earlier).order_by(judgements.c.recording_id, judgements.c.round, judgements.c.id)
    return _by_recording(tx, query, recording_ids)


def _label_counts(among: Among | None) -> Subquery:
    """A row a recording and round: `recording_id, round, n, n_accepted, n_noise, n_speechless`, of labels in force."""
    n_of_label = [func.sum(case((judgements.c.label == label, 1), else_=0)).label(_counter(label)) for label in Label]
    query = (
        select(judgements.c.recording_id, judgements.c.round, func.count().label("n"), *n_of_label)
        .where(judgements.c.undone_at.is_(None))
        .group_by(judgements.c.recording_id, judgements.c.round)
    )
    return (query if among is None else query.where(judgements.c.recording_id.in_(among))).subquery("label_counts")


def _state(state: JudgingState) -> BindParameter[JudgingState]:
    return literal(state, JUDGING_STATE)


def _counter(label: Label) -> str:
    return f"n_{label.lower()}"


def _is_newest_round(table: Table) -> ColumnElement[bool]:
    return and_(recordings.c.id == table.c.recording_id, recordings.c.round == table.c.round)


def _in_force(is_of_round: ColumnElement[bool]) -> Select[*JudgementColumns]:
    return (
        select(*_JUDGEMENT)
        .join(recordings, is_of_round)
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.undone_at.is_(None))
    )


def _by_recording(
    tx: Connection, query: Select[*JudgementColumns], recording_ids: Collection[int]
) -> dict[int, tuple[Judgement, ...]]:
    """The judgements that a query, ordered by recording, gives of some recordings."""
    by_recording: dict[int, tuple[Judgement, ...]] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        rows = tx.execute(query.where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE])))
        for recording_id, of_recording in groupby(rows, key=lambda row: row[1]):
            by_recording[recording_id] = tuple(Judgement(*row) for row in of_recording)
    return by_recording
