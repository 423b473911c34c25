"""Snapshots share the rows that they have in common; each still holds what stood when it was frozen."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.workflows.maintenance import erasure
from core.workflows.training import lost_files, snapshots
from db import children, erasures, schema, session, snapshot_writing, standing_labels
from db import snapshots as snapshot_rows
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture(params=["written", "copied"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a few labels are frozen, and as many are."""
    if request.param == "copied":
        monkeypatch.setattr(snapshots, "MANY_NEW", -1000)
        monkeypatch.setattr(snapshots, "COPIED_AT_ONCE", 40)


def n_rows() -> int:
    with session.reading() as tx:
        return tx.execute(select(func.count()).select_from(schema.snapshot_items)).scalar_one()


def contents(snapshot_id: int) -> dict[str, tuple[Label, Split, float]]:
    with session.reading() as tx:
        snapshot = snapshot_rows.get(tx, snapshot_id)
        assert snapshot is not None
        assert snapshot_rows.count_items(tx, snapshot_id) == len(snapshot.items)
    return {item.sha256: (item.label, item.split, item.weight) for item in snapshot.items}


def relabel(recording_ids: list[int], label: Label) -> None:
    """Both judges decide otherwise."""
    of = schema.judgements.c
    with session.writing() as tx:
        tx.execute(update(schema.judgements).where(of.recording_id.in_(recording_ids)).values(label=label))


def withdraw(recording_ids: list[int]) -> None:
    """No label of theirs stands any more."""
    of = schema.judgements.c
    with session.writing() as tx:
        gone = update(schema.judgements).where(of.recording_id.in_(recording_ids))
        tx.execute(gone.values(undone_at=session.now()))


def test_a_further_snapshot_adds_what_differs_and_no_more() -> None:
    ids = trained.label_recordings()
    first = trained.freeze()
    assert n_rows() == 180
    trained.label_recordings(n_children=1, name="later")
    relabel(ids[:2], Label.NOISE)  # the first was Accepted, the second is Noise anyway
    withdraw(ids[5:6])
    second = trained.freeze()
    assert (len(first.items), len(second.items)) == (180, 188)
    assert n_rows() == 180 + 9 + 1
    assert len(contents(first.id)) == 180


@pytest.mark.usefixtures("ways")
def test_what_snapshots_hold_stays_whatever_comes_after_them() -> None:
    """Random histories: labels come, change and go, children move, are erased, and are left out."""
    chance = random.Random(2019)
    ids = trained.label_recordings(n_children=24)
    held: dict[int, dict[str, tuple[Label, Split, float]]] = {}
    for turn in range(12):
        chance_that_happens(chance, ids, turn, held)
        frozen = trained.freeze()
        held[frozen.id] = {item.sha256: (item.label, item.split, item.weight) for item in frozen.items}
        assert {number: contents(number) for number in held} == held
    assert len(held) > 6


def chance_that_happens(
    chance: random.Random, ids: list[int], turn: int, held: dict[int, dict[str, tuple[Label, Split, float]]]
) -> None:
    some = chance.sample(ids, 12)
    what = chance.choice(["new", "relabel", "relabel", "withdraw", "move", "erase", "nothing"])
    if what == "new":
        ids += trained.label_recordings(n_children=2, name=f"turn {turn}")
    elif what == "relabel":
        relabel(some, chance.choice(list(Label)))
    elif what == "withdraw":
        withdraw(some[:3])
    elif what == "move":
        with session.writing() as tx:
            every = children.all_children(tx)
            children.place(tx, chance.choice(every).id, chance.choice(list(Split)))
    elif what == "erase":
        with session.writing() as tx:
            child = chance.choice(children.all_children(tx))
            of_child = select(schema.recordings.c.id, schema.recordings.c.sha256)
            gone = {row[0]: row[1] for row in tx.execute(of_child.where(schema.recordings.c.child_id == child.id))}
            erasures.remove_recordings(tx, gone.keys())
        ids[:] = [number for number in ids if number not in gone]
        for items in held.values():
            for sha256 in gone.values():
                items.pop(sha256, None)


def test_what_came_back_is_the_snapshot_of_before() -> None:
    """Labels that change and change back are the list of before; so is one whose erased recordings come in again."""
    ids = trained.label_recordings()
    first = trained.freeze()
    relabel(ids[:1], Label.NOISE)
    second = trained.freeze()
    relabel(ids[:1], Label.ACCEPTED)
    third = trained.freeze()
    assert third.id == first.id != second.id
    assert third.items == first.items
    fourth_labels = trained.label_recordings(n_children=1, name="later")
    assert len(trained.freeze().items) == 189
    withdraw(fourth_labels)
    assert trained.freeze().id == first.id


@pytest.mark.usefixtures("ways")
def test_recordings_that_are_erased_and_imported_again_are_in_the_snapshot_again() -> None:
    trained.label_recordings(n_children=30)
    frozen = trained.freeze()
    last = [item for item in frozen.items if item.child == "child-029"]
    (split,) = {item.split for item in last}
    erasure.erase_child("child-029", actor=COMMAND_LINE)
    assert len(contents(frozen.id)) == 29 * 9
    label_again(last)
    with session.writing() as tx:
        child = children.by_pseudonym(tx, "child-029")
        assert child is not None
        children.place(tx, child.id, split)
    again = trained.freeze()
    assert (again.id, again.hash, len(again.items)) == (frozen.id, frozen.hash, 30 * 9)
    trained.label_recordings(n_children=1, name="later")
    assert len(trained.freeze().items) == 31 * 9
    assert len(contents(frozen.id)) == 30 * 9


def label_again(items: list[Any]) -> None:
    with session.writing() as tx:
        child = children.find_or_add(tx, items[0].child)
        judges = list(tx.execute(select(schema.accounts.c.id)).scalars())[:2]
        for item in items:
            new = trained.recordings.NewRecording(item.sha256, "wav", "x.wav", 1.0, 16_000, 1, language=item.language)
            recording_id = trained.recordings.add(tx, new, child_id=child.id)
            row = {"recording_id": recording_id, "label": item.label, "decided_at": session.now()}
            row |= {"origin": "import", "round": 1}
            tx.execute(insert(schema.judgements), [row | {"account_id": judge} for judge in judges])


@pytest.mark.usefixtures("ways")
def test_recordings_that_are_erased_alone_are_not_frozen_while_figures_still_count_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A retention rule takes recordings and leaves their child; what is kept of them is taken off later."""
    ids = trained.label_recordings()
    session.count_changes_in()
    with session.writing() as tx:
        erasures.remove_recordings(tx, ids[::4])
    monkeypatch.setattr(session, "count_changes_in", lambda **_: None)
    frozen = trained.freeze()
    assert {item.recording_id for item in frozen.items} == {*ids} - {*ids[::4]}
    assert n_rows() == 135


class Killed(Exception):
    """Stands for the end of a process."""


@pytest.mark.parametrize("after", [1, 3])
def test_a_freezing_that_is_killed_leaves_nothing_that_a_snapshot_holds(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = trained.label_recordings()
    first = trained.freeze()
    before = contents(first.id)
    monkeypatch.setattr(snapshots, "WRITTEN_AT_ONCE", 7)
    trained.label_recordings(n_children=4, name="later")
    relabel(ids[::3][:20], Label.NOISE)
    die_after(after, monkeypatch)
    with pytest.raises(Killed):
        trained.freeze()
    assert contents(first.id) == before
    relabel(ids[::3][:10], Label.SPEECHLESS)
    withdraw(ids[-4:])
    second = trained.freeze()
    assert contents(first.id) == before
    assert {item.recording_id: item.label for item in second.items} == standing()
    assert second.id == first.id + 1


def test_a_freezing_that_is_killed_while_labels_are_copied_leaves_nothing_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = trained.label_recordings()
    monkeypatch.setattr(snapshots, "MANY_NEW", 0)
    monkeypatch.setattr(snapshots, "COPIED_AT_ONCE", 40)
    copies = iter(range(2))
    copy = snapshot_writing.copy_kept
    monkeypatch.setattr(snapshot_writing, "copy_kept", lambda *values, **named: (next(copies), copy(*values, **named)))
    with pytest.raises(StopIteration):
        trained.freeze()
    assert n_rows() == 80
    monkeypatch.setattr(snapshot_writing, "copy_kept", copy)
    relabel(ids[:20], Label.NOISE)
    withdraw(ids[20:24])
    frozen = trained.freeze()
    assert {item.recording_id: item.label for item in frozen.items} == standing()
    assert n_rows() == len(frozen.items) == 176


def die_after(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write, remaining = snapshot_writing.write, [n]

    def until_killed(*values: Any) -> None:
        if not remaining[0]:
            monkeypatch.setattr(snapshot_writing, "write", write)
            raise Killed
        remaining[0] -= 1
        write(*values)

    monkeypatch.setattr(snapshot_writing, "write", until_killed)


def standing() -> dict[int, Label]:
    with session.reading() as tx:
        return {item.recording_id: item.label for item in standing_labels.labelled(tx)}


@pytest.mark.usefixtures("ways")
def test_who_freezes_at_the_same_time_gets_the_same_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings()
    monkeypatch.setattr(snapshots, "WRITTEN_AT_ONCE", 20)
    frozen = frozen_at_once(4)
    assert len({snapshot.id for snapshot in frozen}) == 1
    assert {len(contents(snapshot.id)) for snapshot in frozen} == {180}


@pytest.mark.usefixtures("ways")
def test_who_freezes_other_labels_at_the_same_time_does_not_mix_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One leaves lost recordings out and the other does not."""
    ids = trained.label_recordings()
    trained.freeze()
    with session.reading() as tx:
        labelled = {item.recording_id: item for item in standing_labels.labelled(tx)}
    monkeypatch.setattr(lost_files, "lost_labelled", lambda: {number: labelled[number] for number in ids[:40]})
    monkeypatch.setattr(snapshots, "WRITTEN_AT_ONCE", 9)
    trained.label_recordings(n_children=5, name="later")
    frozen = frozen_at_once(2)
    assert [len(contents(snapshot.id)) for snapshot in frozen] == [225, 185]


def frozen_at_once(n: int) -> list[Snapshot]:
    """Every second one without lost recordings."""
    frozen: dict[int, Snapshot] = {}

    def freeze(number: int) -> None:
        frozen[number] = snapshots.freeze(seed=0, without_lost=n == 2 and number == 1)

    threads = [threading.Thread(target=freeze, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [frozen[number] for number in range(n)]


def test_an_erasure_between_two_portions_is_no_item_of_any_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=30)
    monkeypatch.setattr(snapshots, "WRITTEN_AT_ONCE", 50)
    to_erase = ["child-003", "child-028"]

    def erase_meanwhile() -> None:
        if to_erase:
            erasure.erase_child(to_erase.pop(), actor=COMMAND_LINE)

    monkeypatch.setattr(session, "let_others_write", erase_meanwhile)
    frozen = trained.freeze()
    assert not to_erase
    assert len(contents(frozen.id)) == len(frozen.items) == 28 * 9
    assert n_rows() == 28 * 9
