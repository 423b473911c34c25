"""How many labels there are, and how many came since the newest model learned."""

from __future__ import annotations

from types import SimpleNamespace

from core.workflows.training import label_counts
from core.workflows.training.label_counts import LabelCounts
from db import snapshots


def test_with_nothing_there_are_no_labels_and_no_model(database):
    assert label_counts.count_labels() == LabelCounts(0, None)


def test_new_and_changed_labels_count_and_learnt_ones_do_not(database, monkeypatch):
    def items(*pairs):
        return [SimpleNamespace(recording_id=recording, label=label) for recording, label in pairs]

    now = items((1, "Accepted"), (2, "Noise"), (3, "Noise"))
    learnt = SimpleNamespace(items=items((1, "Accepted"), (2, "Speechless")))
    monkeypatch.setattr(snapshots, "labelled", lambda _tx: now)
    monkeypatch.setattr(label_counts.models, "newest_first", lambda _tx: [SimpleNamespace(snapshot_id=7)])
    monkeypatch.setattr(snapshots, "get", lambda _tx, snapshot_id: learnt if snapshot_id == 7 else None)
    assert label_counts.count_labels() == LabelCounts(3, since_training=2)
