"""Many rows in and out in each driver's own way: as if SQLAlchemy had taken them."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Select, insert, literal, select
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


def test_words_come_as_they_are_with_none_for_what_is_empty(recordings: list[int]) -> None:
    names = ["Zoë, 5 %", "back\\slash", "two\nlines", "kim"]
    with session.writing() as tx:
        rows = [{"pseudonym": name, "split": None if name == "kim" else "train"} for name in names]
        tx.execute(insert(schema.children), rows)
    c = schema.children.c
    joined = (c.pseudonym + "," + c.split).label("line")
    with session.reading() as tx:
        some = set(many_rows.values(tx, select(joined).where(c.pseudonym.in_(names))))
        assert some == {*(f"{name},train" for name in names[:3]), None}
        assert list(many_rows.values(tx, select(joined).where(c.pseudonym == "100 % nobody"))) == []


def test_numbers_come_as_numbers(recordings: list[int]) -> None:
    with session.reading() as tx:
        assert sorted(many_rows.values(tx, select(schema.recordings.c.id))) == sorted(recordings)


def many_numbers(recordings: list[int]) -> Select[int]:
    """Each number of a recording, some thousand times."""
    assert len(recordings) ** 4 > 2 * many_rows.READ_AT_ONCE
    a, *others = (schema.recordings.alias(name).c.id for name in "abcd")
    return select((a + 0 * sum(others, start=literal(0))).label("number"))


def test_more_rows_than_are_read_at_once_come_once_each(recordings: list[int]) -> None:
    with session.reading() as tx:
        counted = Counter(many_rows.values(tx, many_numbers(recordings)))
    assert counted == dict.fromkeys(recordings, len(recordings) ** 3)


def test_who_stops_taking_rows_keeps_nothing_from_the_next_transaction(recordings: list[int]) -> None:
    with session.reading() as tx:
        rows = many_rows.values(tx, many_numbers(recordings))
        assert next(rows) in recordings
        rows.close()  # type: ignore[attr-defined]
    for _ in range(2):
        with session.reading() as tx:
            assert sorted(many_rows.values(tx, select(schema.recordings.c.id))) == sorted(recordings)


@pytest.fixture
def recordings() -> list[int]:
    return trained.label_recordings(n_children=2)
