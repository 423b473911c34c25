"""How many labels there are to learn from, and how many are new since the newest model."""

from __future__ import annotations

from dataclasses import dataclass

from db import models, recording_counts, session, snapshot_changes


@dataclass(frozen=True)
class LabelCounts:
    """`now` recordings have a label that stands; `since_training` of them are new or changed since the newest model's
    snapshot, None while no model is trained."""

    now: int
    since_training: int | None


def count_labels() -> LabelCounts:
    with session.reading_counts() as tx:
        n_labelled = recording_counts.count_labelled(tx)
        newest = next(iter(models.newest_first(tx)), None)
        if newest is None:
            return LabelCounts(n_labelled, None)
        changed = snapshot_changes.since(tx, newest.snapshot_id)
    return LabelCounts(n_labelled, sum(each.now is not None for each in changed))
