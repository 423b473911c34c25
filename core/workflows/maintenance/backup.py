"""Backup and restore: one zip archive with every row, every recording's bytes and every trained model.

The archive holds children's voices and password hashes: it is readable by its owner only, and belongs where such things
may lie. `backup_archive` says what is in it.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.json_types import JsonObject, json_of, list_of, text_of
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import replacing
from core.workflows.maintenance.backup_archive import (
    Progress,
    new_recordings,
    read_card,
    read_table,
    restore_models,
    restore_recordings,
    write_card,
    write_models,
    write_recordings,
    write_table,
)
from db import accounts, audit, erasures, recordings, session, table_dump


@dataclass(frozen=True)
class BackupResult:
    """What went in or came out; `missing` names recordings whose bytes were not in the storage."""

    recordings: int
    models: int
    rows: int
    missing: list[str]


def backup(out: Path, *, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None) -> BackupResult:
    """Write everything to one archive, which appears under its name when it is whole.

    Parameters
    ----------
    on_progress : called after each recording with (done, total).

    Raises
    ------
    Refused
        There is a file of that name already.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    if out.exists():
        raise Refused(f"{out} exists already; choose another name, a backup never overwrites one.")
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")  # readable by its owner only
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            result = _fill(archive, on_progress)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    with session.writing() as tx:
        audit.record(tx, actor.account_id, actor.name, "backup", out.name, {"recordings": result.recordings})
    return result


def restore(
    path: Path, *, replace: bool = False, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None
) -> BackupResult:
    """Bring everything back from an archive that `backup` wrote. All of the rows come back, or none.

    Parameters
    ----------
    replace : remove what is in the database now, with the bytes, features and models that only it names. Without it a
        database that is not empty is left alone.

    Raises
    ------
    NotFound
        There is no such file.
    Refused
        It is no backup, of another version, or damaged.
    Conflict
        The database is not empty.
    """
    authorisation.require_first(actor, Permission.RESTORE)
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    session.prepare()
    try:
        with zipfile.ZipFile(path) as archive:
            return _restore(archive, replace=replace, actor=actor, on_progress=on_progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise Refused(f"{path} is no backup, or damaged: {error}") from None


def _fill(archive: zipfile.ZipFile, on_progress: Progress | None) -> BackupResult:
    with session.reading() as tx:
        version = table_dump.version(tx)
        n_rows = sum(write_table(archive, table, table_dump.rows(tx, table)) for table in table_dump.tables())
        files = _files_of(tx)
    missing = write_recordings(archive, files, on_progress)
    result = BackupResult(len(files) - len(missing), write_models(archive), n_rows, missing)
    counts = {name: json_of(value) for name, value in vars(result).items()}
    write_card(archive, {"version": version, "made_at": session.now().isoformat(), **counts})
    return result


def _restore(archive: zipfile.ZipFile, *, replace: bool, actor: Actor, on_progress: Progress | None) -> BackupResult:
    card = read_card(archive)
    with session.reading() as tx:
        _check(tx, card, replace=replace)
    fresh = new_recordings(archive)
    try:
        n_recordings, n_models = restore_recordings(archive, on_progress), restore_models(archive)
        detail: JsonObject = {"recordings": n_recordings, "made_at": card.get("made_at")}
        n_rows = _restore_rows(archive, card, detail, fresh, replace=replace, actor=actor)
    except Exception:
        with session.reading() as tx:
            replacing.remove_recordings(fresh, replacing.named_by(tx))
        raise
    erasures.empty_the_log()
    return BackupResult(n_recordings, n_models, n_rows, [text_of(name) for name in list_of(card.get("missing"))])


def _restore_rows(
    archive: zipfile.ZipFile,
    card: JsonObject,
    detail: JsonObject,
    fresh: list[replacing.RecordingFile],
    *,
    replace: bool,
    actor: Actor,
) -> int:
    """Replace all rows, and remove what only the old ones name; how many rows there are now.

    What is replaced goes while the rows are held: when something fails half-way, restoring again finishes it.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.RESTORE)
        _check(tx, card, replace=replace)  # somebody may have begun to work meanwhile
        erasures.overwrite_what_is_removed(tx)
        before = replacing.named_by(tx)
        table_dump.clear(tx)
        n_rows = sum(table_dump.load(tx, table, read_table(archive, table)) for table in table_dump.tables())
        table_dump.continue_numbering(tx)
        account = accounts.by_name(tx, actor.name)  # numbers may mean somebody else now
        audit.record(tx, account.id if account else None, actor.name, "restore", "", detail)
        after = replacing.named_by(tx)
        replacing.remove_unnamed(before, after)
        replacing.remove_recordings(fresh, after)  # of an archive that holds more than its rows name
    return n_rows


def _check(tx: session.Connection, card: JsonObject, *, replace: bool) -> None:
    if card.get("version") != table_dump.version(tx):
        raise Refused(
            f"This backup was made with tables {card.get('version')}; expected {table_dump.version(tx)}. "
            "Restore it with the version that made it, then upgrade."
        )
    if not replace and not table_dump.is_empty(tx):
        raise Conflict("The database is not empty, and restoring would replace what is in it. Nothing was changed.")


def _files_of(tx: session.Connection) -> list[tuple[str, str]]:
    return [(recording.sha256, recording.extension) for recording in recordings.all_recordings(tx)]
