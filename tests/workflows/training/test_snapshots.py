from __future__ import annotations

import hashlib

import numpy as np
import pytest
from sqlalchemy import update

from core.domain.labels import Split
from core.errors import Refused
from core.workflows.training import snapshot_lines, snapshots
from core.workflows.training.snapshot_lines import SnapshotLines
from db import children, session
from db.schema import judgements
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


def test_the_same_labels_are_the_same_snapshot() -> None:
    trained.label_recordings()
    first, second = trained.freeze(), trained.freeze()
    assert first.hash == second.hash
    assert first.id == second.id
    assert len(first.items) == 180


def test_a_new_label_is_a_new_snapshot_and_no_child_moves() -> None:
    trained.label_recordings()
    before = {item.child: item.split for item in trained.freeze().items}
    trained.label_recordings(n_children=30, name="other")
    after = trained.freeze()
    assert len(after.items) == 180 + 270
    assert {
        child: split for child, split in ((item.child, item.split) for item in after.items) if child in before
    } == before


def test_every_child_stands_in_one_split_and_its_split_is_stored() -> None:
    trained.label_recordings()
    snapshot = trained.freeze()
    with session.reading() as tx:
        stored = {child.pseudonym: child.split for child in children.all_children(tx)}
    assert {(item.child, item.split) for item in snapshot.items} == set(stored.items())
    assert set(stored.values()) == set(Split)


def test_a_child_kept_out_of_testing_never_tests() -> None:
    trained.label_recordings()
    with session.writing() as tx:
        for child in children.all_children(tx)[:15]:
            children.keep_out_of_testing(tx, child.id)
        kept_out = {child.pseudonym for child in children.all_children(tx)[:15]}
    assert not kept_out & {item.child for item in trained.freeze().items if item.split is Split.TEST}


def test_too_few_labels_are_named_and_nobody_is_placed() -> None:
    trained.label_recordings(n_children=2, each=3)
    with pytest.raises(Refused, match=r"6 recordings have a label that stands.*in train \(at least 20 are needed\)"):
        trained.freeze()
    with session.reading() as tx:
        assert {child.split for child in children.all_children(tx)} == {None}


def test_a_missing_class_is_named() -> None:
    trained.label_recordings()
    with session.writing() as tx:
        tx.execute(update(judgements).where(judgements.c.label == "Noise").values(label="Accepted"))
    with pytest.raises(Refused, match="none that is Noise in train"):
        trained.freeze()


def test_the_card_counts_recordings_by_split_label_and_language() -> None:
    trained.label_recordings()
    counted = snapshots.count_by_split(trained.freeze().items)
    assert sum(sum(there["labels"].values()) for there in counted.values()) == 180
    assert counted["train"]["languages"].keys() == {"en", "fr"}
    assert sum(there["children"]["all"] for there in counted.values()) == 20


def test_the_hash_of_a_list_is_that_of_all_its_lines_whatever_the_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{number:064x},Noise,train" for number in range(10)]
    weights = {f"{3:064x}": 2.5, f"{4:064x}": 1.0}
    plain = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    weighted = hashlib.sha256("\n".join([*lines[:3], lines[3] + ",2.5", *lines[4:]]).encode()).hexdigest()
    read = SnapshotLines(np.array(lines, dtype=f"S{snapshot_lines.WIDTH}"), 0)
    for at_once in (1, 3, 10, 20):
        monkeypatch.setattr(snapshot_lines, "AT_ONCE", at_once)
        assert read.content_hash({}) == plain
        assert read.content_hash(weights) == weighted


def test_the_hash_is_of_the_items_in_the_order_of_their_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_lines, "AT_ONCE", 7)
    trained.label_recordings()
    snapshot = trained.freeze()
    lines = sorted(f"{item.sha256},{item.label},{item.split}" for item in snapshot.items)
    assert snapshot.hash == hashlib.sha256("\n".join(lines).encode()).hexdigest()
