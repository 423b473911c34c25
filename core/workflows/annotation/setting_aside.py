"""Setting the labels of a judge aside: of a period, with a reason; they are kept, and nothing counts them.

Their recordings have a free place again and go out to judges, by the rule of `core.domain.labelling`. It can be taken
back: a label counts again where its place is still free.
"""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.actor import Actor
from core.domain.labelling import can_count_again, capacity
from core.domain.permissions import Permission
from core.domain.set_asides import CountedAgain, LabelSetAside, SetAside
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts import authorisation
from db import accounts, audit, queue, session, set_asides

SET_ASIDE = "set labels aside"
COUNTED_AGAIN = "count labels again"


def set_aside(
    judge: str, begins_at: datetime, ends_at: datetime, reason: str, *, actor: Actor, is_for_others: bool = True
) -> SetAside:
    """Set the labels in force that a judge gave in a period aside, both ends included, and the repeats.

    Parameters
    ----------
    begins_at, ends_at : with a time zone, or in UTC.
    is_for_others : the judge does not get these recordings again in the same round; others do.

    Raises
    ------
    Refused
        There is no reason, or the period ends before it begins.
    Conflict
        The judge has no label in force in it.
    NotAllowed, NotFound
        The actor is no staff; there is no such judge.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.SET_LABELS_ASIDE)
        begins_at, ends_at = _utc(begins_at), _utc(ends_at)
        _require_reason_and_period(reason, begins_at, ends_at)
        account = accounts.by_name(tx, judge)
        if account is None:
            raise NotFound(
                "There is no judge named {judge!r}.",
                judge=judge,
            )
        recording_ids = set_asides.recordings_of(tx, account.id, begins_at, ends_at)
        if not recording_ids:
            raise Conflict(
                "{judge} has no label that counts from {begins_at} to {ends_at} (UTC).",
                judge=judge,
                begins_at=begins_at,
                ends_at=ends_at,
            )
        queue.lock_recordings(tx, recording_ids)
        number, n_labels = set_asides.add(
            tx,
            account.id,
            account_id=actor.account_id,
            begins_at=begins_at,
            ends_at=ends_at,
            reason=reason.strip(),
            is_for_others=is_for_others,
            at=session.now(),
        )
        detail = {"labels": n_labels, "from": str(begins_at), "to": str(ends_at), "reason": reason.strip()}
        audit.record(tx, actor.account_id, actor.name, SET_ASIDE, f"account {judge}", {"set_aside": number, **detail})
        return _require(tx, number)


def _require_reason_and_period(reason: str, begins_at: datetime, ends_at: datetime) -> None:
    if not reason.strip():
        raise Refused("Say in a few words why: labels are set aside with a reason.")
    if ends_at < begins_at:
        raise Refused(
            "The period ends ({ends_at}) before it begins ({begins_at}).",
            ends_at=ends_at,
            begins_at=begins_at,
        )


def count_again(set_aside_id: int, *, actor: Actor) -> CountedAgain:
    """Let labels count again. One whose place another label has taken meanwhile stays set aside.

    Raises
    ------
    Conflict
        They count again already.
    NotAllowed, NotFound
        The actor is no staff; there is nothing of that number.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.SET_LABELS_ASIDE)
        before = _require(tx, set_aside_id)
        if before.undone_at is not None:
            raise Conflict(
                "The labels of {judge} that were set aside as {set_aside_id} count again already.",
                judge=before.judge,
                set_aside_id=set_aside_id,
            )
        queue.lock_recordings(tx, [label.recording_id for label in set_asides.labels_of(tx, set_aside_id)])
        labels = set_asides.labels_of(tx, set_aside_id)
        fit = [label.id for label in labels if may_count(label)]
        set_asides.count_again(tx, fit)
        set_asides.count_repeats_again(tx, set_aside_id)
        set_asides.undo(tx, set_aside_id, session.now())
        again = CountedAgain(len(fit), len(labels) - len(fit))
        detail = {"set_aside": set_aside_id, "labels": again.n_again, "left": again.n_left}
        audit.record(tx, actor.account_id, actor.name, COUNTED_AGAIN, f"account {before.judge}", detail)
        return again


def set_asides_of_all() -> list[SetAside]:
    """Every time that labels were set aside, the newest first; for staff."""
    with session.reading() as tx:
        return set_asides.newest(tx)


def may_count(label: LabelSetAside) -> bool:
    """The rule `can_count_again`, for one label as it stands now."""
    places = capacity(label.round, newest_round=label.newest_round, wanted=label.wanted)
    return can_count_again(label.n_in_force, places, has_own_label=label.has_own_label)


def _require(tx: session.Connection, set_aside_id: int) -> SetAside:
    known = set_asides.get(tx, set_aside_id)
    if known is None:
        raise NotFound(
            "No labels were set aside under the number {set_aside_id}.",
            set_aside_id=set_aside_id,
        )
    return known


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
