"""Checks of modules that were downloaded from elsewhere."""

from __future__ import annotations

from core.audio import transfer
from core.audio.vggish_check import VggishCheck
from core.workflows.training import module_store


def vggish() -> VggishCheck:
    """Whether the module in force is VGGish, and which version: by its layers, then by a sine.

    Raises
    ------
    Unavailable
        The module cannot be loaded; the message says how to bring it in by hand.
    """
    return transfer.self_check(module_store.address("vggish"))
