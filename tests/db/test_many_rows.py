"""Many rows in and out in each driver's own way: as if SQLAlchemy had taken them."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from db import many_rows, revisions, schema, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("any_database")

NEW = ("recording_id", "first_snapshot_id", "last_snapshot_id", "label", "split", "weight")


def add(*numbers: int) -> None:
    with session.writing() as tx:
        rows = ((number, 1, None, "Noise", "train", 2.5) for number in numbers)
        many_rows.add(tx, schema.snapshot_items, NEW, rows)


def test_rows_are_there_with_their_values_and_the_table_has_another_revision(recordings: list[int]) -> None:
    with session.reading() as tx:
        before = revisions.of(tx, schema.snapshot_items)
    add(*recordings)
    with session.reading() as tx:
        rows = tx.execute(select(schema.snapshot_items).order_by(schema.snapshot_items.c.recording_id)).all()
        assert revisions.of(tx, schema.snapshot_items) != before
    assert [tuple(row) for row in rows] == [(number, 1, None, "Noise", "train", 2.5) for number in sorted(recordings)]


@pytest.mark.parametrize("kind", ["a recording that is none", "twice the same"])
def test_a_row_that_does_not_fit_raises_what_sqlalchemy_raises_and_nothing_stays(
    kind: str, recordings: list[int]
) -> None:
    last = 9999 if kind == "a recording that is none" else recordings[0]
    with pytest.raises(IntegrityError):
        add(*recordings, last)
    with session.reading() as tx:
        assert tx.execute(select(schema.snapshot_items)).all() == []


def test_lines_come_as_words_with_none_for_what_is_empty(recordings: list[int]) -> None:
    with session.writing() as tx:
        names = [{"pseudonym": "Zoë, 5 %", "split": "train"}, {"pseudonym": "kim", "split": None}]
        tx.execute(insert(schema.children), names)
    c = schema.children.c
    joined = (c.pseudonym + "," + c.split).label("line")
    with session.reading() as tx:
        some = set(many_rows.lines(tx, select(joined).where(c.pseudonym.in_(["Zoë, 5 %", "kim"]))))
        assert some == {"Zoë, 5 %,train", None}
        assert list(many_rows.lines(tx, select(joined).where(c.pseudonym == "100 % nobody"))) == []


def test_who_stops_taking_lines_leaves_the_transaction_as_it_was(recordings: list[int]) -> None:
    with session.reading() as tx:
        lines = many_rows.lines(tx, select(schema.recordings.c.sha256))
        assert next(lines)
        lines.close()  # type: ignore[attr-defined]
        assert len(tx.execute(select(schema.recordings.c.id)).all()) == len(recordings)


@pytest.fixture
def recordings() -> list[int]:
    return trained.label_recordings(n_children=2)
