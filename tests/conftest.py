"""Fixtures every room uses. Each test has its own storage, its own database and nobody signed in."""

from __future__ import annotations

import gc
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from core import config
from core.workflows.accounts import passwords
from core.workflows.deployment import warm_model
from db import clock, database_identity, engines, session
from tests.copied_storage import copied_storage, originals  # noqa: F401
from tests.identity_provider import provider, running_provider  # noqa: F401
from tests.installation import scheduler  # noqa: F401
from tests.object_storage import object_storage  # noqa: F401
from tests.postgres import any_database, postgres, postgres_database, postgres_tables  # noqa: F401 - of every room
from tests.whole_app import server, stranger, visitor  # noqa: F401

SHARED = Path(os.environ.get("EARSHOT_TEST_SHARED", Path(__file__).parents[1].parent / "shared"))

COMPILED = 5000  # statements

# Seeded like everything else, and never timed: a busy machine is no failure
settings.register_profile("earshot", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("earshot")


def pytest_collection_finish() -> None:
    """What all tests import lives as long as the process: no collection of garbage looks through it any more."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh storage folder; every EARSHOT_* variable of the surroundings is out of the way."""
    for name in [name for name in os.environ if name.startswith("EARSHOT_") and name != "EARSHOT_TEST_SHARED"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "storage"))
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "models"))
    config.settings.cache_clear()
    yield tmp_path / "storage"
    warm_model.close()
    config.settings.cache_clear()
    engines._engines.cache_clear()
    database_identity.forget()
    clock.forget()
    end_cluster(tmp_path / "storage")


def end_cluster(folder: Path) -> None:
    """End the local cluster that a test has started there, so that nothing of a test outlives it."""
    try:
        pid = int(json.loads((folder / "cluster.json").read_text())["pid"])
        if "core.workflows.jobs.local_cluster" in psutil.Process(pid).cmdline():
            os.killpg(pid, signal.SIGKILL)  # it leads a session of its own
    except (OSError, ValueError, KeyError, psutil.Error):
        return


@pytest.fixture(scope="session", autouse=True)
def cheap_password_hashes() -> Iterator[None]:
    """Hashes of the same kind at the least cost: thousands of invented passwords need no minute of a processor."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", lambda: hasher)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """SQLAlchemy compiles each statement once in a process, and not for each test's file of SQLite anew."""
    make_engine, compiled, first = engines.sqlite_engine, LRUCache[Any, Any](COMPILED), list[Engine]()

    def make_alike(url: str, *, lock_wait_s: float, is_for_reading: bool = False) -> Engine:
        engine = make_engine(url, lock_wait_s=lock_wait_s, is_for_reading=is_for_reading)
        first[:] = first or [engine]
        engine.dialect, engine._compiled_cache = first[0].dialect, compiled
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engines, "sqlite_engine", make_alike)
        yield


_EMPTY_DATABASE: list[bytes] = []


def _read_settings() -> None:
    """Those of this test: a thread of the one before may have begun to read them, and keeps them when it is done."""
    config.settings()  # what comes later than this is not kept
    while config.settings() != config.Settings():
        config.settings.cache_clear()
        config.settings()


@pytest.fixture
def database(storage: Path) -> Path:
    """A fresh database with all its tables: those of the first, which alone goes through all migrations."""
    file = storage / "earshot.db"
    _read_settings()
    if not _EMPTY_DATABASE:
        session.prepare()
        engines.dispose()
        with closing(sqlite3.connect(file)) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _EMPTY_DATABASE.append(file.read_bytes())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_EMPTY_DATABASE[0])
    session.prepare()
    return file


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The development corpus beside the project, where there is one."""
    folder = SHARED / "corpus"
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}; point EARSHOT_TEST_SHARED at a folder that has one")
    return folder
