"""Copies of moved rows in SQLite's file are found wherever they are, and only then is the file rewritten."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, update

from core.domain.actor import COMMAND_LINE
from core.workflows.maintenance import database_log, erasure
from db import leftovers, removed_bytes, row_texts, schema, session
from tests.workflows import trained

WORD = b"ERASEME"


def written_and_removed(file: Path, seed: int, page_bytes: int) -> None:
    """A file whose rows came in another order than that of their numbers, changed, and went in part."""
    rng = random.Random(seed)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(f"PRAGMA page_size={page_bytes}")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT, note TEXT)")
    connection.execute("CREATE INDEX names ON rows (name)")
    numbers = rng.sample(range(4000), 4000)
    with connection:
        connection.execute("BEGIN")
        for number in numbers:
            name = f"{rng.getrandbits(64):016x}{WORD.decode() if number % 7 == 3 else 'staying'}{number}"
            connection.execute("INSERT INTO rows VALUES (?, ?, ?)", (number, name, "n" * rng.randrange(100)))
            if number % 10 == 0:
                connection.execute("UPDATE rows SET note = note || ? WHERE id = ?", ("m" * 40, rng.choice(numbers)))
    connection.execute("DELETE FROM rows WHERE name LIKE '%ERASEME%'")
    connection.close()


def test_whatever_the_file_still_holds_of_removed_rows_is_found(tmp_path: Path) -> None:
    holds = []
    for seed in range(8):
        file = tmp_path / f"{seed}.db"
        written_and_removed(file, seed, page_bytes=(1024, 4096)[seed % 2])
        holds.append(WORD in file.read_bytes())
        assert leftovers.are_left(file, lambda data: WORD in data) == holds[-1]
    assert any(holds)  # else this shows nothing


def test_rows_that_stay_are_nothing_left_over(tmp_path: Path) -> None:
    written_and_removed(tmp_path / "rows.db", 1, page_bytes=4096)
    kept = sqlite3.connect(tmp_path / "rows.db").execute("SELECT name FROM rows ORDER BY id LIMIT 1").fetchone()[0]
    assert kept.encode() in (tmp_path / "rows.db").read_bytes()
    assert not leftovers.are_left(tmp_path / "rows.db", lambda data: kept.encode() in data)


def rewritten(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows each time that the file is rewritten."""
    calls: list[object] = []
    rewrite = removed_bytes._rewrite
    monkeypatch.setattr(removed_bytes, "_rewrite", lambda connection: calls.append(connection) or rewrite(connection))
    return calls


def test_an_erasure_rewrites_the_file_only_where_it_holds_a_copy(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.label_recordings(n_children=3)
    calls = rewritten(monkeypatch)
    assert erasure.erase_child("child-001", actor=COMMAND_LINE).is_complete
    assert not calls
    monkeypatch.setattr(leftovers, "are_left", lambda *_: True)
    assert erasure.erase_child("child-002", actor=COMMAND_LINE).is_complete
    assert len(calls) == 1


@pytest.mark.usefixtures("database")
def test_what_people_wrote_about_the_child_counts_as_well_unless_it_stands_elsewhere() -> None:
    first, second, *_ = trained.label_recordings(n_children=2)
    comment = update(schema.judgements).where(schema.judgements.c.recording_id == bindparam("of"))
    with session.writing() as tx:
        tx.execute(comment.values(comment="speaks with her sister"), {"of": first})
        tx.execute(comment.values(comment="a door is closed"), {"of": second})
        texts = row_texts.texts_about(tx, [first])
        tx.execute(delete(schema.judgements).where(schema.judgements.c.recording_id == first))
    assert texts["judgements", "comment"] == {"speaks with her sister"}
    assert database_log._has_text(b"\0\1speaks with her sister\2", texts)
    assert not database_log._has_text(b"\0\1a door is closed\2", {("judgements", "comment"): {"a door is closed"}})
    assert not database_log._has_text(b"\0\0", texts)
