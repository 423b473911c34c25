"""What lies around the zip of a backup: nothing, or chunks sealed with the storage's key or with a passphrase.

    nothing        the zip itself
    storage key    a head of `sealed_bytes`, then chunks
    passphrase     8 bytes EARPASS1, 8 id of the derived key, 16 salt, 12 cost of Argon2id, then chunks

Chunks are written one after the other and read anywhere, so a backup of any size passes through little memory.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from core.config import settings
from core.domain.backups import BackupProtection
from core.errors import Refused
from core.sealing import passphrases, sealed_bytes
from core.sealing.chunks import SALT_BYTES, ChunkCipher, damaged
from core.sealing.keys import ID_BYTES, key_of_id
from core.sealing.passphrases import COST_BYTES, Argon2Cost
from core.sealing.streams import SealedReader, SealingWriter
from core.workflows.maintenance.long_archive import LongArchive

PASSPHRASE_MAGIC = b"EARPASS1"
PASSPHRASE_HEAD_BYTES = len(PASSPHRASE_MAGIC) + ID_BYTES + SALT_BYTES + COST_BYTES
NAME = "The backup"
COST = Argon2Cost()


def chosen_protection(passphrase: str | None) -> BackupProtection:
    """How a backup that is written now is protected: what is encrypted at rest is never backed up in the clear."""
    if passphrase or settings().backup_passphrase.get_secret_value():
        return BackupProtection.PASSPHRASE
    return BackupProtection.STORAGE_KEY if settings().encryption_keys else BackupProtection.NOTHING


def protection_of(path: Path) -> BackupProtection:
    """How a backup was protected, by its first bytes."""
    with path.open("rb") as file:
        begin = file.read(len(PASSPHRASE_MAGIC))
    if begin == PASSPHRASE_MAGIC:
        return BackupProtection.PASSPHRASE
    return BackupProtection.STORAGE_KEY if sealed_bytes.is_sealed(begin) else BackupProtection.NOTHING


def needs_passphrase(path: Path) -> bool:
    """Whether a backup opens with a passphrase that the settings do not have."""
    is_known = bool(settings().backup_passphrase.get_secret_value())
    return protection_of(path) is BackupProtection.PASSPHRASE and not is_known


def require_usable(passphrase: str | None) -> None:
    """Refuse a passphrase that is too short, before any work.

    Raises
    ------
    Refused
    """
    if passphrase is not None:
        passphrases.require_long(passphrase)
    elif settings().backup_passphrase.get_secret_value():
        passphrases.require_long(settings().backup_passphrase.get_secret_value())


@contextmanager
def archive_to_write(file: IO[bytes], passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    """A zip that goes into the file, sealed as `chosen_protection` says. It is whole when the block ends well."""
    head_and_cipher = _new_head(passphrase)
    if head_and_cipher is None:
        with LongArchive(file) as archive:
            yield archive
        return
    head, cipher = head_and_cipher
    file.write(head)
    writer = SealingWriter(file, cipher)
    with LongArchive(cast(IO[bytes], writer)) as archive:
        yield archive
    writer.finish()


@contextmanager
def archive_to_read(path: Path, passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    """The zip of a backup.

    Parameters
    ----------
    passphrase : what somebody typed; then a backup that is not encrypted is refused, since it may be another's.

    Raises
    ------
    Refused, Damaged, SettingsError
        The passphrase or the key is missing or wrong, or the file was changed.
    """
    protection = protection_of(path)
    if passphrase is not None and protection is not BackupProtection.PASSPHRASE:
        raise Refused(
            "{path} is not encrypted with a passphrase. Is it the backup that you mean? Then leave it out.",
            path=path,
        )
    with path.open("rb") as file:
        if protection is BackupProtection.NOTHING:
            source: IO[bytes] = file
        else:
            cipher, begin = _cipher_of(file, path, protection, passphrase)
            source = io.BufferedReader(SealedReader(file, cipher, begin=begin, name=NAME))
        with zipfile.ZipFile(source) as archive:
            yield archive


def _new_head(passphrase: str | None) -> tuple[bytes, ChunkCipher] | None:
    protection = chosen_protection(passphrase)
    if protection is BackupProtection.NOTHING:
        return None
    if protection is BackupProtection.STORAGE_KEY:
        key = settings().encryption_keys[0]
        head = sealed_bytes.new_head(key)
        return head, sealed_bytes.cipher_of(key, head, NAME)
    salt = secrets.token_bytes(SALT_BYTES)
    key = passphrases.key_from(passphrase or settings().backup_passphrase.get_secret_value(), salt, COST)
    head = PASSPHRASE_MAGIC + bytes.fromhex(key.id) + salt + COST.packed()
    return head, ChunkCipher(key, salt=salt, head=head, name=NAME)


def _cipher_of(
    file: IO[bytes], path: Path, protection: BackupProtection, passphrase: str | None
) -> tuple[ChunkCipher, int]:
    """The cipher of a sealed backup, and where its chunks begin."""
    if protection is BackupProtection.PASSPHRASE:
        return _cipher_of_passphrase(file.read(PASSPHRASE_HEAD_BYTES), path, passphrase), PASSPHRASE_HEAD_BYTES
    head = file.read(sealed_bytes.HEAD_BYTES)
    if len(head) < sealed_bytes.HEAD_BYTES:
        raise damaged(NAME)
    key = key_of_id(settings().encryption_keys, sealed_bytes.key_id(head), str(path))
    return sealed_bytes.cipher_of(key, head, NAME), sealed_bytes.HEAD_BYTES


def _cipher_of_passphrase(head: bytes, path: Path, passphrase: str | None) -> ChunkCipher:
    if len(head) < PASSPHRASE_HEAD_BYTES:
        raise damaged(NAME)
    passphrase = passphrase or settings().backup_passphrase.get_secret_value()
    if not passphrase:
        raise Refused(
            "{path} is encrypted with a passphrase, which was not given.",
            path=path,
        )
    key_id, salt_and_cost = head[len(PASSPHRASE_MAGIC) :][:ID_BYTES], head[len(PASSPHRASE_MAGIC) + ID_BYTES :]
    salt, cost = salt_and_cost[:SALT_BYTES], Argon2Cost.unpacked(salt_and_cost[SALT_BYTES:])
    key = passphrases.key_from(passphrase, salt, cost)
    if bytes.fromhex(key.id) != key_id:
        raise Refused(
            "The passphrase does not open {path}: it is another one, or the file is damaged.",
            path=path,
        )
    return ChunkCipher(key, salt=salt, head=head, name=NAME)
