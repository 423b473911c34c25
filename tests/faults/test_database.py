"""The database is away, damaged, full, replaced or of another version: words that say what to do, and nothing half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text, update

from core import config
from core.config import settings
from core.errors import EarshotError, SettingsError, Unavailable
from core.workflows.maintenance import startup
from db import children, database_identity, engines, schema, session
from tests.annotation.people import add_recordings, person

ROOT = Path(__file__).parents[2]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )


def test_a_deleted_database_is_not_made_anew(database: Path) -> None:
    person("ada")
    for file in database.parent.glob("earshot.db*"):
        file.rename(file.with_suffix(".aside"))
    engines.dispose()
    for transaction in (session.reading, session.writing):
        with pytest.raises(Unavailable, match="removed or replaced"), transaction():
            pass
    with pytest.raises(Unavailable, match="removed or replaced"):
        session.prepare()
    assert not database.exists()


def test_another_database_in_the_place_of_the_own_is_not_touched(database: Path) -> None:
    other = database.with_name("other.db")
    other.write_bytes(b"")
    other.replace(database)
    with pytest.raises(Unavailable, match="start Earshot anew"), session.writing() as tx:
        children.find_or_add(tx, "child")
    assert database.read_bytes() == b""


@pytest.mark.parametrize("damage", ["not a database at all " * 300, "SQLite format 3\0" + "x" * 8000])
def test_a_damaged_database_says_how_to_come_back(storage: Path, damage: str) -> None:
    storage.mkdir()
    (storage / "earshot.db").write_text(damage)
    with pytest.raises(Unavailable, match="python -m core restore"):
        startup.prepare()


def add_children(count: int, *, most_pages: int) -> None:
    with session.writing() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count={most_pages}")
        tx.execute(update(schema.recordings).values(word="kat"))
        for number in range(count):
            children.find_or_add(tx, f"{number}-{'x' * 60}")


def test_a_full_disk_says_so_and_stores_nothing_half(database: Path) -> None:
    add_recordings(1)
    with engines.engine().connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engines.dispose()
    with pytest.raises(Unavailable, match="full"):
        add_children(200, most_pages=pages)
    engines.dispose()
    with session.reading() as tx:
        assert [child.pseudonym for child in children.all_children(tx)] == ["child-1"]


@pytest.mark.parametrize("address", ["nonsense", "mysql://x/y", "postgres//x", "http://host"])
def test_an_address_of_nothing_known_is_refused_with_an_example(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", address)
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match=r"postgresql\+psycopg://name:password@host/database"):
        settings()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_addresses_as_providers_write_them_work(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", f"{scheme}://me:secret@nowhere.invalid/earshot")
    config.settings.cache_clear()
    with pytest.raises(Unavailable, match="does not answer") as refused:
        startup.prepare()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("command", [("app.py",), ("-m", "core", "accounts", "list")])
def test_a_start_with_a_bad_database_ends_with_one_sentence(command: tuple[str, ...], storage: Path) -> None:
    storage.mkdir()
    (storage / "earshot.db").write_text("nothing" * 1000)
    done = run(*command)
    assert done.returncode == 1
    assert "damaged, or no database" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "file" / "storage"))
    config.settings.cache_clear()
    with pytest.raises(EarshotError, match="file"):
        startup.prepare()


@pytest.mark.usefixtures("any_database")
def test_a_database_of_a_newer_version_is_refused_in_words() -> None:
    with session.writing() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="9999, which this Earshot does not know"):
        session.prepare()


@pytest.fixture
def empty_postgres(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of PostgreSQL without tables, in force."""
    name = f"earshot_empty_{os.getpid()}_{time.monotonic_ns()}"
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("EARSHOT_DATABASE_URL", url)
    config.settings.cache_clear()
    yield name
    engines.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.dispose()


def test_servers_that_start_on_an_empty_postgresql_at_once_all_start(empty_postgres: str) -> None:
    starts = [("-c", "from db import session; session.prepare()")] * 4
    with ThreadPoolExecutor(len(starts)) as pool:
        ended = list(pool.map(lambda words: run(*words), starts))
    assert [done.returncode for done in ended] == [0] * len(starts), [done.stderr[-500:] for done in ended]


def test_a_database_that_was_dropped_and_created_again_is_not_worked_with(empty_postgres: str, postgres: str) -> None:
    session.prepare()
    person("ada")
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {empty_postgres} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {empty_postgres}"))
    server.dispose()
    with pytest.raises(Unavailable, match="created again"), session.reading():
        pass


@pytest.fixture
def stopped_backend(postgres_database: str) -> Iterator[None]:
    """The server's process for the one connection of the pool is stopped, as on a machine that hangs."""
    engines.dispose()
    with session.reading() as tx:
        process = psutil.Process(tx.execute(text("SELECT pg_backend_pid()")).scalar_one())
    process.send_signal(signal.SIGSTOP)
    yield
    process.send_signal(signal.SIGCONT)


def test_a_postgresql_that_hangs_is_given_up(stopped_backend: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_TIMEOUT_S", "0.2")
    monkeypatch.setattr("db.postgres_limits.GRACE_S", 0.3)
    config.settings.cache_clear()
    began = time.monotonic()
    with session.reading() as tx:  # by a new connection, when the old one has not answered
        assert tx.execute(text("SELECT 1")).scalar() == 1
    assert time.monotonic() - began < 10


def test_a_statement_that_takes_too_long_is_ended(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_TIMEOUT_S", "0.3")
    config.settings.cache_clear()
    engines.dispose()
    with pytest.raises(Unavailable, match="too long"), session.reading() as tx:
        tx.execute(text("SELECT pg_sleep(20)"))
    with session.reading() as tx:
        assert tx.execute(text("SELECT 1")).scalar() == 1


def test_forgetting_is_what_a_new_start_does(database: Path) -> None:
    database.unlink()
    database_identity.forget()
    engines.dispose()
    session.prepare()
    assert database.exists()
