"""Judging, one judge's side: what lies ahead, one label, undo, skip. Nothing here ever reads another judge's label.

Every recording is judged by two people. A claim reserves one of the two places for a judge and a sitting, so that
nobody listens in vain. What decides in the end are the judgements themselves, in one writing transaction: a third is
refused, and a label whose claim has expired is still taken while there is a place.

A sitting is one visit to the desk in one browser tab. Undo goes back as far as the sitting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.config import settings
from core.errors import Conflict, NotAllowed, NotFound
from core.judging.queue import in_own_order, next_stretches
from core.labels import JUDGEMENTS_PER_RECORDING, Label, Role
from db import audit, own_judgements, queue, session
from db.own_judgements import Given
from db.queue import Seat
from db.records import Account, Assignment

MOST_AT_ONCE = 20
TRIES = 4  # how often to look again when others took what was chosen; then the desk gets what there is


@dataclass(frozen=True)
class Desk:
    """What lies before a judge.

    items : the recordings reserved for this sitting, the one to hear now first.
    done_today : labels in force since the day began.
    left : recordings open to this judge, those of this desk included.
    judged_total : labels in force of all time.
    elsewhere : recordings reserved for this judge in other tabs.

    The first three figures are None when they were not asked for.
    """

    items: list[Assignment]
    done_today: int | None
    left: int | None
    judged_total: int | None
    elsewhere: int


@dataclass(frozen=True)
class Saved:
    """A label that is stored. `already`: this very request had stored it before."""

    judgement_id: int
    label: Label
    recording_id: int
    already: bool


def ahead(
    judge: Account,
    *,
    sitting: str,
    count: int = 6,
    day_began_at: datetime | None = None,
    with_figures: bool = True,
    take_over: bool = False,
) -> Desk:
    """Lay up to `count` recordings on the desk and reserve them; what lies there already comes first.

    Parameters
    ----------
    sitting : which tab asks; the same after a reload.
    count : how many recordings there shall be in all, between 0 and 20.
    day_began_at : the judge's midnight in UTC, for `done_today`; midnight UTC when None.
    with_figures : count what is done and left, which looks at every recording (some 20 ms of reading for 20,000).
    take_over : move what is reserved for this judge in other tabs to this one.
    """
    _refuse_unless_judge(judge)
    seat = Seat(judge.id, sitting, session.now())
    wanted = max(0, min(count, MOST_AT_ONCE))
    for _ in range(TRIES):
        # looked up before the writing transaction, so that nobody waits for it; the transaction looks again
        candidates = _candidates(seat, wanted)
        items, has_all = _lay(seat, wanted, candidates, take_over=take_over)
        if has_all:
            break
    return _desk(seat, items, day_began_at or _midnight(seat.at), with_figures=with_figures)


def judge(
    judge: Account,
    *,
    request_id: str,
    recording_id: int,
    round: int,  # noqa: A002 - the word for it everywhere
    label: Label,
    sitting: str,
    seconds_heard: float | None = None,
    replays: int | None = None,
    decision_s: float | None = None,
    flag: bool = False,
    comment: str = "",
) -> Saved:
    """Store one label. The same `request_id` again changes nothing and says what is stored.

    Raises
    ------
    Conflict
        This judge's label from another tab stands; or two other people have judged the recording, staff have decided
        it, or it began a new round. The message says which, and never another judge's label.
    NotFound
        The recording was erased.
    """
    _refuse_unless_judge(judge)
    given = Given(request_id, sitting, label, session.now(), seconds_heard, replays, decision_s, flag, comment)
    with session.writing() as tx:
        queue.hold(tx, [recording_id])
        before = own_judgements.by_request(tx, judge.id, request_id)
        if before is not None:
            return _saved_before(before.id, before.label, before.recording_id, recording_id)
        own = own_judgements.in_force(tx, judge.id, recording_id, round)
        if own is not None:
            raise Conflict(f"You judged this recording in another tab: {own.label} stands. This label was not taken.")
        _refuse_unless_open(queue.place(tx, judge.id, recording_id), round)
        judgement_id = own_judgements.add(tx, judge.id, recording_id, round, given)
        queue.release(tx, judge.id, [recording_id])
        queue.forget_skip(tx, judge.id, recording_id)
    return Saved(judgement_id, label, recording_id, already=False)


def undo(judge: Account, *, sitting: str, request_id: str | None = None) -> Assignment | None:
    """Take a label of this sitting back and lay its recording on the desk again.

    Parameters
    ----------
    request_id : the label to take back; asked twice, it is taken back once. None: the newest in force.

    Returns
    -------
    The recording to judge again, or None when this sitting has no label in force, or none of that request.

    Raises
    ------
    Conflict
        Staff have decided the recording meanwhile, or it began a new round: the label stays as it is.
    """
    _refuse_unless_judge(judge)
    with session.writing() as tx:
        if request_id is None:
            own = own_judgements.newest_of_sitting(tx, judge.id, sitting)
        else:
            own = own_judgements.by_request(tx, judge.id, request_id)
        if own is None:
            return None
        queue.hold(tx, [own.recording_id])
        at = session.now()
        if own.is_in_force:
            _refuse_unless_undoable(queue.place(tx, judge.id, own.recording_id), own.round)
            own_judgements.undo(tx, judge.id, own.id, at)
            audit.record(tx, judge.id, judge.name, "undid judgement", f"recording {own.recording_id}")
            queue.claim(tx, Seat(judge.id, sitting, at), [own.recording_id], _expiry(at))
        return next(iter(queue.assignments(tx, [own.recording_id])), None)


def skip(
    judge: Account,
    *,
    recording_id: int,
    round: int,  # noqa: A002 - the word for it everywhere
    sitting: str,
) -> None:
    """Put a recording off: it comes to this judge again after all others. Its place is free for somebody else."""
    _refuse_unless_judge(judge)
    with session.writing() as tx:
        queue.hold(tx, [recording_id])
        now = queue.place(tx, judge.id, recording_id)
        queue.release(tx, judge.id, [recording_id])
        if now is not None and now.round == round:
            queue.skip(tx, judge.id, recording_id, round, session.now())


def _candidates(seat: Seat, wanted: int) -> list[int]:
    """Open recordings in the judge's own order, some more than wanted; fewer only when there are no more."""
    with session.reading() as tx:
        enough = wanted * 2
        after = own_judgements.last_recording(tx, seat.judge_id)
        found: list[int] = []
        for stretch in next_stretches(seat.judge_id, queue.highest_id(tx), after=after):
            is_open = set(queue.fresh_ids(tx, seat, among=stretch))
            found += [recording_id for recording_id in stretch if recording_id in is_open]
            if len(found) >= enough:
                return found[:enough]
        every = in_own_order(queue.fresh_ids(tx, seat), seat.judge_id, after=after)
        return [*every[:enough], *queue.skipped_ids(tx, seat, limit=enough)]


def _lay(seat: Seat, wanted: int, candidates: list[int], *, take_over: bool) -> tuple[list[Assignment], bool]:
    """Reserve in one writing transaction; False when others took so many candidates that it is worth looking again."""
    with session.writing() as tx:
        if take_over:
            queue.take_over(tx, seat)
        queue.release_expired(tx, seat)
        here = queue.claimed_ids(tx, seat)
        queue.hold(tx, {*here, *candidates})
        is_open = set(queue.open_ids(tx, seat, among=here))
        kept = [recording_id for recording_id in here if recording_id in is_open]
        queue.release(tx, seat.judge_id, set(here) - is_open)
        still = set(queue.open_ids(tx, seat, among=[found for found in candidates if found not in is_open]))
        added = [recording_id for recording_id in candidates if recording_id in still][: max(0, wanted - len(kept))]
        queue.claim(tx, seat, [*kept, *added], _expiry(seat.at))
        has_all = len(kept) + len(added) >= wanted or len(still) == len(set(candidates) - is_open)
        return queue.assignments(tx, [*kept, *added]), has_all


def _desk(seat: Seat, items: list[Assignment], day_began_at: datetime, *, with_figures: bool) -> Desk:
    with session.reading() as tx:
        elsewhere = queue.count_elsewhere(tx, seat)
        if not with_figures:
            return Desk(items, None, None, None, elsewhere)
        return Desk(
            items=items,
            done_today=own_judgements.count(tx, seat.judge_id, since=day_began_at),
            left=queue.count_open(tx, seat),
            judged_total=own_judgements.count(tx, seat.judge_id),
            elsewhere=elsewhere,
        )


def _saved_before(judgement_id: int, label: Label, recording_id: int, asked_for: int) -> Saved:
    if recording_id != asked_for:
        raise Conflict(f"This request was used for recording {recording_id} before; nothing was stored.")
    return Saved(judgement_id, label, recording_id, already=True)


def _refuse_unless_judge(judge: Account) -> None:
    if not judge.is_active or judge.role not in Role:
        raise NotAllowed(f"The account {judge.name!r} is not active and cannot judge.")


def _refuse_unless_open(now: queue.Place | None, asked_round: int) -> None:
    if now is None:
        raise NotFound("This recording is no longer there; the label was not taken.")
    if now.round != asked_round:
        raise Conflict("This recording is being judged anew; the label for its earlier round was not taken.")
    if now.is_settled:
        raise Conflict("This recording has been settled meanwhile; the label was not taken.")
    if now.n_others >= JUDGEMENTS_PER_RECORDING:
        raise Conflict("Two other people judged this recording meanwhile; the label was not taken.")


def _refuse_unless_undoable(now: queue.Place | None, own_round: int) -> None:
    if now is None:
        raise NotFound("This recording is no longer there; nothing was undone.")
    if now.is_settled:
        raise Conflict("This recording has been settled meanwhile; your label stays.")
    if now.round != own_round:
        raise Conflict("This recording is being judged anew meanwhile; your earlier label stays.")


def _expiry(at: datetime) -> datetime:
    return at + timedelta(minutes=settings().claim_minutes)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
