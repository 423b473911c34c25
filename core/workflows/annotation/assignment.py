"""What comes to a judge's desk next: chosen, then reserved. No label is read here, and no model's opinion told.

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
from core.annotation.sampling import REPEAT, SHUFFLE, USEFUL
from core.annotation.uncertainty_sampling import least_certain_first, margin
from core.config import settings
from core.domain.judgements import Assignment
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import QueueProtocol
from db import claims, desk_recordings, own_judgements, queue, repeats, session, unlabelled_predictions
from db.queue import DeskSession

TRIES = 4  # how often to look again when others took what was chosen; then the desk gets what there is
OPINION_S = 30.0  # how long the newest model's order is kept before it is asked for again
MOST_RESERVED = 40  # of one judge over all tabs: nobody keeps a queue from the others
DESK_REMEMBERED_DAYS = 60.0  # for labels that wait in a browser
CHUNKS = (64, 256, 1024)  # of the model's order; then the last size again and again


@dataclass(frozen=True)
class Candidates:
    """What could be laid on a desk: recordings by what brings them, and the number of the desk's first place."""

    by: dict[str, list[int]]
    first_number: int
    rules: QueueProtocol

    @property
    def ordinary(self) -> list[int]:
        return [*self.by[USEFUL], *self.by[SHUFFLE]]

    def slots(self, judge_id: int, begin: int, end: int) -> list[str]:
        """What shall bring the desk's places from `begin` to before `end`."""
        shares = {"random_share": self.rules.random_share, "repeat_share": self.rules.repeat_share}
        numbers = range(self.first_number + begin, self.first_number + end)
        return [sampling.selection_reason(judge_id, number, order=self.rules.order, **shares) for number in numbers]


def assign(seat: DeskSession, wanted: int, *, take_over: bool = False) -> list[Assignment]:
    """Up to `wanted` recordings reserved for this desk; what lies there already comes first.

    take_over : move what is reserved for this judge in other tabs to this one.
    """
    rules = protocols.queue()[1]
    items: list[Assignment] = []
    for _ in range(TRIES):
        items, has_all = _reserve(seat, wanted, _look(seat, wanted, rules), take_over=take_over)
        if has_all:
            break
    return items


def claim_expiry(at: datetime) -> datetime:
    return at + timedelta(minutes=settings().claim_minutes)


def _look(seat: DeskSession, wanted: int, rules: QueueProtocol) -> Candidates:
    """More of each kind than the desk has places, where there are more."""
    enough, number = wanted * 2, 0
    useful: list[int] = []
    again: list[int] = []
    with session.reading() as tx:
        shuffled = _shuffled(tx, seat, enough)
        if rules.order == USEFUL or rules.repeat_share:
            number = own_judgements.count(tx, seat.judge_id) + repeats.count(tx, seat.judge_id)
        if rules.order == USEFUL:
            useful = _useful(tx, seat, enough)
        found = Candidates({SHUFFLE: shuffled, USEFUL: useful, REPEAT: again}, number, rules)
        if REPEAT in found.slots(seat.judge_id, 0, wanted):
            begin = sampling.uniform_draw(seat.judge_id, number, "which repeat")
            again += repeats.due_ids(tx, seat, after=rules.repeat_after, begin=begin, limit=enough)
    return found


def _shuffled(tx: session.Connection, seat: DeskSession, enough: int) -> list[int]:
    """Open recordings in the judge's own order; what was skipped comes last."""
    after = own_judgements.last_recording(tx, seat.judge_id)
    found: list[int] = []
    for stretch in next_id_ranges(seat.judge_id, queue.highest_id(tx), after=after):
        is_open = set(queue.fresh_ids(tx, seat, among=stretch))
        found += [recording_id for recording_id in stretch if recording_id in is_open]
        if len(found) >= enough:
            return found[:enough]
    every = judge_order(queue.fresh_ids(tx, seat), seat.judge_id, after=after)
    return [*every[:enough], *queue.skipped_ids(tx, seat, limit=enough)]


def _useful(tx: session.Connection, seat: DeskSession, enough: int) -> list[int]:
    """Open recordings, what the newest model is least sure of first; empty without such a model."""
    order = _model_order(settings().database)
    found: list[int] = []
    begin, turn = 0, 0
    while begin < len(order) and len(found) < enough:
        chunk = order[begin : begin + CHUNKS[min(turn, len(CHUNKS) - 1)]]
        is_open = set(queue.fresh_ids(tx, seat, among=chunk))
        found += [recording_id for recording_id in chunk if recording_id in is_open]
        begin, turn = begin + len(chunk), turn + 1
    return found[:enough]


@cached(TTLCache(2, ttl=OPINION_S), lock=threading.Lock())
def _model_order(_database: str) -> tuple[int, ...]:
    with session.reading() as tx:
        said = unlabelled_predictions.newest_opinion(tx)
    if not said:
        return ()
    ids = np.array([row[0] for row in said], dtype=np.int64)
    p = np.array([row[1:] for row in said], dtype=float)  # None becomes NaN
    return tuple(least_certain_first(ids, margin(p[:, 0], p[:, 1], p[:, 2])))


def _reserve(seat: DeskSession, wanted: int, found: Candidates, *, take_over: bool) -> tuple[list[Assignment], bool]:
    """Reserve in one writing transaction; False when others took so many candidates that it is worth looking again."""
    with session.writing() as tx:
        if take_over:
            claims.take_over(tx, seat)
        claims.release_expired(tx, seat)
        here = claims.claimed(tx, seat)
        wanted = min(wanted, max(0, MOST_RESERVED - claims.count_elsewhere(tx, seat)))
        if not here:
            desk_recordings.forget_before(tx, seat.judge_id, seat.at - timedelta(days=DESK_REMEMBERED_DAYS))
        candidates = found.ordinary
        queue.lock_recordings(tx, {*here, *candidates})
        once_more = [recording_id for recording_id, by in here.items() if by == REPEAT]
        due = repeats.still_due(tx, seat, among=[*once_more, *found.by[REPEAT]])
        is_open = set(queue.open_ids(tx, seat, among={*here, *candidates}))
        kept = {one: by for one, by in here.items() if one in (due if by == REPEAT else is_open)}
        claims.release(tx, seat.judge_id, set(here) - set(kept))
        fresh = set(candidates) - set(kept)
        still = fresh & is_open
        bring = {kind: [one for one in ids if one in (still | due) - set(kept)] for kind, ids in found.by.items()}
        slots = found.slots(seat.judge_id, len(kept), wanted)
        added = sampling.fill_slots(slots, bring)
        claims.renew(tx, seat, kept, claim_expiry(seat.at))
        claims.claim(tx, seat, added, claim_expiry(seat.at))
        if added or take_over:
            desk_recordings.note_claimed(tx, seat)
        has_all = len(kept) + len(added) >= wanted or len(still) == len(fresh)
        return queue.assignments(tx, [*kept, *added]), has_all
