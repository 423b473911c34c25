"""The families of features, with the modules that the settings name."""

from __future__ import annotations

from core.audio import features, transfer
from core.audio.features import FeatureFamily
from core.domain.catalogue import MODULE_OF_FAMILY
from core.workflows.training import module_store


def family(name: str) -> FeatureFamily:
    """A family of features with the modules that the settings name."""
    return features.family(name, vggish=_address(name, "vggish"), yamnet=_address(name, "yamnet"))


def is_genuine(name: str) -> bool:
    """Whether the module of a family is the published one; figures of a stand-in never bear the module's name."""
    if MODULE_OF_FAMILY.get(name) != "vggish":
        return True
    return transfer.self_check(module_store.address("vggish")).is_vggish


def _address(family: str, module: str) -> str:
    """Of the module that the family needs; "" of the others, which nobody has to copy."""
    return module_store.address(module) if MODULE_OF_FAMILY.get(family) == module else ""
