"""Backup and restore: one zip archive with every row, every recording's bytes and every trained model.

One that builds on an earlier backup leaves out the recordings that lie there: see `backup_chain`.

The archive holds children's voices and password hashes: it is readable by its owner only, and belongs where such things
may lie. `backup_archive` says what is in it, `backup_envelope` how it is encrypted. It holds the original bytes, of an
encrypted storage too: whoever opens it can restore it anywhere, and the storage there encrypts with its own key.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.backups import BackupProtection
from core.domain.json_types import JsonObject, list_of, text_of
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import backup_chain, backup_envelope, database_log, replacing, restored_rows
from core.workflows.maintenance.backup_archive import (
    RECORDINGS,
    Holders,
    Progress,
    check_recordings,
    new_models,
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
from core.workflows.maintenance.backup_chain import Earlier
from core.workflows.training import model_folders
from db import audit, recordings, session, table_dump


@dataclass(frozen=True)
class BackupResult:
    """What went in or came out.

    missing : recordings whose bytes are left out: they are not in the storage, or damaged.
    damaged : of these, the ones whose bytes are not what their hash says.
    erased_again : recordings that came with the backup and were removed, since their child was erased after it.
    withdrawn : models that had learned from such a child.
    is_log_empty : False while somebody reads an older state of the database: its log still has the rows of before.
    protection : what opens the archive.
    n_earlier : of the recordings those that lie in earlier archives, which this one builds on.
    """

    recordings: int
    models: int
    rows: int
    missing: list[str]
    erased_again: int = 0
    withdrawn: tuple[str, ...] = ()
    is_log_empty: bool = True
    protection: BackupProtection = BackupProtection.NOTHING
    damaged: tuple[str, ...] = ()
    n_earlier: int = 0


def backup(
    out: Path,
    *,
    since: Path | None = None,
    passphrase: str | None = None,
    actor: Actor = COMMAND_LINE,
    on_progress: Progress | None = None,
) -> BackupResult:
    """Write everything to one archive, which appears under its name when it is whole.

    Parameters
    ----------
    since : an earlier backup in the same folder: recordings that it holds, or builds on, are not written again.
    passphrase : encrypts the archive, and opens the earlier ones that need it. Without it EARSHOT_BACKUP_PASSPHRASE
        does, else the key of the storage, if any.
    on_progress : called after each recording with (done, total).

    Raises
    ------
    Refused
        There is a file of that name already, the passphrase is too short, or the earlier backup cannot be used.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    backup_envelope.require_usable(passphrase)
    if out.exists():
        raise Refused(
            "{out} exists already; choose another name, a backup never overwrites one.",
            out=out,
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    earlier = Earlier() if since is None else _earlier(since, out, passphrase)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")  # readable by its owner only
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, backup_envelope.archive_to_write(file, passphrase) as archive:
            result = dataclasses.replace(
                _fill(archive, earlier, on_progress), protection=backup_envelope.chosen_protection(passphrase)
            )
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    detail: JsonObject = {"recordings": result.recordings, "opens with": result.protection.value}
    with session.writing() as tx:
        audit.record(tx, actor.account_id, actor.name, "backup", out.name, detail)
    return result


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


@contextmanager
def _opened(path: Path, passphrase: str | None) -> Iterator[tuple[zipfile.ZipFile, Holders]]:
    """An archive, and for each of its recordings the archive that holds it."""
    if not path.is_file():
        raise NotFound(
            "There is no file {path}.",
            path=path,
        )
    with (
        _named_when_damaged(path),
        backup_envelope.archive_to_read(path, passphrase) as archive,
        backup_chain.opened_chain(archive, path, passphrase) as holders,
    ):
        yield archive, holders


def _earlier(since: Path, out: Path, passphrase: str | None) -> Earlier:
    with _named_when_damaged(since):
        return backup_chain.earlier_of(since, out, passphrase)


@contextmanager
def _named_when_damaged(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise Refused(
            "{path} is no backup, or damaged: {error}",
            path=path,
            error=error,
        ) from None


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
    n_rows = sum(sum(1 for _ in read_table(archive, table)) for table in table_dump.tables())
    models = {name.split("/")[1] for name in archive.namelist() if name.startswith("models/")}
    tally = {"recordings": n_own, "models": len(models), "rows": n_rows}
    for what, count in tally.items():
        if card.get(what) != count:
            raise Refused(
                "The backup is damaged: it names {promised} {what} and holds {count}.",
                promised=card.get(what),
                what=what,
                count=count,
            )
    missing, damaged = _left_out(card)
    backup_chain.require_whole(holders, archive, missing)
    return BackupResult(n_recordings, len(models), n_rows, missing, damaged=damaged, n_earlier=n_recordings - n_own)


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
        It is no backup, of another version, damaged, or the passphrase is missing or wrong.
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


def _fill(archive: zipfile.ZipFile, earlier: Earlier, on_progress: Progress | None) -> BackupResult:
    made_at = session.now()
    with session.reading() as tx:
        version = table_dump.version(tx)
        n_rows = sum(write_table(archive, table, table_dump.rows(tx, table)) for table in table_dump.tables())
        files = _files_of(tx)
    new = [file for file in files if f"{RECORDINGS}{file[0]}.{file[1]}" not in earlier.recordings]
    left_out = write_recordings(archive, new, on_progress)
    result = BackupResult(
        len(files) - len(left_out.missing),
        write_models(archive),
        n_rows,
        left_out.missing,
        damaged=tuple(left_out.damaged),
        n_earlier=len(files) - len(new),
    )
    card = {"version": version, "made_at": made_at.isoformat(), **_counts(result), **earlier.as_json()}
    write_card(archive, card)
    return result


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
    with session.reading() as tx:
        restored_rows.check_restorable(tx, card, replace=replace)
    backup_chain.require_whole(holders, archive, _left_out(card)[0])
    fresh, fresh_models = new_recordings(holders), new_models(archive)
    try:
        n_recordings, damaged = restore_recordings(holders, on_progress, without_lost=without_lost)
        n_models = restore_models(archive)
        detail: JsonObject = {"recordings": n_recordings, "made_at": card.get("made_at")}
        rows = restored_rows.restore_rows(archive, card, detail, fresh, replace=replace, actor=actor)
    except Exception:
        with session.reading() as tx:
            replacing.remove_recordings(fresh, replacing.named_by(tx))
        for folder in fresh_models:
            model_folders.unshare(folder.name)
            shutil.rmtree(folder, ignore_errors=True)
        raise
    is_log_empty = database_log.empty()
    missing, damaged_before = _left_out(card)
    missing += damaged
    return BackupResult(
        n_recordings,
        n_models,
        rows.count,
        missing,
        rows.erased_again,
        rows.withdrawn,
        is_log_empty,
        damaged=(*damaged_before, *damaged),
    )


def _left_out(card: JsonObject) -> tuple[list[str], tuple[str, ...]]:
    """Recordings that were missing or damaged when the backup was made; backups of before have no damaged ones."""
    missing, damaged = ([text_of(name) for name in list_of(card.get(key, []))] for key in ("missing", "damaged"))
    return missing, tuple(damaged)


def _counts(result: BackupResult) -> JsonObject:
    return {
        "recordings": result.recordings - result.n_earlier,  # that this archive itself holds
        "models": result.models,
        "rows": result.rows,
        "missing": [*result.missing],
        "damaged": [*result.damaged],
    }


def _files_of(tx: session.Connection) -> list[tuple[str, str]]:
    return [(recording.sha256, recording.extension) for recording in recordings.all_recordings(tx)]
