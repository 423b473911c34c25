"""What comes to a judge's desk next: chosen, then reserved. No label is read here, and no model's opinion shown.

Recordings are looked for in a reading transaction, so that nobody waits for it; the writing one looks again at those
few and takes what is still open.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from cachetools import TTLCache, cached

from core.annotation import sampling
from core.annotation.queue_order import judge_order, next_id_ranges
from core.annotation.uncertainty_sampling import least_certain_first, margin
from core.config import settings
from core.domain.judgements import Assignment, DeskSession
from core.domain.selection import SelectionReason
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import QueueProtocol
from db import (
    claims,
    desk_recordings,
    own_judgements,
    queue,
    repeats,
    session,
    source_draws,
    unlabelled_predictions,
)

TRIES = 4  # how often to look again when others took what was chosen; then the desk gets what there is
OPINION_S = 30.0  # how long the newest model's order is used before it is read again
MOST_RESERVED = 100  # of one judge over all tabs: nobody keeps a queue from the others
DESK_REMEMBERED_DAYS = 60.0  # for labels that wait in a browser
CHUNKS = (64, 256, 1024)  # of the model's order; then the last size again and again


@dataclass(frozen=True)
class Candidates:
    """What could be laid on a desk, best first.

    first_number : of the desk's first place among all that came to this judge; the draw depends on it.
    """

    shuffled: list[int]
    uncertain: list[int]
    repeats: list[int]
    first_number: int
    rules: QueueProtocol

    @property
    def ordinary(self) -> list[int]:
        """Those that are no repeats."""
        return [*self.uncertain, *self.shuffled]

    def slots(self, judge_id: int, begin: int, end: int) -> list[SelectionReason]:
        """Why recordings shall come to the desk's places from `begin` to before `end`."""
        numbers = range(self.first_number + begin, self.first_number + end)
        return [
            sampling.selection_reason(
                judge_id,
                number,
                order=self.rules.order,
                random_share=self.rules.random_share,
                repeat_share=self.rules.repeat_share,
            )
            for number in numbers
        ]

    def among(self, recording_ids: set[int]) -> dict[SelectionReason, list[int]]:
        """Those of these recordings, by why they come."""
        by_reason = {
            SelectionReason.SHUFFLE: self.shuffled,
            SelectionReason.UNCERTAINTY: self.uncertain,
            SelectionReason.REPEAT: self.repeats,
        }
        return {
            reason: [recording_id for recording_id in ids if recording_id in recording_ids]
            for reason, ids in by_reason.items()
        }


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
        reserved = _reserve(desk, wanted, _candidates(desk, wanted, rules), take_over=take_over)
        if reserved.has_all:
            break
    return reserved.items, reserved.n_elsewhere


def claim_expiry(at: datetime) -> datetime:
    """When a claim of that moment expires."""
    return at + timedelta(minutes=settings().claim_minutes)


def _candidates(desk: DeskSession, wanted: int, rules: QueueProtocol) -> Candidates:
    """More of each kind than the desk has places, where there are more."""
    enough, number = wanted * 2, 0
    uncertain: list[int] = []
    again: list[int] = []
    is_by_uncertainty = rules.order == SelectionReason.UNCERTAINTY.value
    with session.reading() as tx:
        shuffled = _shuffled(tx, desk, enough)
        if is_by_uncertainty or rules.repeat_share:
            number = own_judgements.count(tx, desk.judge_id) + repeats.count(tx, desk.judge_id)
        if is_by_uncertainty:
            uncertain = _uncertain(tx, desk, enough)
        candidates = Candidates(shuffled, uncertain, again, number, rules)
        if SelectionReason.REPEAT in candidates.slots(desk.judge_id, 0, wanted):
            begin = sampling.uniform_draw(desk.judge_id, number, "which repeat")
            again += repeats.due_ids(tx, desk, after=rules.repeat_after, begin=begin, limit=enough)
    return candidates


def _shuffled(tx: session.Connection, desk: DeskSession, enough: int) -> list[int]:
    """Open recordings in the judge's own order; what was drawn for a source comes first, what was skipped last."""
    after = own_judgements.last_recording(tx, desk.judge_id)
    drawn = _drawn(tx, desk)
    fresh, first = list(drawn), set(drawn)
    if len(fresh) >= enough:
        return fresh[:enough]
    for stretch in next_id_ranges(desk.judge_id, queue.highest_id(tx), after=after):
        is_open = set(queue.fresh_ids(tx, desk, among=stretch))
        fresh += [recording_id for recording_id in stretch if recording_id in is_open - first]
        if len(fresh) >= enough:
            return fresh[:enough]
    others = [recording_id for recording_id in queue.fresh_ids(tx, desk) if recording_id not in first]
    everything = [*drawn, *judge_order(others, desk.judge_id, after=after)]
    return [*everything[:enough], *queue.skipped_ids(tx, desk, limit=enough)]


def _drawn(tx: session.Connection, desk: DeskSession) -> list[int]:
    """Open recordings that were drawn to choose a source's threshold, in the judge's own order."""
    drawn = source_draws.all_drawn(tx)
    return judge_order(queue.fresh_ids(tx, desk, among=drawn), desk.judge_id) if drawn else []


def _uncertain(tx: session.Connection, desk: DeskSession, enough: int) -> list[int]:
    """Open recordings, what was drawn for a source first, then what the newest model is least sure of.

    Empty without such a model.
    """
    order = _model_order(settings().database)
    fresh = _drawn(tx, desk) if order else []
    first = set(fresh)
    begin, turn = 0, 0
    while begin < len(order) and len(fresh) < enough:
        chunk = order[begin : begin + CHUNKS[min(turn, len(CHUNKS) - 1)]]
        is_open = set(queue.fresh_ids(tx, desk, among=chunk))
        fresh += [recording_id for recording_id in chunk if recording_id in is_open - first]
        begin, turn = begin + len(chunk), turn + 1
    return fresh[:enough]


@cached(TTLCache(2, ttl=OPINION_S), lock=threading.Lock())
def _model_order(_database: str) -> tuple[int, ...]:
    with session.reading() as tx:
        predictions = unlabelled_predictions.newest_predictions(tx)
    if not predictions:
        return ()
    ids = np.array([row[0] for row in predictions], dtype=np.int64)
    p = np.array([row[1:] for row in predictions], dtype=float)  # None becomes NaN
    return tuple(least_certain_first(ids, margin(p[:, 0], p[:, 1], p[:, 2])))


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
        is_due = _still_due(tx, desk, lying, candidates)
        staying = {number: reason for number, reason in lying.items() if number in _fitting(reason, is_open, is_due)}
        claims.release(tx, desk.judge_id, set(lying) - set(staying))
        fresh = set(candidates.ordinary) - set(staying)
        free = candidates.among((fresh & is_open | is_due) - set(staying))
        added = sampling.fill_slots(candidates.slots(desk.judge_id, len(staying), wanted), free)
        claims.renew(tx, desk, staying, claim_expiry(desk.at))
        claims.release(tx, desk.judge_id, elsewhere & set(added))
        claims.claim(tx, desk, added, claim_expiry(desk.at))
        if added or take_over:
            desk_recordings.note_claimed(tx, desk)
        has_all = len(staying) + len(added) >= wanted or fresh <= is_open
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
) -> set[int]:
    """The repeats, on the desk or to come, that this judge may still hear once more."""
    on_desk = [number for number, reason in lying.items() if reason is SelectionReason.REPEAT]
    return repeats.still_due(tx, desk, among=[*on_desk, *candidates.repeats])


def _fitting(reason: SelectionReason, is_open: set[int], is_due: set[int]) -> set[int]:
    return is_due if reason is SelectionReason.REPEAT else is_open
