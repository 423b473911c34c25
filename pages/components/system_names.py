"""What can be trained, as people read it: feature families, classifiers, tasks, the paper's systems."""

from __future__ import annotations

from core.domain import catalogue
from core.translation import mark
from pages.components.words import say

FAMILIES = (
    mark("VGGish after its last activation"),
    mark("VGGish convolutions"),
    mark("Signal dynamics"),
    mark("Steady dynamics"),
    mark("Stand-in for {family}"),
)
KINDS = (mark("Support vector machine"), mark("Boosted trees"), mark("Fusion of several"), mark("boosting"))
SYSTEMS = {
    catalogue.MULTICLASS: mark("Multiclass"),
    catalogue.BINARY: mark("Binary"),
    catalogue.DOUBLE_BINARY: mark("Double binary"),
    "mean": mark("Merged: mean"),
    "majority": mark("Merged: majority"),
    catalogue.FUSION: mark("Fusion"),
}


def family_title(features: str) -> str:
    """`VGGish`, `Signal dynamics+MFCC`, `Stand-in for VGGish`: a family, or several."""
    families = catalogue.without_stand_in(features).split(catalogue.FAMILY_SEPARATOR)
    name = catalogue.FAMILY_SEPARATOR.join(say(catalogue.FAMILY_NAMES.get(family, family)) for family in families)
    return say("Stand-in for {family}", family=name) if catalogue.is_stand_in(features) else name


def kind_title(kind: str) -> str:
    """`DNN`, `Boosted trees`."""
    return say(catalogue.KIND_NAMES.get(kind, kind))


def classifier_title(kind: str) -> str:
    """`DNN`, `boosting`: the short name, beside others."""
    return say(catalogue.CLASSIFIER_NAMES.get(kind, kind))


def task_title(system: str) -> str:
    """`Double binary`, `Merged: mean`."""
    return say(SYSTEMS.get(system, system.capitalize()))
