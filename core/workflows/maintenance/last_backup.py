"""When the newest backup was made: by this database's audit log, or by the folder of backups."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from core.config import settings
from core.domain.standing_warnings import BackupFigures
from db import audit, session

ACTION, ENDING = "backup", "*.zip"


def last_backup() -> BackupFigures:
    """The newer of both: a backup that a terminal wrote anywhere counts, and so does one that was copied here."""
    with session.reading() as tx:
        recorded = audit.newest_at(tx, ACTION)
    times = [at for at in (recorded, _newest_file()) if at is not None]
    return BackupFigures(max(times, default=None), session.now())


def _newest_file() -> datetime | None:
    folder = settings().backup_folder
    if not folder:
        return None
    times = [file.stat().st_mtime for file in Path(folder).glob(ENDING) if not file.name.startswith(".")]
    return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None) if times else None
