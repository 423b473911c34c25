"""Which recordings are open to a judge, as SQL applies it to many at once. No label is read, only how many there are.

It is the rule `core.domain.labelling.obstacle`, with live claims counted, and a test holds the two together. The claim
on a repeat, a recording that the same judge hears once more, takes no place, nor does that on a known answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    union,
)

from core.domain.selection import SelectionReason
from db import count_aggregates, recording_states, schema
from db.schema import adjudications, claims, judgements, qualification_answers, recordings, skips

ALL_PLACES = 1000  # more than any recording wants

# Filled in when a query runs
JUDGE: BindParameter[int] = bindparam("account_id")
SESSION: BindParameter[str] = bindparam("session_id")
AT: BindParameter[datetime] = bindparam("at")
LANGUAGES: BindParameter[str] = bindparam("languages", expanding=True)


def is_open(*, has_languages: bool) -> ColumnElement[bool]:
    """A place is free for a label of this judge."""
    # an own judgement fills all places: one look at the judgements answers both questions
    weight = case((judgements.c.account_id == JUDGE, ALL_PLACES), else_=1)
    n_judged = select(func.coalesce(func.sum(weight), 0)).where(is_in_force()).scalar_subquery()
    wanted = recordings.c.wanted
    # most have enough judgements: PostgreSQL, which asks what costs less first, need not count their claims
    has_place = and_(n_judged < wanted, n_judged + n_reserved() < wanted, ~is_settled(), ~is_barred())
    return and_(has_place, recordings.c.language.in_(LANGUAGES)) if has_languages else has_place


def may_wait() -> Select[int]:
    """The few recordings, near the end, that can be open at all."""
    kept = schema.recording_states.c
    waiting = select(kept.recording_id).where(kept.state.in_(count_aggregates.OPEN_STATES))
    return select(union(waiting, recording_states.changed()).subquery().c.recording_id)


def is_in_force() -> ColumnElement[bool]:
    """A judgement of the recording's round that was not taken back."""
    return and_(
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.undone_at.is_(None),
    )


def is_barred() -> ColumnElement[bool]:
    """A label of this judge in this round was set aside, for others to judge it; the index holds these rows alone."""
    return exists().where(
        judgements.c.bars_judge,
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.account_id == JUDGE,
    )


def n_reserved() -> ScalarSelect[int]:
    """Places that live claims of others take."""
    return (
        select(func.count())
        .where(
            claims.c.recording_id == recordings.c.id,
            claims.c.round == recordings.c.round,
            claims.c.account_id != JUDGE,
            claims.c.expires_at > AT,
            claims.c.brought_by.not_in((SelectionReason.REPEAT, SelectionReason.CONTROL)),
        )
        .scalar_subquery()
    )


def is_settled() -> ColumnElement[bool]:
    """Staff decided it in this round."""
    return exists().where(
        adjudications.c.recording_id == recordings.c.id,
        adjudications.c.round == recordings.c.round,
        adjudications.c.undone_at.is_(None),
    )


def is_on_own_desk() -> ColumnElement[bool]:
    """Claimed by this judge: in this desk session, expired or not, or in force in another one."""
    is_live_or_of_this_session = (claims.c.sitting == SESSION) | (claims.c.expires_at > AT)
    return exists().where(
        claims.c.recording_id == recordings.c.id, claims.c.account_id == JUDGE, is_live_or_of_this_session
    )


def is_skipped() -> ColumnElement[bool]:
    """Put off by this judge in this round."""
    return exists().where(
        skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round, skips.c.account_id == JUDGE
    )


def was_practised_on() -> ColumnElement[bool]:
    """The judge was shown its label after a qualification answer: no label of this judge would be their own."""
    return exists().where(
        qualification_answers.c.recording_id == recordings.c.id, qualification_answers.c.account_id == JUDGE
    )
