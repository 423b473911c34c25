"""The families of features, with the modules that the settings name."""

from __future__ import annotations

from typing import Any

from core.audio import features as sound
from core.audio import transfer
from core.config import settings


def family(name: str) -> Any:
    """A family of features with the modules that the settings name."""
    return sound.family(name, vggish=settings().vggish, yamnet=settings().yamnet)


def is_genuine(name: str) -> bool:
    """Whether a module is what it is called: figures made with a stand-in are never called VGGish's."""
    return name != "vggish" or transfer.self_check(settings().vggish).is_vggish
