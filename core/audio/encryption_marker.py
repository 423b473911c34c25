"""The file `encryption.json` of a storage: the ids of the keys that its files may need, the newest first.

It lets a start without a key, or with the wrong one, be refused before anything is written in the clear.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.addresses import shown
from core.audio import storage_files
from core.domain.json_types import list_of, object_of, text_of
from core.errors import SettingsError
from core.sealing.keys import SealingKey

PATH = "encryption.json"
FORMAT = 1


def needed_ids(storage: str) -> list[str]:
    """Ids of the keys that the storage names; none: its files are not encrypted.

    Raises
    ------
    SettingsError
        The file cannot be read.
    """
    data = storage_files.read(storage, PATH)
    if data is None:
        return []
    try:
        ids = [text_of(key_id) for key_id in list_of(object_of(json.loads(data)).get("keys"))]
    except ValueError:
        ids = []
    if not ids:  # such a file is never written
        raise SettingsError(
            "{path} in the storage {storage} is damaged; remove it, and with EARSHOT_ENCRYPTION_KEY "
            "set it is written anew. `python -m core encryption status` says which keys are needed.",
            path=PATH,
            storage=shown(storage),
        )
    return ids


def write_ids(storage: str, key_ids: Iterable[str]) -> None:
    """Name the keys that the files need from now on."""
    ids = list(dict.fromkeys(key_ids))
    if ids:
        storage_files.write(storage, PATH, json.dumps({"format": FORMAT, "keys": ids}).encode())
    else:
        storage_files.remove(storage, PATH)


def require_keys(storage: str, keys: Sequence[SealingKey]) -> None:
    """Check that these keys open all of the storage, and name the first one in it.

    Raises
    ------
    SettingsError
        A key is missing.
    """
    needed, own = needed_ids(storage), [key.id for key in keys]
    missing = [key_id for key_id in needed if key_id not in own]
    if missing and not own:
        raise SettingsError(
            "The storage {storage} is encrypted with the key {missing}; set EARSHOT_ENCRYPTION_KEY to it.",
            storage=shown(storage),
            missing=", ".join(missing),
        )
    if missing:
        raise SettingsError(
            "The storage {storage} has files that are encrypted with the key {missing}, and "
            "EARSHOT_ENCRYPTION_KEY has {own}. Put the old key behind the new one, with a comma "
            "between, until `python -m core encryption rotate` has finished.",
            storage=shown(storage),
            missing=", ".join(missing),
            own=", ".join(own),
        )
    if own and needed[:1] != own[:1]:
        write_ids(storage, [own[0], *needed])
