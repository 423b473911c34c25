"""Changes since the model in force was trained: labels, children, languages, and shifts of the recordings.

Compared are the labels that stand now with the snapshot of the model in force; of the newest model while none is.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from cachetools import TTLCache, cached

from core.arrays import Float64Array
from core.audio import dynamics, feature_cache, store
from core.config import settings
from core.domain.labels import Label
from core.domain.models import Model
from core.errors import EarshotError
from core.metrics import drift
from core.metrics.drift import FeatureShift as FeatureShift  # what screens show
from core.workflows.training import feature_families
from db import (
    adjudications,
    deployments,
    models,
    queue,
    recording_counts,
    recordings,
    session,
    snapshot_changes,
    snapshots,
)
from db.snapshot_changes import ChangedLabel

FAMILY = "dynamics"
LEVELS = {"loudness of the speech, dB": "level_p95_db", "loudness of the background, dB": "level_p10_db"}
MAX_COMPARED, MAX_COMPUTED = 150, 40  # recordings a side: compared at most, and computed for this at most
LEVELS_CACHED_S = 60.0
TRIED = 10  # numbers drawn for each that is wanted, as some lie near the same recording
SEED = 2019


@dataclass(frozen=True)
class ChangesSinceTraining:
    """Counts of recordings, except for children and languages.

    model : what everything is compared with; `is_in_force` whether it decides now
    then, now : labels that it learned from or was tested on, and labels that stand
    settled, in_a_round : of the changed ones, those that staff settled, and those judged anew in a later round
    gone : had a label then and have none now
    """

    model: Model
    is_in_force: bool
    then: int
    now: int
    new: int
    changed: int
    settled: int
    in_a_round: int
    gone: int
    new_children: int
    new_languages: tuple[str, ...]
    shifts: tuple[FeatureShift, ...]

    @property
    def clear_shifts(self) -> tuple[FeatureShift, ...]:
        """What is surely different about the new recordings, the largest first."""
        return tuple(
            sorted((shift for shift in self.shifts if shift.is_clear), key=lambda shift: -abs(shift.standardised))
        )

    @property
    def is_nothing(self) -> bool:
        return not (self.new or self.changed or self.gone)


def changes_since_training() -> ChangesSinceTraining | None:
    """What has changed; None while there is no model."""
    with session.reading_counts() as tx:
        model, is_in_force = _deployed_or_newest(tx)
        if model is None:
            return None
        differing = snapshot_changes.since(tx, model.snapshot_id)
        new = [each for each in differing if each.then is None]
        changed = [each.recording_id for each in differing if each.then is not None and each.now is not None]
        settled, in_a_round = _count_reasons(tx, changed)
        child_ids = {each.child_id for each in new}
        then = snapshots.count_items(tx, model.snapshot_id)
        languages = {each.language for each in new} - {""}
        return ChangesSinceTraining(
            model=model,
            is_in_force=is_in_force,
            then=then,
            now=recording_counts.count_labelled(tx),
            new=len(new),
            changed=len(changed),
            settled=settled,
            in_a_round=in_a_round,
            gone=sum(each.now is None for each in differing),
            new_children=len(child_ids - snapshot_changes.known_children(tx, model.snapshot_id, child_ids)),
            new_languages=tuple(
                language
                for language in sorted(languages)
                if not snapshot_changes.is_known_language(tx, model.snapshot_id, language)
            ),
            shifts=tuple(_shifts(tx, model.snapshot_id, differing)) if then else (),
        )


def _deployed_or_newest(tx: session.Connection) -> tuple[Model | None, bool]:
    """The model that decides now, else the newest one; and whether it is the one that decides."""
    deployed = deployments.newest(tx)
    in_force = models.get(tx, deployed.operating_point.model_id) if deployed else None
    return in_force or next(iter(models.newest_first(tx)), None), in_force is not None


def _count_reasons(tx: session.Connection, ids: Sequence[int]) -> tuple[int, int]:
    """Of recordings whose label changed: how many staff settled, and how many are in a later round without that."""
    decided = adjudications.of_recordings(tx, ids)
    known = recordings.by_ids(tx, ids)
    return len(decided), sum(recording.round > 1 for number, recording in known.items() if number not in decided)


def _shifts(tx: session.Transaction, snapshot_id: int, differing: Sequence[ChangedLabel]) -> list[FeatureShift]:
    """Class shares and loudness of the recordings that are new, against those it learned from."""
    new = [each for each in differing if each.then is None]
    if not new:
        return []
    n_figures = len(Label) + len(LEVELS)
    by_child = _labels_by_child(tx, differing)
    counts = by_child.sum(axis=1)
    shares = {str(label): by_child[:, place] for place, label in enumerate(Label)}
    shifts = drift.share_shifts(counts, shares, n_figures=n_figures)
    sides = [_some_items(tx, snapshot_id), _some_of([each.recording_id for each in new])]
    sounds = [snapshot_changes.sounds(tx, ids) for ids in sides]
    levels = [_levels(settings().storage, tuple((item[0], item[1]) for item in side)) for side in sounds]
    children = np.array([item[2] for side in sounds for item in side])
    is_new = np.arange(len(children)) >= len(sounds[0])
    figures = dict(zip(LEVELS, np.concatenate(levels).T, strict=True))
    return shifts + drift.feature_shifts(children, is_new, figures, n_figures=n_figures)


def _labels_by_child(tx: session.Transaction, differing: Sequence[ChangedLabel]) -> Float64Array:
    """Recordings by child, label and side [shape=(n_children, 3, 2)]: what was learned from, and what is new.

    What was learned from is what stands, without what is new, and with what has changed put back.
    """
    standing = recording_counts.labelled_by_child(tx)
    place_of = {child_id: place for place, child_id in enumerate({*standing, *(each.child_id for each in differing)})}
    by_child = np.zeros((len(place_of), len(Label), 2))
    for child_id, labels in standing.items():
        by_child[place_of[child_id], :, 0] = labels
    order = {label: place for place, label in enumerate(Label)}
    for each in differing:
        child = by_child[place_of[each.child_id]]
        if each.now is not None:
            child[order[each.now], 0] -= 1
        if each.then is not None:
            child[order[each.then], 0] += 1
        elif each.now is not None:
            child[order[each.now], 1] += 1
    return by_child[by_child.any(axis=(1, 2))]


def _some_items(tx: session.Transaction, snapshot_id: int) -> list[int]:
    """Some recordings of a snapshot, drawn by their numbers: no list of all of them is needed."""
    some: set[int] = set()
    for number in np.random.default_rng(SEED).permutation(queue.highest_id(tx))[: TRIED * MAX_COMPARED]:
        near = snapshot_changes.item_near(tx, snapshot_id, int(number) + 1)
        if near is not None:
            some.add(near)
        if len(some) == MAX_COMPARED:
            break
    return sorted(some)


def _some_of(recording_ids: Sequence[int]) -> list[int]:
    drawn = np.random.default_rng(SEED).permutation(len(recording_ids))[:MAX_COMPARED]
    return [recording_ids[place] for place in drawn]


@cached(TTLCache(8, ttl=LEVELS_CACHED_S), lock=threading.Lock())  # what is not known yet may be in a minute
def _levels(storage: str, items: tuple[tuple[str, str], ...]) -> Float64Array:
    """Levels of some recordings [shape=(n, len(LEVELS))], NaN where not known: from the cache, a few computed now."""
    family = feature_families.family(FAMILY)
    columns = [dynamics.NAMES.index(name) for name in LEVELS.values()]
    levels = np.full((len(items), len(columns)), np.nan)
    is_cached = [feature_cache.is_cached(family, storage, sha256) for sha256, _ in items]
    to_compute = max(0, MAX_COMPUTED - sum(is_cached))
    for place, item in enumerate(items):
        if not is_cached[place]:
            if not to_compute:
                continue
            to_compute -= 1
        try:
            features = feature_cache.load_or_extract(family, storage, item[0], partial(store.get, storage, *item))
        except EarshotError:  # the bytes are missing or cannot be decoded: the others are enough
            continue
        levels[place] = features[columns]
    return levels
