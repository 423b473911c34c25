"""What comes to a judge's desk next, reserved. No label is read here, and no model's opinion shown.

Candidates are looked for before (`desk_candidates`); the writing transaction looks again at those few and takes what is
still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.annotation import sampling
from core.config import settings
from core.domain.judgements import Assignment, DeskSession
from core.domain.selection import SelectionReason
from core.workflows.annotation import protocols
from core.workflows.annotation.desk_candidates import Candidates, find_candidates
from db import (
    claims,
    control_answers,
    desk_recordings,
    queue,
    repeats,
    session,
)

TRIES = 4  # how often to look again when others took what was chosen; then the desk gets what there is
MOST_RESERVED = 100  # of one judge over all tabs: nobody keeps a queue from the others
DESK_REMEMBERED_DAYS = 60.0  # for labels that wait in a browser


@dataclass(frozen=True)
class _Reserved:
    """What one try reserved. has_all : False when others took so many candidates that it is worth looking again."""

    items: list[Assignment]
    n_elsewhere: int
    has_all: bool


def assign(desk: DeskSession, wanted: int, *, take_over: bool = False) -> tuple[list[Assignment], int]:
    """Reserve up to `wanted` recordings for this desk; what lies there already comes first.

    take_over : move what is reserved for this judge in other tabs to this one.

    Returns
    -------
    items, n_elsewhere : what lies on this desk, and how many recordings are reserved for this judge in other tabs.
    """
    rules = protocols.queue()[1]
    reserved = _Reserved([], 0, has_all=False)
    for _ in range(TRIES):
        reserved = _reserve(desk, wanted, find_candidates(desk, wanted, rules), take_over=take_over)
        if reserved.has_all:
            break
    return reserved.items, reserved.n_elsewhere


def claim_expiry(at: datetime) -> datetime:
    """When a claim of that moment expires."""
    return at + timedelta(minutes=settings().claim_minutes)


def _reserve(desk: DeskSession, wanted: int, candidates: Candidates, *, take_over: bool) -> _Reserved:
    """Reserve in one writing transaction."""
    with session.writing() as tx:
        if take_over:
            claims.take_over(tx, desk)
        lying, elsewhere = _claimed(tx, desk)
        wanted = min(wanted, max(0, MOST_RESERVED - len(elsewhere)))
        if not lying:
            desk_recordings.forget_before(tx, desk.judge_id, desk.at - timedelta(days=DESK_REMEMBERED_DAYS))
        queue.lock_recordings(tx, {*lying, *candidates.ordinary})
        is_open = set(queue.open_ids(tx, desk, among={*lying, *candidates.ordinary}))
        due = _still_due(tx, desk, lying, candidates)
        staying = {number: reason for number, reason in lying.items() if number in due.get(reason, is_open)}
        claims.release(tx, desk.judge_id, set(lying) - set(staying))
        fresh = set(candidates.ordinary) - set(staying)
        free = candidates.among((fresh & is_open).union(*due.values()) - set(staying))
        added = sampling.fill_slots(candidates.slots(desk.judge_id, len(staying), wanted), free)
        claims.renew(tx, desk, staying, claim_expiry(desk.at))
        claims.release(tx, desk.judge_id, elsewhere & set(added))
        claims.claim(tx, desk, added, claim_expiry(desk.at))
        if added or take_over:
            desk_recordings.note_claimed(tx, desk)
        has_all = len(staying) + len(added) >= wanted or (fresh <= is_open and not candidates.has_more)
        return _Reserved(queue.assignments(tx, [*staying, *added]), len(elsewhere - set(added)), has_all)


def _claimed(tx: session.Connection, desk: DeskSession) -> tuple[dict[int, SelectionReason], set[int]]:
    """What lies on this desk, expired claims included, and what is reserved on others; claims expired there end."""
    of_judge = claims.of_judge(tx, desk.judge_id)
    lying = {claim.recording_id: claim.reason for claim in of_judge if claim.session_id == desk.session_id}
    others = [claim for claim in of_judge if claim.session_id != desk.session_id]
    elsewhere = {claim.recording_id for claim in others if claim.expires_at > desk.at}
    claims.release(tx, desk.judge_id, {claim.recording_id for claim in others} - elsewhere - set(lying))
    return lying, elsewhere - set(lying)


def _still_due(
    tx: session.Connection, desk: DeskSession, lying: dict[int, SelectionReason], candidates: Candidates
) -> dict[SelectionReason, set[int]]:
    """The repeats and known answers, on the desk or to come, that this judge may still hear."""

    def numbers(reason: SelectionReason, to_come: list[int]) -> list[int]:
        return [*(number for number, each in lying.items() if each is reason), *to_come]

    again = numbers(SelectionReason.REPEAT, candidates.repeats)
    known = numbers(SelectionReason.CONTROL, candidates.controls)
    return {
        SelectionReason.REPEAT: repeats.still_due(tx, desk, among=again),
        SelectionReason.CONTROL: control_answers.still_due(tx, desk, among=known),
    }
