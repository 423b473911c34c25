"""Reading a backup: verified without a change, or restored, all of its rows or none."""

from __future__ import annotations

import dataclasses
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.json_types import JsonObject, list_of, text_of
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import backup_chain, backup_envelope, database_log, replacing, restored_rows
from core.workflows.maintenance.archived_models import new_models, restore_models
from core.workflows.maintenance.archived_recordings import (
    Holders,
    Progress,
    check_recordings,
    new_recordings,
    restore_recordings,
)
from core.workflows.maintenance.archived_rows import opened_rows, require_promised
from core.workflows.maintenance.backup import BackupResult
from core.workflows.maintenance.backup_archive import named_when_damaged, read_card, read_table
from core.workflows.training import model_folders
from db import session


def verify(path: Path, *, passphrase: str | None = None, actor: Actor = COMMAND_LINE) -> BackupResult:
    """Read a whole backup without restoring it: every recording against its hash, every row, every model file.

    Raises
    ------
    NotFound, Refused
        There is no such file; it is no backup, damaged, or the passphrase is missing or wrong.
    SettingsError
        It needs a key that EARSHOT_ENCRYPTION_KEY does not have.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    with _opened(path, passphrase) as (archive, holders):
        return dataclasses.replace(_verified(archive, holders), protection=backup_envelope.protection_of(path))


def restore(
    path: Path,
    *,
    replace: bool = False,
    without_lost: bool = False,
    passphrase: str | None = None,
    actor: Actor = COMMAND_LINE,
    on_progress: Progress | None = None,
) -> BackupResult:
    """Bring everything back from an archive that `backup` wrote. All of the rows come back, or none.

    Parameters
    ----------
    replace : remove what is in the database now, with the bytes, features and models that only it names. Without it a
        database that is not empty is left alone.
    without_lost : go on without recordings whose bytes in the backup are damaged.
    passphrase : of a backup that was encrypted with one.

    Raises
    ------
    NotFound
        There is no such file.
    Refused
        It is no backup, of a newer version, damaged, or the passphrase is missing or wrong.
    SettingsError
        It needs a key that EARSHOT_ENCRYPTION_KEY does not have.
    Conflict
        The database is not empty.
    """
    authorisation.require_confirmed_first(actor, Permission.RESTORE)
    with _opened(path, passphrase) as (archive, holders):
        session.prepare()
        return _restore(
            archive, holders, replace=replace, without_lost=without_lost, actor=actor, on_progress=on_progress
        )


@contextmanager
def _opened(path: Path, passphrase: str | None) -> Iterator[tuple[zipfile.ZipFile, Holders]]:
    """An archive, and for each of its recordings the archive that holds it."""
    if not path.is_file():
        raise NotFound(
            "There is no file {path}.",
            path=path,
        )
    with (
        named_when_damaged(path),
        backup_envelope.archive_to_read(path, passphrase) as archive,
        backup_chain.opened_chain(archive, path, passphrase) as holders,
    ):
        yield archive, holders


def _verified(archive: zipfile.ZipFile, holders: Holders) -> BackupResult:
    card = read_card(archive)
    broken = archive.testzip()
    if broken is not None:
        raise Refused(
            "The backup is damaged: {broken} cannot be read.",
            broken=broken,
        )
    check_recordings(holders)
    n_recordings, n_own = len(holders), backup_chain.own_of(holders, archive)
    with opened_rows(archive, card) as rows:
        n_rows = sum(1 for table in rows.tables for _ in read_table(archive, table))
    models = {name.split("/")[1] for name in archive.namelist() if name.startswith("models/")}
    for what, count in {"recordings": n_own, "models": len(models), "rows": n_rows}.items():
        require_promised(card, what, count)
    missing, damaged = _left_out(card)
    backup_chain.require_whole(holders, archive, missing)
    n_earlier = n_recordings - n_own
    return BackupResult(
        n_recordings, len(models), n_rows, missing, damaged=damaged, n_earlier=n_earlier, made_with=rows.earlier
    )


def _restore(
    archive: zipfile.ZipFile,
    holders: Holders,
    *,
    replace: bool,
    without_lost: bool,
    actor: Actor,
    on_progress: Progress | None,
) -> BackupResult:
    card = read_card(archive)
    missing, damaged_before = _left_out(card)
    with session.reading() as tx:
        restored_rows.require_restorable(tx, replace=replace)
    backup_chain.require_whole(holders, archive, missing)
    with opened_rows(archive, card) as rows, _taken_back_on_failure(archive, holders) as fresh:
        n_recordings, damaged = restore_recordings(holders, on_progress, without_lost=without_lost)
        n_models = restore_models(archive)
        detail: JsonObject = {"recordings": n_recordings, "made_at": card.get("made_at")}
        detail |= {"tables": rows.earlier} if rows.earlier else {}
        restored = restored_rows.restore_rows(rows.of, detail, fresh, replace=replace, actor=actor)
    return BackupResult(
        n_recordings,
        n_models,
        restored.count,
        [*missing, *damaged],
        restored.erased_again,
        restored.withdrawn,
        is_log_empty=database_log.empty(),
        damaged=(*damaged_before, *damaged),
        made_with=rows.earlier,
    )


@contextmanager
def _taken_back_on_failure(archive: zipfile.ZipFile, holders: Holders) -> Iterator[list[replacing.RecordingFile]]:
    """The recordings of a backup that are not there yet: these and its models go again when the block fails."""
    fresh, fresh_models = new_recordings(holders), new_models(archive)
    try:
        yield fresh
    except Exception:
        with session.reading() as tx:
            replacing.remove_recordings(fresh, replacing.named_by(tx))
        for folder in fresh_models:
            model_folders.unshare(folder.name)
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _left_out(card: JsonObject) -> tuple[list[str], tuple[str, ...]]:
    """Recordings that were missing or damaged when the backup was made; backups of before have no damaged ones."""
    missing, damaged = ([text_of(name) for name in list_of(card.get(key, []))] for key in ("missing", "damaged"))
    return missing, tuple(damaged)
