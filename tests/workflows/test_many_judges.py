"""Many judges at once: two judgements a recording, by two people; none lost, none doubled, nobody starves."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, make_url, select, text

from core import config
from core.errors import Conflict
from core.labels import Label
from core.workflows import annotating
from db import schema, session
from db.records import Account
from tests.judging.people import add_recordings, give, people

POSTGRES = os.environ.get("EARSHOT_TEST_POSTGRES", "")
RECORDINGS = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite always; PostgreSQL where EARSHOT_TEST_POSTGRES names a server on which a database may be made."""
    if request.param == "sqlite":
        session.prepare()
        yield
        return
    if not POSTGRES:
        pytest.skip("no PostgreSQL: set EARSHOT_TEST_POSTGRES to a URL such as postgresql+psycopg://me@host/postgres")
    name = f"earshot_test_{secrets.token_hex(4)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("EARSHOT_DATABASE_URL", url)
    config.settings.cache_clear()
    session.prepare()
    yield
    session.engine().dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


def work(judge: Account) -> int:
    """Judge until the desk stays empty; how many labels were saved."""
    saved = 0
    while items := annotating.ahead(judge, sitting="tab", count=3, with_figures=False).items:
        for item in items:
            try:
                saved += not give(judge, item, list(Label)[item.recording_id % 3]).already
            except Conflict:
                continue
    return saved


def by_recording() -> dict[int, list[int]]:
    with session.reading() as tx:
        found: dict[int, list[int]] = {}
        for recording_id, account_id in tx.execute(
            select(schema.judgements.c.recording_id, schema.judgements.c.account_id)
        ):
            found.setdefault(recording_id, []).append(account_id)
        return found


@pytest.mark.usefixtures("any_database")
def test_eight_judges_at_once_give_every_recording_two_judgements_by_two_people() -> None:
    judges = people(*(f"judge {number}" for number in range(8)))
    ids = add_recordings(RECORDINGS)
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(work, judges))
    given = by_recording()
    assert sorted(given) == ids
    assert all(len(accounts) == len(set(accounts)) == 2 for accounts in given.values())
    assert sum(saved) == 2 * RECORDINGS


@pytest.mark.usefixtures("any_database")
def test_eight_judges_who_ignore_their_claims_still_make_no_third_judgement() -> None:
    judges = people(*(f"judge {number}" for number in range(8)))
    ids = add_recordings(5)

    def rush(judge: Account) -> int:
        return sum(is_taken(judge, recording_id) for recording_id in ids)

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(rush, judges))
    assert taken == 10
    assert {len(set(accounts)) for accounts in by_recording().values()} == {2}


@pytest.mark.usefixtures("any_database")
def test_the_same_label_sent_by_eight_connections_at_once_is_one_judgement() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: give(anna, only, request="same"), range(8)))
    assert Counter(answer.already for answer in answers) == {True: 7, False: 1}
    assert by_recording() == {only: [anna.id]}


def is_taken(judge: Account, recording_id: int) -> bool:
    try:
        give(judge, recording_id)
    except Conflict:
        return False
    return True
