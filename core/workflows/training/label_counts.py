"""How many labels there are to learn from, and how many are new since the newest model."""

from __future__ import annotations

from dataclasses import dataclass

from db import models, session, snapshots


@dataclass(frozen=True)
class LabelCounts:
    """`now` recordings have a label that stands; `since_training` of them are new or changed since the newest model's
    snapshot, None while no model is trained."""

    now: int
    since_training: int | None


def count_labels() -> LabelCounts:
    with session.reading() as tx:
        standing = {(item.recording_id, item.label) for item in snapshots.labelled(tx)}
        newest = next(iter(models.newest_first(tx)), None)
        learnt = snapshots.get(tx, newest.snapshot_id) if newest else None
    if learnt is None:
        return LabelCounts(len(standing), None)
    return LabelCounts(len(standing), len(standing - {(item.recording_id, item.label) for item in learnt.items}))
