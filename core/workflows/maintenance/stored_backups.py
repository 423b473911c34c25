"""Backups that administrators make and verify on the screen: in one folder of the server, EARSHOT_BACKUP_FOLDER."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.config import settings
from core.domain.actor import Actor
from core.domain.backups import BackupProtection
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import backup, backup_envelope, backup_restore
from core.workflows.maintenance.archived_recordings import Progress
from core.workflows.maintenance.backup import BackupResult
from db import session

ENDING = ".zip"


@dataclass(frozen=True)
class StoredBackup:
    """One file of the folder. `written_at` is in UTC, without a zone."""

    name: str
    size_bytes: int
    written_at: datetime
    protection: BackupProtection


def is_offered() -> bool:
    """Whether a folder for backups is set."""
    return bool(settings().backup_folder)


def stored_backups(*, actor: Actor) -> list[StoredBackup]:
    """The backups of the folder, the newest first."""
    authorisation.require_first(actor, Permission.BACK_UP)
    files = [file for file in _folder().glob(f"*{ENDING}") if file.is_file() and not file.name.startswith(".")]
    return sorted((_described(file) for file in files), key=lambda stored: stored.written_at, reverse=True)


def make_backup(
    *, since: str | None = None, passphrase: str | None = None, actor: Actor, on_progress: Progress | None = None
) -> tuple[str, BackupResult]:
    """Write a backup that is named after this moment; its name, and what is in it.

    since : the name of a backup of the folder whose recordings are not written again.

    Raises
    ------
    Refused
        No folder is set, the passphrase is too short, or somebody else made one in this very second.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    name = f"earshot-{session.now():%Y%m%d-%H%M%S}{ENDING}"
    earlier = None if since is None else _file(since, actor)
    result = backup.backup(_folder() / name, since=earlier, passphrase=passphrase, actor=actor, on_progress=on_progress)
    return name, result


def verify_backup(name: str, *, passphrase: str | None = None, actor: Actor) -> BackupResult:
    """Read a backup of the folder through; raises as `backup_restore.verify` does."""
    return backup_restore.verify(_file(name, actor), passphrase=passphrase, actor=actor)


def restore_backup(
    name: str,
    *,
    passphrase: str | None = None,
    without_lost: bool = False,
    actor: Actor,
    on_progress: Progress | None = None,
) -> BackupResult:
    """Replace everything by a backup of the folder; raises as `restore` does. Everybody signs in anew."""
    authorisation.require_confirmed_first(actor, Permission.RESTORE)
    return backup_restore.restore(
        _file(name, actor),
        replace=True,
        without_lost=without_lost,
        passphrase=passphrase,
        actor=actor,
        on_progress=on_progress,
    )


def _file(name: str, actor: Actor) -> Path:
    if name not in {stored.name for stored in stored_backups(actor=actor)}:
        raise NotFound(
            "There is no backup {name!r} in EARSHOT_BACKUP_FOLDER.",
            name=name,
        )
    return _folder() / name


def _folder() -> Path:
    if not is_offered():
        raise Refused("EARSHOT_BACKUP_FOLDER is empty; set it to a folder, best on another disk.")
    return Path(settings().backup_folder)


def _described(file: Path) -> StoredBackup:
    status = file.stat()
    written_at = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    return StoredBackup(file.name, status.st_size, written_at, backup_envelope.protection_of(file))
