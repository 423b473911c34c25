"""Checking the storage against the tables: rotted bytes, lost ones, and files that no row names. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.audio import storage_files, store
from core.config import settings
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import Damaged, NotFound, SettingsError
from core.workflows.accounts import authorisation
from db import recordings, session

FOLDER = "recordings"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class StorageReport:
    """What a check of the storage found.

    n_whole : recordings whose bytes are what their hash says.
    rotted : names of recordings whose bytes are others, or do not open.
    lost : names of recordings without bytes.
    unopened : names of recordings whose key is not set.
    strays : paths of files that belong to no recording.
    """

    n_whole: int
    rotted: tuple[str, ...]
    lost: tuple[str, ...]
    unopened: tuple[str, ...]
    strays: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not (self.rotted or self.lost or self.unopened or self.strays)


def check_storage(*, actor: Actor, on_progress: Progress | None = None) -> StorageReport:
    """Read every recording and compare it with its hash; list what no row names.

    Raises
    ------
    Unavailable
        The storage is away.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    before = set(storage_files.paths_below(settings().storage, FOLDER))  # a file that comes later has a row by then
    with session.reading() as tx:
        rows = list(recordings.all_files(tx))
    by_state: dict[str, list[str]] = {"whole": [], "rotted": [], "lost": [], "unopened": []}
    for done, (sha256, extension) in enumerate(rows, start=1):
        by_state[_state(sha256, extension)].append(f"{sha256}.{extension}")
        if on_progress is not None:
            on_progress(done, len(rows))
    names = {f"{sha256}.{extension}" for sha256, extension in rows}
    strays = sorted(path for path in before if PurePosixPath(path).name not in names)
    return StorageReport(
        len(by_state["whole"]),
        tuple(by_state["rotted"]),
        tuple(by_state["lost"]),
        tuple(by_state["unopened"]),
        tuple(strays),
    )


def _state(sha256: str, extension: str) -> str:
    try:
        is_whole = store.sha256_of(store.get(settings().storage, sha256, extension)) == sha256
    except NotFound:
        return "lost"
    except Damaged:
        return "rotted"
    except SettingsError:
        return "unopened"
    return "whole" if is_whole else "rotted"
