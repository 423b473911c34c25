"""Keys for tests, and putting them in force."""

from __future__ import annotations

import base64

import pytest

from core import config

KEY, OTHER_KEY = (base64.urlsafe_b64encode(bytes([number] * 32)).decode() for number in (1, 2))
PASSPHRASE = "seven horses read aloud"


def put_in_force(patch: pytest.MonkeyPatch, *keys: str) -> None:
    """Set EARSHOT_ENCRYPTION_KEY to these keys, the first for what is new; none: it is not set."""
    patch.setenv("EARSHOT_ENCRYPTION_KEY", ",".join(keys))
    config.settings.cache_clear()
