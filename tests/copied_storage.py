"""What takes long to make is made once in a process; each further test gets a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from core.config import settings
from db import engines, session

Result = TypeVar("Result")

_RESULTS: dict[str, object] = {}


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the storages stand that others are copied from."""
    return tmp_path_factory.mktemp("originals")


@pytest.fixture
def copied_storage(database: Path, originals: Path) -> Callable[[Callable[[], Result]], Result]:
    """`copied_storage(train)`: the storage, its SQLite database and the models as `train` leaves them; what it returns.

    `train` runs in the first test that asks for it, and must depend on nothing that differs between tests. What it
    returns is shared by all of them.
    """

    def provide(make: Callable[[], Result]) -> Result:
        original = originals / f"{make.__module__}.{make.__qualname__}"
        if not original.exists():
            _RESULTS[original.name] = make()
            engines.dispose()  # the last connection writes the log into the database
            _copy(settings().local_folder, original / "storage")
            _copy(settings().models, original / "models")
        else:
            engines.dispose()
            _copy(original / "storage", settings().local_folder)
            _copy(original / "models", settings().models)
        session.keep_time()
        return _RESULTS[original.name]  # type: ignore[return-value]

    return provide


def _copy(source: Path, target: Path) -> None:
    """All files, into those that are there: the database stays the file that this process knows."""
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)
