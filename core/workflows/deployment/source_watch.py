"""Watching sources: counts and sums of what is scored, by source and day, and which source is unlike what was learned.

No audio, no file name and no child is kept. A source warns from 100 recordings on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from core.audio.sound_profile import MEASURES
from core.domain.sound_differences import SoundDifference, name_differences
from core.domain.sources import ScoredDay
from core.errors import EarshotError
from core.metrics import likeness
from core.metrics.likeness import ALARM, SoundReference
from core.workflows.evaluation import sound_reference
from core.workflows.evaluation.sound_likeness import SoundLikeness
from db import deployments, session, source_summaries

LEAST = ALARM.least
WATCHED_DAYS = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WatchedSource:
    """A source as it was scored in the last `WATCHED_DAYS` days by the deployed model.

    differences : what is different about its sound; empty where it is alike, or too little was scored to tell
    is_known : whether enough was scored, and the model knows what its training recordings sound like
    """

    source: str
    n: int
    share_refused: float
    mean_p: float
    share_processed: float
    first_day: str
    differences: tuple[SoundDifference, ...]
    is_known: bool


class Counting:
    """What is counted of a request while its recordings are scored."""

    def __init__(self, source: str, model_id: str) -> None:
        self.scored = ScoredDay(source, session.now().date().isoformat(), model_id)

    def add(self, p_accepted: float, *, is_accepted: bool, sound: SoundLikeness) -> None:
        """Count a recording."""
        self.scored = self.scored.plus(
            ScoredDay(
                self.scored.source,
                self.scored.day,
                self.scored.model_id,
                n=1,
                n_refused=int(not is_accepted),
                sum_p=p_accepted,
                n_processed=int(bool(sound.is_processed)),
                sums=tuple(sound.profile.tolist()),
                reading_sums=tuple((p_accepted * sound.profile).tolist()),
            )
        )

    def store(self) -> None:
        """Add it to the source's day. A decision never fails for it: what cannot be stored is logged."""
        _store([self.scored] if self.scored.n else [])

    def store_soon(self) -> None:
        """The same with what other requests count, within about a second: a commit a request would cost as much as the
        decision. What a killed server had not stored yet is missing from the summaries, and from nothing else."""
        if self.scored.n:
            with _lock:
                key = (self.scored.source, self.scored.day, self.scored.model_id)
                _waiting[key] = _waiting[key].plus(self.scored) if key in _waiting else self.scored


def store_waiting() -> None:
    """Store what `store_soon` left."""
    with _lock:
        counted = list(_waiting.values())
        _waiting.clear()
    _store(counted)


_waiting: dict[tuple[str, str, str], ScoredDay] = {}
_lock = threading.Lock()


def _store(counted: list[ScoredDay]) -> None:
    if not counted:
        return
    try:
        with session.writing() as tx:
            for scored in counted:
                source_summaries.add(tx, scored)
    except EarshotError as error:
        log.warning("What was scored is not in the summaries: %s", error)


def watched_sources() -> list[WatchedSource]:
    """Every source that was scored lately by the model in force, those that are unlike first, then by their names."""
    first = (session.now() - timedelta(days=WATCHED_DAYS)).date().isoformat()
    with session.reading() as tx:
        now = deployments.newest(tx)
        days = source_summaries.since(tx, first, now.operating_point.model_id) if now else []
    if now is None or not days:
        return []
    reference = sound_reference.reference_of_model(now.operating_point.model_id)
    by_source: dict[str, list[ScoredDay]] = {}
    for day in days:
        by_source.setdefault(day.source, []).append(day)
    watched = [_watched(of_source, reference) for of_source in by_source.values()]
    return sorted(watched, key=lambda watch: (not watch.differences, watch.source))


def _watched(days: list[ScoredDay], reference: SoundReference | None) -> WatchedSource:
    together = _sum(days)
    is_known = reference is not None and together.n >= LEAST and len(together.sums) == len(MEASURES)
    return WatchedSource(
        source=together.source,
        n=together.n,
        share_refused=together.n_refused / together.n,
        mean_p=together.sum_p / together.n,
        share_processed=together.n_processed / together.n,
        first_day=min(day.day for day in days),
        differences=_differences(together, reference) if reference is not None and is_known else (),
        is_known=is_known,
    )


def _differences(together: ScoredDay, reference: SoundReference) -> tuple[SoundDifference, ...]:
    shifts = likeness.source_shifts(together.sums, together.reading_sums, together.n, together.sum_p, reference)
    return name_differences({MEASURES[shift.measure]: shift.off for shift in shifts})


def _sum(days: Iterable[ScoredDay]) -> ScoredDay:
    first, *others = days
    for day in others:
        first = first.plus(day)
    return first
