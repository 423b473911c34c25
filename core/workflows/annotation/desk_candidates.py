"""What could come to a judge's desk next, best first. No label is read here, and no model's opinion shown.

Looked for in a reading transaction, so that nobody waits for it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from cachetools import TTLCache, cached

from core.annotation import sampling
from core.annotation.queue_order import judge_order, next_id_ranges
from core.annotation.uncertainty_sampling import least_certain_first, margin
from core.config import settings
from core.domain.judgements import DeskSession
from core.domain.selection import SelectionReason
from core.workflows.annotation.protocols import QueueProtocol
from db import (
    claims,
    class_draws,
    control_answers,
    own_judgements,
    queue,
    repeats,
    session,
    source_draws,
    unlabelled_predictions,
)

SPARE = 2  # so many candidates for each free place: others may take some meanwhile
OPINION_S = 30.0  # how long the newest model's order is used before it is read again
CLASS_SHARE = 1 / 3  # of a desk's places for recordings drawn in class, while there are any
CHUNKS = (64, 256, 1024)  # of the model's order; then the last size again and again


@dataclass(frozen=True)
class Candidates:
    """What could be laid on a desk, best first.

    first_number : of the desk's first place among all that came to this judge; the draw depends on it.
    has_more : there may be more than these.
    """

    shuffled: list[int]
    uncertain: list[int]
    repeats: list[int]
    controls: list[int]
    first_number: int
    rules: QueueProtocol
    has_more: bool

    @property
    def ordinary(self) -> list[int]:
        """Those that are to be judged: no repeats, no known answers."""
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
                control_share=self.rules.control_share,
            )
            for number in numbers
        ]

    def among(self, recording_ids: set[int]) -> dict[SelectionReason, list[int]]:
        """Those of these recordings, by why they come."""
        by_reason = {
            SelectionReason.SHUFFLE: self.shuffled,
            SelectionReason.UNCERTAINTY: self.uncertain,
            SelectionReason.REPEAT: self.repeats,
            SelectionReason.CONTROL: self.controls,
        }
        return {
            reason: [recording_id for recording_id in ids if recording_id in recording_ids]
            for reason, ids in by_reason.items()
        }


def find_candidates(desk: DeskSession, wanted: int, rules: QueueProtocol) -> Candidates:
    """More of each kind than the desk has free places, where there are more."""
    number = 0
    uncertain: list[int] = []
    again: list[int] = []
    controls: list[int] = []
    is_by_uncertainty = rules.order == SelectionReason.UNCERTAINTY.value
    with session.reading() as tx:
        enough = SPARE * max(0, wanted - claims.count_on_desk(tx, desk))
        of_class = _of_class(tx, desk, enough)
        shuffled = _shuffled(tx, desk, enough)
        has_more = len(shuffled) >= enough
        if is_by_uncertainty or rules.repeat_share or rules.control_share or of_class:
            number = own_judgements.count(tx, desk.judge_id) + repeats.count(tx, desk.judge_id)
            number += control_answers.count(tx, desk.judge_id) if rules.control_share else 0
        if is_by_uncertainty:
            uncertain = _uncertain(tx, desk, enough)
        if of_class:
            shuffled = sampling.mix_in(of_class, shuffled, desk.judge_id, number, share=CLASS_SHARE)[:enough]
        if of_class and uncertain:
            uncertain = sampling.mix_in(of_class, uncertain, desk.judge_id, number, share=CLASS_SHARE)[:enough]
        candidates = Candidates(shuffled, uncertain, again, controls, number, rules, has_more)
        slots = candidates.slots(desk.judge_id, 0, wanted)
        if SelectionReason.REPEAT in slots:
            begin = sampling.uniform_draw(desk.judge_id, number, "which repeat")
            again += repeats.due_ids(tx, desk, after=rules.repeat_after, begin=begin, limit=enough)
        if SelectionReason.CONTROL in slots:
            controls += _known_answers(tx, desk, rules, number)
    return candidates


def _known_answers(tx: session.Connection, desk: DeskSession, rules: QueueProtocol, number: int) -> list[int]:
    """As many as may still come to this judge today."""
    allowed = rules.controls_a_day - control_answers.count_since(tx, desk.judge_id, desk.at - timedelta(days=1))
    begin = sampling.uniform_draw(desk.judge_id, number, "which known answer")
    return control_answers.due_ids(tx, desk, begin=begin, limit=allowed) if allowed > 0 else []


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


def _of_class(tx: session.Connection, desk: DeskSession, enough: int) -> list[int]:
    """Open recordings that were drawn in class, in the judge's own order: nothing tells a judge which these are."""
    drawn = class_draws.newest_ids(tx)
    return judge_order(queue.fresh_ids(tx, desk, among=drawn), desk.judge_id)[:enough] if drawn else []


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
