"""Nothing long happens while the writer's turn is held: judges label while others export, freeze, compare and erase."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from core.audio import store
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Split
from core.errors import Unavailable
from core.metrics import operating_point
from core.workflows.deployment import deployment_control, gate_figures, promotion_gate
from core.workflows.jobs import cluster
from core.workflows.maintenance import backup, erased_files, erased_words, erasure, table_export
from core.workflows.training import child_splits, snapshots
from db import (
    audit,
    children,
    erasures,
    exports,
    imports,
    row_texts,
    schema,
    session,
    standing_labels,
    table_dump,
    unlabelled_predictions,
)
from db import challenges as challenges_table
from tests.workflows import trained

SOON_S = 5.0


def label_now() -> None:
    """What a judge's label does to the database."""
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == -1).values(word="x"))


def others_write_during(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[bool]:
    """Whether somebody else could write, each time that `room.name` was called."""
    slow, answers = getattr(room, name), list[bool]()

    def watched(*values: Any, **named: Any) -> Any:
        judge = threading.Thread(target=label_now, daemon=True)
        judge.start()
        judge.join(SOON_S)
        answers.append(not judge.is_alive())
        return slow(*values, **named)

    monkeypatch.setattr(room, name, watched)
    return answers


@pytest.fixture
def model_id(any_database: None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(cluster, "run_on_worker", None)
    trained.label_recordings(n_children=30)
    trained.add_model("other", skill=2.0)
    deployment_control.deploy("other", 0.10, actor=COMMAND_LINE)
    return trained.add_model("a", skill=2.0, seed=1).id


LONG: dict[str, tuple[Any, str, Callable[[str, Path], Any]]] = {
    "labels": (exports, "labels", lambda _, out: table_export.export_labels(out / "l.csv")),
    "history": (exports, "history", lambda _, out: table_export.export_labels(out / "l.csv", has_history=True)),
    "predictions": (
        exports,
        "predictions",
        lambda model_id, out: table_export.export_predictions(out / "p.csv", model_id),
    ),
    "backup": (table_dump, "rows", lambda _, out: backup.backup(out / "b.zip")),
    "freeze": (standing_labels, "lines", lambda *_: snapshots.freeze(seed=0)),
    "compare": (challenges_table, "of_both", lambda model_id, _: promotion_gate.record_challenge(model_id, 0.10)),
    "deploy": (
        operating_point,
        "choose_threshold",
        lambda model_id, _: deployment_control.deploy(model_id, 0.10, anyway=True, reason="x", actor=COMMAND_LINE),
    ),
    "erase": (store, "delete", lambda *_: erasure.erase_child("child-001", actor=COMMAND_LINE)),
    "words": (row_texts, "unclean_rows", lambda *_: erasure.erase_child("child-001", actor=COMMAND_LINE)),
}


@pytest.mark.parametrize("what", LONG)
def test_judges_label_meanwhile(what: str, model_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, act = LONG[what]
    answers = others_write_during(monkeypatch, room, name)
    act(model_id, tmp_path)
    assert answers
    assert all(answers)


def test_what_was_asked_meanwhile_is_looked_for_among_a_few(model_id: str) -> None:
    new = trained.label_recordings(n_children=1, name="new")
    with session.reading() as tx:
        assert [
            one.recording_id for one in unlabelled_predictions.unlabelled(tx, model_id, among=[1, 2, new[0]])
        ] == new[:1]


def test_a_name_that_is_written_after_the_search_for_it_is_taken_out_as_well(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_sound = erased_files.remove_sound

    def meanwhile(recordings: Any) -> None:
        monkeypatch.setattr(erased_files, "remove_sound", remove_sound)
        with session.writing() as tx:
            tx.execute(update(schema.judgements).values(comment="child-001 coughs"))
            audit.record(tx, None, "x", "listened", "child-001")

    monkeypatch.setattr(erased_files, "remove_sound", meanwhile)
    erasure.erase_child("child-001", actor=COMMAND_LINE)
    with session.reading() as tx:
        comments = set(tx.execute(select(schema.judgements.c.comment)).scalars())
        subjects = [entry.subject for entry in audit.oldest_first(tx)]
    assert comments == {"[erased] coughs"}
    assert "child-001" not in subjects


def test_what_is_read_together_belongs_together(model_id: str) -> None:
    with session.reading() as tx:
        before = len(standing_labels.labelled(tx))
        trained.label_recordings(n_children=2, name="later")
        assert len(standing_labels.labelled(tx)) == before
    with session.reading() as tx:
        assert len(standing_labels.labelled(tx)) == before + 18


@pytest.mark.usefixtures("any_database")
def test_a_reading_transaction_cannot_write_and_the_next_one_can() -> None:
    with pytest.raises((DBAPIError, Unavailable)), session.reading() as tx:
        tx.execute(insert(schema.children).values(pseudonym="somebody"))
    with session.writing() as tx:
        children.find_or_add(tx, "somebody")
        if tx.dialect.name == "postgresql":
            assert tx.execute(text("SHOW transaction_isolation")).scalar() == "read committed"
    with session.reading() as tx:
        assert [child.pseudonym for child in children.all_children(tx)] == ["somebody"]


def test_a_child_that_is_placed_while_labels_are_frozen_stands_where_it_was_placed(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.label_recordings(n_children=6, name="new")
    draw = child_splits._draw

    def meanwhile(*values: Any, **named: Any) -> Any:
        monkeypatch.setattr(child_splits, "_draw", draw)
        drawn = draw(*values, **named)
        with session.writing() as tx:
            child = children.by_pseudonym(tx, "new-000")
            assert child is not None
            children.place(tx, child.id, Split.TRAIN if drawn["new-000"] is Split.TEST else Split.TEST)
        return drawn

    monkeypatch.setattr(child_splits, "_draw", meanwhile)
    frozen = snapshots.freeze(seed=0)
    with session.reading() as tx:
        stands = {child.pseudonym: child.split for child in children.all_children(tx)}
    assert {item.child: item.split for item in frozen.items} == stands


def test_a_child_that_is_erased_while_labels_are_frozen_is_not_in_the_snapshot(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.label_recordings(n_children=6, name="new")
    draw = child_splits._draw

    def meanwhile(*values: Any, **named: Any) -> Any:
        monkeypatch.setattr(child_splits, "_draw", draw)
        drawn = draw(*values, **named)
        erasure.erase_child("new-000", actor=COMMAND_LINE)
        return drawn

    monkeypatch.setattr(child_splits, "_draw", meanwhile)
    frozen = snapshots.freeze(seed=0)
    with session.reading() as tx:
        assert len(frozen.items) == len(standing_labels.labelled(tx)) == 35 * 9


def test_bytes_that_cannot_be_removed_leave_the_child_to_be_erased_again(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete = store.delete
    monkeypatch.setattr(store, "delete", lambda *_: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError, match="no"):
        erasure.erase_child("child-001", actor=COMMAND_LINE)
    monkeypatch.setattr(store, "delete", delete)
    assert erasure.erase_child("child-001", actor=COMMAND_LINE).recordings == 9


def test_the_gate_keeps_no_comparison_with_a_model_that_went_out_of_force(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.add_model("third", skill=2.0, seed=3)
    compared = gate_figures.compare

    def meanwhile(*values: Any) -> Any:
        monkeypatch.setattr(gate_figures, "compare", compared)
        result = compared(*values)
        deployment_control.deploy("third", 0.10, anyway=True, reason="it must", actor=COMMAND_LINE)
        return result

    monkeypatch.setattr(gate_figures, "compare", meanwhile)
    challenge = promotion_gate.record_challenge(model_id, 0.10)
    assert challenge is not None
    assert challenge.champion_id == "third"


def during_search(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Something that happens once, after an erasure has looked through all rows and before it removes any."""
    search = erased_words.search

    def searched(*values: Any, **named: Any) -> Any:
        monkeypatch.setattr(erased_words, "search", search)
        rows = search(*values, **named)
        worker = threading.Thread(target=act)
        worker.start()
        worker.join()
        return rows

    monkeypatch.setattr(erased_words, "search", searched)


def test_words_that_come_in_while_an_erasure_searches_go_as_well(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = schema.judgements.c.comment

    def write() -> None:
        with session.writing() as tx:
            later = children.by_pseudonym(tx, "child-007")
            assert later is not None
            of_other = select(schema.recordings.c.id).where(schema.recordings.c.child_id == later.id).limit(1)
            number = tx.execute(of_other).scalar_one()
            is_of_other = schema.judgements.c.recording_id == number
            tx.execute(update(schema.judgements).where(is_of_other).values(comment="sounds like child-001"))

    during_search(monkeypatch, write)
    erasure.erase_child("child-001", actor=COMMAND_LINE)
    with session.reading() as tx:
        assert set(tx.execute(select(comments).where(comments != "")).scalars()) == {"sounds like [erased]"}


def test_a_child_whose_name_holds_the_words_and_that_comes_meanwhile_stays(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        with session.writing() as tx:
            children.find_or_add(tx, "child-0010")
            tx.execute(update(schema.imports).values(notes=["child-0010 came in", "child-001 came in"]))

    with session.writing() as tx:
        imports.start(tx, "folder", None)
    during_search(monkeypatch, write)
    erasure.erase_child("child-001", actor=COMMAND_LINE)
    with session.reading() as tx:
        (run,) = imports.runs(tx, limit=1)
    assert list(run.notes) == ["child-0010 came in", "[erased] came in"]


def test_an_erasure_that_breaks_leaves_everything_and_watches_no_longer(
    model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(erasures, "remove_recordings", broken)
        with pytest.raises(RuntimeError, match="killed"):
            erasure.erase_child("child-001", actor=COMMAND_LINE)
    with session.reading() as tx:
        assert children.by_pseudonym(tx, "child-001") is not None
        assert tx.execute(select(schema.row_watches.c.id)).all() == []
    assert erasure.erase_child("child-001", actor=COMMAND_LINE).recordings == 9
