"""A throwaway PostgreSQL for tests: an own cluster in a temporary folder, reached by a socket in it, gone afterwards.

EARSHOT_TEST_POSTGRES names another server, on which databases may be made, such as
`postgresql+psycopg://me@host/postgres`.
"""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from core import config
from db import clock, database_identity, engines, session

NAMED = os.environ.get("EARSHOT_TEST_POSTGRES", "")
INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
OPTIONS = "-c max_connections=100 -c listen_addresses="
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server on which databases may be made."""
    if NAMED:
        yield NAMED
        return
    if not INSTALLED[-1].is_file():
        pytest.skip("no PostgreSQL: install it (Debian: apt-get install postgresql) or set EARSHOT_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="earshot-postgres-"))
    try:
        with running_server(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server(folder: Path, *, is_durable: bool = False) -> Iterator[str]:
    """A server on a cluster in this folder, made where there is none yet, and stopped at the end; its URL.

    is_durable : what it has committed is on the disk, as wherever it is not for tests alone
    """
    owner = _owner()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, owner)
    if not (folder / "data").exists():
        _run(owner, "initdb", "--auth=trust", "--username=postgres", "--no-sync", "-D", folder / "data")
    options = f"{OPTIONS} {'' if is_durable else QUICK} -c unix_socket_directories={folder}"
    _run(owner, "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run(owner, "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> Iterator[str]:
    """The name of a database with all tables, which others are copied from: it alone goes through all migrations."""
    name = f"earshot_tables_{secrets.token_hex(4)}"
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    with pytest.MonkeyPatch.context() as patched:
        _in_force(postgres, name, patched)
        session.prepare()
        engines.dispose()  # PostgreSQL copies no database that somebody is connected to
    config.settings.cache_clear()
    database_identity.forget()
    clock.forget()
    yield name
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _in_force(postgres: str, name: str, patched: pytest.MonkeyPatch) -> str:
    """Make this database of the server the one in force; its URL."""
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    patched.setenv("EARSHOT_DATABASE_URL", url)
    config.settings.cache_clear()
    return url


@pytest.fixture
def postgres_database(postgres: str, postgres_tables: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh database with all its tables, in force for this test."""
    name = f"earshot_test_{secrets.token_hex(4)}"
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_tables}"))
    url = _in_force(postgres, name, monkeypatch)
    session.prepare()
    yield url
    engines.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> None:
    """The same test on both kinds of database."""
    request.getfixturevalue("postgres_database" if request.param == "postgresql" else "database")


def _owner() -> str:
    """PostgreSQL never runs as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no account named postgres")


def _run(owner: str, program: str, *words: str | Path) -> None:
    done = subprocess.run(
        [INSTALLED[-1].parent / program, *words],
        user=owner if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never end
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}"
