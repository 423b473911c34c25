"""Encryption at rest: how far it is, and the whole storage sealed with the first key, or opened for good.

Each file is opened, checked and written anew by one rename, so that whatever stops in between loses nothing: what is
done is done, and the next run goes on. People may work meanwhile, as long as their processes have both keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from core.audio import encryption_marker, resealing
from core.audio.resealing import SealableFile
from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import Damaged, Refused, SettingsError
from core.sealing.keys import SealingKey
from core.workflows.accounts import authorisation, sealing
from db import audit, recordings, session, two_step, webhooks

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class EncryptionStatus:
    """Files of the storage by the key that opens them.

    first_key : id of the key for new files; None: they are not encrypted.
    n_by_key : files under each key, in force or not.
    unknown_keys : ids of keys that files need and the settings do not have.
    """

    first_key: str | None
    n_plain: int
    n_by_key: dict[str, int]
    unknown_keys: tuple[str, ...]


@dataclass(frozen=True)
class UnchangedFile:
    """A file that could not be written anew, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class EncryptionResult:
    """What one run did: files written anew, those that were right already, those that could not be."""

    changed: int
    unchanged: int
    failed: tuple[UnchangedFile, ...]
    status: EncryptionStatus


def status() -> EncryptionStatus:
    """Look at the first bytes of every file."""
    counts = Counter(file.key_id for file in resealing.stored_files(settings().storage))
    n_plain, own = counts.pop(None, 0), [key.id for key in settings().encryption_keys]
    n_by_key = {str(key_id): count for key_id, count in counts.most_common()}
    return EncryptionStatus(
        own[0] if own else None, n_plain, n_by_key, tuple(sorted(key_id for key_id in n_by_key if key_id not in own))
    )


def encrypt(*, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None) -> EncryptionResult:
    """Encrypt with the first key what was stored before there was one. Raises as `rotate` does."""
    key = _first_key(actor)
    return _write_anew("encrypt", key, lambda file: file.key_id is None, actor, on_progress)


def rotate(*, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None) -> EncryptionResult:
    """Bring every file under the first key: what has an older one, and what has none.

    Raises
    ------
    Refused
        No key is set.
    SettingsError
        The storage has files of a key that is not set.
    """
    key = _first_key(actor)
    return _write_anew("rotate keys", key, lambda file: file.key_id != key.id, actor, on_progress)


def decrypt(*, actor: Actor = COMMAND_LINE, on_progress: Progress | None = None) -> EncryptionResult:
    """Write every file in the clear, so that no key is needed any more."""
    authorisation.require_first(actor, Permission.ENCRYPT)
    return _write_anew("decrypt", None, lambda file: file.key_id is not None, actor, on_progress)


def require_keys() -> None:
    """Check at a start that the keys in force open the storage of this machine; one elsewhere is asked when it is used.

    Raises
    ------
    SettingsError
        A key is missing.
    """
    if "://" not in settings().storage:
        encryption_marker.require_keys(settings().storage, settings().encryption_keys)


def _first_key(actor: Actor) -> SealingKey:
    authorisation.require_first(actor, Permission.ENCRYPT)
    keys = settings().encryption_keys
    if not keys:
        raise Refused("EARSHOT_ENCRYPTION_KEY is empty; `python -m core encryption new-key` prints a key for it.")
    encryption_marker.require_keys(settings().storage, keys)
    return keys[0]


def _write_anew(
    action: str,
    key: SealingKey | None,
    is_due: Callable[[SealableFile], bool],
    actor: Actor,
    on_progress: Progress | None,
) -> EncryptionResult:
    files = list(resealing.stored_files(settings().storage))
    due = [file for file in files if is_due(file)]
    changed, failed = 0, []
    for done, file in enumerate(due, start=1):
        try:
            changed += _write_one(file, key)
        except (Damaged, SettingsError) as error:
            failed.append(UnchangedFile(file.path, str(error)))
        if on_progress is not None:
            on_progress(done, len(due))
    after = status()
    still_needed = [key_id for key_id in after.n_by_key if key is None or key_id != key.id]
    encryption_marker.write_ids(settings().storage, [*([key.id] if key else []), *still_needed])
    detail: JsonObject = {"files": changed, "failed": len(failed), "key": key.id if key else None}
    with session.writing() as tx:
        keys = [key] if key else []
        detail["secrets"] = sum(
            of_table.reseal_secrets(tx, lambda sealed: sealing.reseal(sealed, keys))
            for of_table in (two_step, webhooks)
        )
        audit.record(tx, actor.account_id, actor.name, action, "storage", detail)
    return EncryptionResult(changed, len(files) - len(due), tuple(failed), after)


def _write_one(file: SealableFile, key: SealingKey | None) -> bool:
    """Within a transaction that holds the recording's row: an erasure waits, then removes what was written here."""
    with session.writing() as tx:
        recordings.hold_by_sha256(tx, file.sha256)
        return resealing.reseal(settings().storage, file, key)
