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
from core.audio import dynamics, store
from core.audio import features as sound
from core.config import settings
from core.domain.labels import Label
from core.domain.models import Model
from core.domain.snapshots import LabelledRecording, Snapshot
from core.errors import EarshotError
from core.metrics import drift
from core.metrics.drift import FeatureShift as FeatureShift  # what screens show
from core.workflows.training import feature_families
from db import adjudications, deployments, models, recordings, session, snapshots

FAMILY = "dynamics"
LEVELS = {"loudness of the speech, dB": "level_p95_db", "loudness of the background, dB": "level_p10_db"}
MAX_COMPARED, MAX_COMPUTED = 150, 40  # recordings a side: compared at most, and computed for this at most
LEVELS_CACHED_S = 60.0
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
    with session.reading() as tx:
        model, is_in_force = _deployed_or_newest(tx)
        learned = snapshots.get(tx, model.snapshot_id) if model else None
        if model is None or learned is None:
            return None
        standing = snapshots.labelled(tx)
        labels = {item.recording_id: item.label for item in learned.items}
        changed = [
            recording.recording_id
            for recording in standing
            if labels.get(recording.recording_id, recording.label) is not recording.label
        ]
        settled, in_a_round = _count_reasons(tx, changed)
    known_children = {item.child for item in learned.items}
    known_languages = {item.language for item in learned.items}
    return ChangesSinceTraining(
        model=model,
        is_in_force=is_in_force,
        then=len(labels),
        now=len(standing),
        new=sum(recording.recording_id not in labels for recording in standing),
        changed=len(changed),
        settled=settled,
        in_a_round=in_a_round,
        gone=len(labels.keys() - {recording.recording_id for recording in standing}),
        new_children=len({recording.child for recording in standing} - known_children),
        new_languages=tuple(sorted({recording.language for recording in standing} - known_languages - {""})),
        shifts=tuple(_shifts(learned, standing)),
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


def _shifts(learned: Snapshot, standing: Sequence[LabelledRecording]) -> list[FeatureShift]:
    """Class shares and loudness of the recordings that are new, against those it learned from."""
    known = {item.recording_id for item in learned.items}
    old = [(item.sha256, item.extension, item.child, item.label) for item in learned.items]
    new = [(item.sha256, item.extension, item.child, item.label) for item in standing if item.recording_id not in known]
    if not old or not new:
        return []
    rows = old + new
    figures = {str(label): np.array([row[3] is label for row in rows], dtype=float) for label in Label}
    levels = np.full((len(rows), len(LEVELS)), np.nan)
    for begin, side in ((0, old), (len(old), new)):
        chosen = np.random.default_rng(SEED).permutation(len(side))[:MAX_COMPARED]
        levels[begin + chosen] = _levels(settings().storage, tuple((side[k][0], side[k][1]) for k in chosen))
    figures |= dict(zip(LEVELS, levels.T, strict=True))
    is_new = np.arange(len(rows)) >= len(old)
    return drift.feature_shifts(np.array([row[2] for row in rows]), is_new, figures)


@cached(TTLCache(8, ttl=LEVELS_CACHED_S), lock=threading.Lock())  # what is not known yet may be in a minute
def _levels(storage: str, items: tuple[tuple[str, str], ...]) -> Float64Array:
    """Levels of some recordings [shape=(n, len(LEVELS))], NaN where not known: from the cache, a few computed now."""
    family = feature_families.family(FAMILY)
    columns = [dynamics.NAMES.index(name) for name in LEVELS.values()]
    levels = np.full((len(items), len(columns)), np.nan)
    is_cached = [sound.is_cached(family, storage, sha256) for sha256, _ in items]
    to_compute = max(0, MAX_COMPUTED - sum(is_cached))
    for place, item in enumerate(items):
        if not is_cached[place]:
            if not to_compute:
                continue
            to_compute -= 1
        try:
            features = sound.load_or_extract(family, storage, item[0], partial(store.get, storage, *item))
        except EarshotError:  # the bytes are missing or cannot be decoded: the others are enough
            continue
        levels[place] = features[columns]
    return levels
