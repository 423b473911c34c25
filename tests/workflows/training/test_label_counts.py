"""How many labels there are, and how many came or changed since the newest model learned."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.domain.labels import Label
from core.workflows.training import label_counts
from core.workflows.training.label_counts import LabelCounts
from db import schema, session, snapshot_changes
from tests.workflows import trained


def relabel(recording_id: int, label: Label) -> None:
    of = schema.judgements
    with session.writing() as tx:
        tx.execute(update(of).where(of.c.recording_id == recording_id).values(label=label))


@pytest.mark.usefixtures("any_database")
def test_with_nothing_there_are_no_labels_and_no_model() -> None:
    assert label_counts.count_labels() == LabelCounts(0, None)


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("is_counted_in", [False, True])
def test_new_and_changed_labels_count_and_learnt_ones_do_not(*, is_counted_in: bool) -> None:
    ids = trained.label_recordings()
    model = trained.add_model("only")
    assert label_counts.count_labels() == LabelCounts(len(ids), 0)
    relabel(ids[0], Label.NOISE)
    new = trained.label_recordings(n_children=1, each=3, name="later")
    with session.writing() as tx:
        tx.execute(update(schema.judgements).where(schema.judgements.c.recording_id == ids[1]).values(round=0))
    if is_counted_in:
        session.count_changes_in()
    assert label_counts.count_labels() == LabelCounts(len(ids) + 2, 4)
    with session.reading() as tx:
        changed = snapshot_changes.since(tx, model.snapshot_id)
    assert {each.recording_id for each in changed} == {ids[0], ids[1], *new}


@pytest.mark.usefixtures("any_database")
def test_of_a_snapshot_of_which_no_update_is_known_everything_is_compared() -> None:
    ids = trained.label_recordings()
    model = trained.add_model("only")
    relabel(ids[0], Label.NOISE)
    with session.writing() as tx:
        tx.execute(update(schema.snapshots).values(n_updates=None))
        (changed,) = snapshot_changes.since(tx, model.snapshot_id)
    assert (changed.recording_id, changed.then, changed.now) == (ids[0], Label.ACCEPTED, Label.NOISE)
