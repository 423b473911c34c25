"""A locked database, a full disk: the judge is told in words, and the same label sent again is stored once.

On 503 the browser keeps the label in its outbox and sends it again, see `desk/js/outbox.js`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from core.domain.labels import Role
from db import engines, schema, session
from tests.annotation.people import add_recordings, lay
from tests.pages.test_judging_endpoints import Browser


@pytest.fixture
def anna(stranger: TestClient) -> Browser:
    return Browser(stranger, Role.JUDGE, "anna")


def count_stored() -> int:
    with session.reading() as tx:
        return tx.execute(select(func.count()).select_from(schema.judgements)).scalar_one()


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LOCK_WAIT_S", 0.3)


@contextmanager
def connections_with(pragma: str) -> Iterator[None]:
    """Every connection to the database inside the block is opened with this setting."""

    def set_it(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    engines.dispose()
    event.listen(engines.engine(), "connect", set_it)
    yield
    event.remove(engines.engine(), "connect", set_it)
    engines.dispose()


@pytest.mark.usefixtures("short_wait")
def test_a_locked_database_is_told_and_the_label_is_stored_when_sent_again(
    anna: Browser, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (only,) = add_recordings(1)
    lay(anna.account, only)
    monkeypatch.setattr("tests.pages.test_judging_endpoints.lay", lambda *_: None)
    other = sqlite3.connect(database, isolation_level=None)
    with connections_with("busy_timeout=100"):
        other.execute("BEGIN IMMEDIATE")
        status, answer = anna.label(only, seconds_heard=1.0)
        other.execute("ROLLBACK")
    other.close()
    assert (status, count_stored()) == (503, 0)
    assert "locked" in answer["error"]
    assert anna.label(only, seconds_heard=1.0)[0] == 200
    assert count_stored() == 1


def test_a_full_disk_is_told_and_the_label_is_stored_when_sent_again(
    anna: Browser, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = add_recordings(60)
    for recording_id in ids:
        lay(anna.account, recording_id)
    monkeypatch.setattr("tests.pages.test_judging_endpoints.lay", lambda *_: None)
    with session.reading() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    taken = []
    with connections_with(f"max_page_count={pages}"):
        for recording_id in ids:
            status, answer = anna.label(
                recording_id, request_id=f"r{recording_id}", seconds_heard=1.0, comment="x" * 900
            )
            if status != 200:
                break
            taken.append(recording_id)
    assert status == 503
    assert "full" in answer["error"]
    assert count_stored() == len(taken)
    assert anna.label(recording_id, request_id=f"r{recording_id}", seconds_heard=1.0)[0] == 200
    assert count_stored() == len(taken) + 1


@pytest.mark.usefixtures("short_wait")
def test_the_desk_of_a_database_out_of_reach_is_told_in_words(anna: Browser, database: Path) -> None:
    add_recordings(3)
    other = sqlite3.connect(database, isolation_level=None)
    with connections_with("busy_timeout=100"):
        other.execute("BEGIN EXCLUSIVE")
        answers = [anna.post("desk"), anna.post("undo"), anna.post("skip", recording_id=1, round=1)]
        other.execute("ROLLBACK")
    other.close()
    assert [status for status, _ in answers] == [503, 503, 503]
    assert all("locked" in answer["error"] for _, answer in answers)
