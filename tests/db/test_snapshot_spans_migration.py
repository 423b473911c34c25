"""Snapshots of before, each of which had all of its rows, hold the same recordings when their rows are shared."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from sqlalchemy import text

from core.domain.labels import Label, Split
from db import session, snapshots
from tests import table_versions
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("any_database")

Items = dict[int, dict[int, tuple[str, str, float]]]
"""Label, split and weight by recording, by snapshot."""
ITEM = "INSERT INTO snapshot_items (snapshot_id, recording_id, label, split, weight) VALUES (:s, :r, :l, :split, :w)"
SNAPSHOT = "INSERT INTO snapshots (id, hash, created_at) VALUES (:id, :hash, :at)"


def random_items(recording_ids: list[int], snapshot_ids: list[int]) -> Items:
    """Most recordings go on from snapshot to snapshot; some come, leave and come back, some change."""
    chance = random.Random(7)
    items: Items = {}
    current: dict[int, tuple[str, str, float]] = {}
    for number in snapshot_ids:
        for recording_id in chance.sample(recording_ids, len(recording_ids) // 3):
            if current.pop(recording_id, None) is None or chance.random() < 0.6:
                of = (chance.choice(list(Label)).value, chance.choice(list(Split)).value)
                current[recording_id] = (*of, chance.choice([1.0, 1.0, 2.5]))
        items[number] = dict(current)
    return items


def store_before(items: Items, *, unfinished: int) -> None:
    with session.writing() as tx:
        for number in items:
            name = "unfinished 0123" if number == unfinished else f"{number:064x}"
            tx.execute(text(SNAPSHOT), {"id": number, "hash": name, "at": session.now()})
        rows = [
            {"s": number, "r": recording_id, "l": label, "split": split, "w": weight}
            for number, of in items.items()
            for recording_id, (label, split, weight) in of.items()
        ]
        tx.execute(text(ITEM), rows)


def items_now() -> Items:
    with session.reading() as tx:
        numbers = tx.execute(text("SELECT id FROM snapshots ORDER BY id")).scalars().all()
        read = {number: snapshots.get(tx, number) for number in numbers}
        counted = {number: snapshots.count_items(tx, number) for number in numbers}
    items = {
        number: {item.recording_id: (str(item.label), str(item.split), item.weight) for item in snapshot.items}
        for number, snapshot in read.items()
        if snapshot
    }
    assert counted == {number: len(of) for number, of in items.items()}
    return items


def test_each_snapshot_holds_what_it_held_and_goes_back() -> None:
    ids = trained.label_recordings(n_children=4)
    table_versions.downgrade("0025")
    items = random_items(ids, [1, 2, 4, 5, 9, 10])
    store_before(items, unfinished=5)
    session.prepare()
    finished = {number: of for number, of in items.items() if number != 5}
    assert items_now() == finished
    table_versions.downgrade("0025")
    with session.reading() as tx:
        back: Items = defaultdict(dict)
        for s, r, *of in tx.execute(text("SELECT snapshot_id, recording_id, label, split, weight FROM snapshot_items")):
            back[s][r] = (of[0], of[1], of[2])
    assert back == finished
    session.prepare()
    assert items_now() == finished


def test_rows_that_go_on_stand_once_and_the_next_freezing_adds_what_differs() -> None:
    ids = trained.label_recordings()
    frozen = trained.freeze()
    with session.reading() as tx:
        of = {item.recording_id: (str(item.label), str(item.split), 1.0) for item in frozen.items}
    table_versions.downgrade("0025")
    with session.writing() as tx:
        tx.execute(text("DELETE FROM snapshot_items"))
        tx.execute(text("DELETE FROM snapshots"))
    store_before(dict.fromkeys([1, 2, 3], of), unfinished=0)
    session.prepare()
    trained.label_recordings(n_children=1, name="later")
    assert len(trained.freeze().items) == len(ids) + 9
    with session.reading() as tx:
        assert tx.execute(text("SELECT count(*) FROM snapshot_items")).scalar() == len(ids) + 9
    assert {number: len(each) for number, each in items_now().items()} == {1: 180, 2: 180, 3: 180, 4: 189}
