"""Checks of modules that were downloaded from elsewhere."""

from __future__ import annotations

from core.audio import transfer
from core.audio.transfer import VggishCheck
from core.config import settings


def vggish() -> VggishCheck:
    """Whether the module in force (EARSHOT_VGGISH) is VGGish, by its published smoke test.

    Raises
    ------
    Unavailable
        The module cannot be loaded; the message says how to bring it in by hand.
    """
    return transfer.self_check(settings().vggish)
