"""The families of features, with the modules that the settings name."""

from __future__ import annotations

from core.audio import features, transfer
from core.audio.features import FeatureFamily
from core.config import settings


def family(name: str) -> FeatureFamily:
    """A family of features with the modules that the settings name."""
    return features.family(name, vggish=settings().vggish, yamnet=settings().yamnet)


def is_genuine(name: str) -> bool:
    """Whether the module of a family is the published one; figures of a stand-in never bear the module's name."""
    return name != "vggish" or transfer.self_check(settings().vggish).is_vggish
