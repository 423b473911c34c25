"""Backup and restore: one zip archive with every row, every recording's bytes and every trained model.

The archive holds children's voices and password hashes: it is readable by its owner only, and belongs where such things
may lie. `backup_archive` says what is in it.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.erasure import ErasureOccasion, ModelsChoice, Tombstone
from core.domain.json_types import JsonObject, list_of, text_of
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import database_log, erased_rows, replacing, tombstones
from core.workflows.maintenance.backup_archive import (
    Progress,
    check_recordings,
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
from core.workflows.maintenance.erased_rows import ErasureReason
from db import accounts, audit, children, erasure_records, recordings, retention, session, table_dump


@dataclass(frozen=True)
class BackupResult:
    """What went in or came out.

    missing : recordings whose bytes were not in the storage.
    erased_again : recordings that came with the backup and were removed, since their child was erased after it.
    withdrawn : models that had learned from such a child.
    is_log_empty : False while somebody reads an older state of the database: its log still has the rows of before.
    """

    recordings: int
    models: int
    rows: int
    missing: list[str]
    erased_again: int = 0
    withdrawn: tuple[str, ...] = ()
    is_log_empty: bool = True


@dataclass(frozen=True)
class _Rows:
    """What came back into the tables."""

    count: int
    erased_again: int
    withdrawn: tuple[str, ...]


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


def verify(path: Path, *, actor: Actor = COMMAND_LINE) -> BackupResult:
    """Read a whole backup without restoring it: every recording against its hash, every row, every model file.

    Raises
    ------
    NotFound, Refused
        There is no such file; it is no backup, or damaged.
    """
    authorisation.require_first(actor, Permission.BACK_UP)
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            return _verified(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise Refused(f"{path} is no backup, or damaged: {error}") from None


def _verified(archive: zipfile.ZipFile) -> BackupResult:
    card = read_card(archive)
    damaged = archive.testzip()
    if damaged is not None:
        raise Refused(f"The backup is damaged: {damaged} cannot be read.")
    n_recordings = check_recordings(archive)
    n_rows = sum(sum(1 for _ in read_table(archive, table)) for table in table_dump.tables())
    models = {name.split("/")[1] for name in archive.namelist() if name.startswith("models/")}
    found = {"recordings": n_recordings, "models": len(models), "rows": n_rows}
    for what, count in found.items():
        if card.get(what) != count:
            raise Refused(f"The backup is damaged: it names {card.get(what)} {what} and holds {count}.")
    return BackupResult(n_recordings, len(models), n_rows, [text_of(name) for name in list_of(card.get("missing"))])


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
    authorisation.require_confirmed_first(actor, Permission.RESTORE)
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    session.prepare()
    try:
        with zipfile.ZipFile(path) as archive:
            return _restore(archive, replace=replace, actor=actor, on_progress=on_progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise Refused(f"{path} is no backup, or damaged: {error}") from None


def _fill(archive: zipfile.ZipFile, on_progress: Progress | None) -> BackupResult:
    made_at = session.now()
    with session.reading() as tx:
        version = table_dump.version(tx)
        n_rows = sum(write_table(archive, table, table_dump.rows(tx, table)) for table in table_dump.tables())
        files = _files_of(tx)
    missing = write_recordings(archive, files, on_progress)
    result = BackupResult(len(files) - len(missing), write_models(archive), n_rows, missing)
    write_card(archive, {"version": version, "made_at": made_at.isoformat(), **_counts(result)})
    return result


def _restore(archive: zipfile.ZipFile, *, replace: bool, actor: Actor, on_progress: Progress | None) -> BackupResult:
    card = read_card(archive)
    with session.reading() as tx:
        _check(tx, card, replace=replace)
    fresh = new_recordings(archive)
    try:
        n_recordings, n_models = restore_recordings(archive, on_progress), restore_models(archive)
        detail: JsonObject = {"recordings": n_recordings, "made_at": card.get("made_at")}
        rows = _restore_rows(archive, card, detail, fresh, replace=replace, actor=actor)
    except Exception:
        with session.reading() as tx:
            replacing.remove_recordings(fresh, replacing.named_by(tx))
        raise
    is_log_empty = database_log.empty()
    missing = [text_of(name) for name in list_of(card.get("missing"))]
    return BackupResult(n_recordings, n_models, rows.count, missing, rows.erased_again, rows.withdrawn, is_log_empty)


def _restore_rows(
    archive: zipfile.ZipFile,
    card: JsonObject,
    detail: JsonObject,
    fresh: list[replacing.RecordingFile],
    *,
    replace: bool,
    actor: Actor,
) -> _Rows:
    """Replace all rows, and remove what only the old ones name. What was erased since the backup is erased again.

    What is replaced goes while the rows are held: when something fails half-way, restoring again finishes it.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.RESTORE)
        _check(tx, card, replace=replace)  # somebody may have begun to work meanwhile
        before = replacing.named_by(tx)
        stones, receipts_before = erasure_records.all_tombstones(tx), erasure_records.receipts(tx)
        replaced_log = audit.clear(tx)  # first: its rows point to accounts
        table_dump.clear(tx)
        n_rows = sum(table_dump.load(tx, table, read_table(archive, table)) for table in table_dump.tables())
        table_dump.continue_numbering(tx)
        account = accounts.by_name(tx, actor.name)  # numbers may mean somebody else now
        actor = Actor(account.id if account else None, actor.name)
        if replaced_log.n_entries:
            detail = detail | {"replaced_entries": replaced_log.n_entries, "replaced_head": replaced_log.hash}
        audit.record(tx, actor.account_id, actor.name, "restore", "", detail)
        erasure_records.add_missing_receipts(tx, receipts_before)
        retention.begin_anew(tx, session.now())  # old rules: a day to look at them before anything goes by itself
        erased_again, withdrawn = _erase_again(tx, stones, actor)
        after = replacing.named_by(tx)
        replacing.remove_unnamed(before, after)
        replacing.remove_recordings(fresh, after)  # of an archive that holds more than its rows name
    return _Rows(n_rows, erased_again, withdrawn)


def _erase_again(tx: session.Connection, stones: Sequence[Tombstone], actor: Actor) -> tuple[int, tuple[str, ...]]:
    """Apply erasures that the backup does not know of; how many recordings went, and the models that were withdrawn.

    A backup that holds the tombstone was made after the erasure: who is in it came in again since.
    """
    known = set(erasure_records.all_tombstones(tx))
    unknown = [stone for stone in stones if stone not in known]
    erasure_records.add_tombstones(tx, unknown)
    pseudonyms, numbers = tombstones.matching(tx, unknown)
    for pseudonym in pseudonyms:
        child = children.by_pseudonym(tx, pseudonym)
        numbers += [recording.id for recording in recordings.of_child(tx, child.id)] if child else []
    if not pseudonyms and not numbers:
        return 0, ()
    choice = ModelsChoice.WITHDRAW
    reason = ErasureReason(ErasureOccasion.RESTORE)
    erased = erased_rows.remove(tx, pseudonyms, set(numbers), choice=choice, actor=actor, reason=reason)
    return erased.recordings, erased.learned


def _counts(result: BackupResult) -> JsonObject:
    return {
        "recordings": result.recordings,
        "models": result.models,
        "rows": result.rows,
        "missing": [*result.missing],
    }


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
