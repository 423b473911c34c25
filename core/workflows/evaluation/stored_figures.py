"""Figures that take seconds to compute, stored with the version of the rows behind them.

Whoever looks first after a restart then computes nothing. A file `computed/<name>.json` in the storage is a cache: safe
to delete, replaced when rows have changed, and removed by an erasure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress

import core
from core.audio import store
from core.config import settings
from core.domain.json_types import JsonObject, object_of
from core.errors import EarshotError

NAMES = ("paper",)


def stored(name: str, version: Sequence[str]) -> JsonObject | None:
    """The figures of that version of the rows; None where there are none, or the storage is away."""
    with suppress(EarshotError, ValueError, AttributeError):
        data = store.read_cache(settings().storage, _path(name))
        document = object_of(json.loads(data)) if data else {}
        if document.get("version") == _digest(version):
            return object_of(document["figures"])
    return None


def keep(name: str, version: Sequence[str], figures: JsonObject) -> None:
    """Store figures in place of those before. Without a storage they are computed again next time."""
    document = {"version": _digest(version), "figures": figures}
    with suppress(EarshotError):
        store.write(settings().storage, _path(name), json.dumps(document, allow_nan=False).encode())


def forget_all() -> None:
    """Remove all that is stored."""
    for name in NAMES:
        store.remove(settings().storage, _path(name))


def _path(name: str) -> str:
    return f"computed/{name}.json"


def _digest(version: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([core.VERSION, *version]).encode()).hexdigest()
