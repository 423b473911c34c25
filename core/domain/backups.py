"""How a backup is protected."""

from __future__ import annotations

from enum import StrEnum


class BackupProtection(StrEnum):
    """What opens a backup."""

    NOTHING = "nothing"  # whoever has the file reads it
    STORAGE_KEY = "storage key"  # the key of EARSHOT_ENCRYPTION_KEY when it was made
    PASSPHRASE = "passphrase"  # noqa: S105 - the kind, not a passphrase
