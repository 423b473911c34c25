"""The rows of a backup, back in the tables: all of them or none, and what was erased since is erased again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.erasure import ErasureOccasion, ModelsChoice, Tombstone
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import Conflict
from core.workflows.accounts import authorisation
from core.workflows.maintenance import erased_rows, replacing, tombstones
from core.workflows.maintenance.archived_rows import RowsOfTable
from core.workflows.maintenance.erased_rows import ErasureReason
from db import (
    accounts,
    api_keys,
    audit,
    children,
    erasure_records,
    kept_counts,
    recordings,
    retention,
    session,
    table_dump,
)


@dataclass(frozen=True)
class RestoredRows:
    """What came back into the tables."""

    count: int
    erased_again: int
    withdrawn: tuple[str, ...]


def restore_rows(
    rows_of: RowsOfTable,
    detail: JsonObject,
    fresh: list[replacing.RecordingFile],
    *,
    replace: bool,
    actor: Actor,
) -> RestoredRows:
    """Replace all rows, and remove what only the old ones name. What was erased since the backup is erased again.

    What is replaced goes while the rows are held: when something fails half-way, restoring again finishes it.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.RESTORE)
        require_restorable(tx, replace=replace)  # somebody may have begun to work meanwhile
        before = replacing.named_by(tx)
        stones, receipts_before = erasure_records.all_tombstones(tx), erasure_records.receipts(tx)
        revoked = api_keys.revoked_hashes(tx)
        replaced_log = audit.clear(tx)  # first: its rows point to accounts
        table_dump.clear(tx)
        n_rows = sum(table_dump.load(tx, table, rows_of(table)) for table in table_dump.tables())
        table_dump.continue_numbering(tx)
        kept_counts.begin_anew(tx)
        api_keys.revoke_hashes(tx, revoked)
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
    return RestoredRows(n_rows, erased_again, withdrawn)


def require_restorable(tx: session.Connection, *, replace: bool) -> None:
    """Refuse to replace what is there unless asked (Conflict)."""
    if not replace and not table_dump.is_empty(tx):
        raise Conflict("The database is not empty, and restoring would replace what is in it. Nothing was changed.")


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
    erased = erased_rows.remove(
        tx, pseudonyms, set(numbers), choice=choice, actor=actor, reason=ErasureReason(ErasureOccasion.RESTORE)
    )
    kept_counts.count_everything_in(tx)  # what is kept of these recordings in counts goes as well
    return erased.recordings, erased.learned
