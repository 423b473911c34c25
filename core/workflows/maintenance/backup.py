"""A backup: one zip archive with every row, every recording's bytes and every trained model.

One that builds on an earlier backup leaves out the recordings that lie there: see `backup_chain`.

The archive holds children's voices and password hashes: it is readable by its owner only, and belongs where such things
may lie. `backup_archive` says what is in it, `backup_envelope` how it is encrypted. It holds the original bytes, of an
encrypted storage too: whoever opens it can restore it anywhere, and the storage there encrypts with its own key.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.backups import BackupProtection
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import Refused
from core.workflows.accounts import authorisation
from core.workflows.maintenance import backup_chain, backup_envelope
from core.workflows.maintenance.archived_models import write_models
from core.workflows.maintenance.archived_recordings import RECORDINGS, Progress, write_recordings
from core.workflows.maintenance.backup_archive import named_when_damaged, write_card, write_table
from core.workflows.maintenance.backup_chain import Earlier
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
    made_with : the version of the tables, of a backup that an earlier version of Earshot made.
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
    made_with: str | None = None


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


def _earlier(since: Path, out: Path, passphrase: str | None) -> Earlier:
    with named_when_damaged(since):
        return backup_chain.earlier_of(since, out, passphrase)


def _fill(archive: zipfile.ZipFile, earlier: Earlier, on_progress: Progress | None) -> BackupResult:
    made_at = session.now()
    with tempfile.TemporaryFile("w+") as new:  # their names, while sound is copied for hours
        with session.reading() as tx:
            version = table_dump.version(tx)
            n_rows = sum(write_table(archive, table, table_dump.rows(tx, table)) for table in table_dump.tables())
            n_files, n_new = _note_files(tx, earlier, new)
        left_out = write_recordings(archive, _noted_files(new), n_new, on_progress)
    result = BackupResult(
        n_files - len(left_out.missing),
        write_models(archive),
        n_rows,
        left_out.missing,
        damaged=tuple(left_out.damaged),
        n_earlier=n_files - n_new,
    )
    card = {"version": version, "made_at": made_at.isoformat(), **_counts(result), **earlier.as_json()}
    write_card(archive, card)
    return result


def _counts(result: BackupResult) -> JsonObject:
    return {
        "recordings": result.recordings - result.n_earlier,  # that this archive itself holds
        "models": result.models,
        "rows": result.rows,
        "missing": [*result.missing],
        "damaged": [*result.damaged],
    }


def _note_files(tx: session.Connection, earlier: Earlier, new: TextIO) -> tuple[int, int]:
    """A line for each recording that is to be written; how many there are in all, and how many of these."""
    n_files = n_new = 0
    for sha256, extension in recordings.all_files(tx):
        n_files += 1
        if f"{RECORDINGS}{sha256}.{extension}" not in earlier.recordings:
            new.write(f"{sha256}.{extension}\n")
            n_new += 1
    return n_files, n_new


def _noted_files(new: TextIO) -> Iterator[tuple[str, str]]:
    new.seek(0)
    for line in new:
        sha256, _, extension = line.rstrip("\n").partition(".")
        yield sha256, extension
