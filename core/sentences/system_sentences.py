"""What can be trained, in the reader's language: feature families, classifiers, tasks, the paper's systems."""

from __future__ import annotations

from core.domain import catalogue
from core.translation import DEFAULT_LANGUAGE, mark, translate

FAMILIES = (
    mark("VGGish after its last activation"),
    mark("VGGish convolutions"),
    mark("Signal dynamics"),
    mark("Steady dynamics"),
)
KINDS = (mark("Support vector machine"), mark("Boosted trees"), mark("Fusion of several"), mark("boosting"))
SYSTEMS = {
    catalogue.MULTICLASS: mark("Multiclass"),
    catalogue.BINARY: mark("Binary"),
    catalogue.DOUBLE_BINARY: mark("Double binary"),
    "binary-noise": mark("Binary (Noise)"),
    "binary-speechless": mark("Binary (Speechless)"),
    "mean": mark("Merged: mean"),
    "majority": mark("Merged: majority"),
    catalogue.FUSION: mark("Fusion"),
}


def family_words(features: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`VGGish`, `Signal dynamics+MFCC`, `Stand-in for VGGish`: a family, or several."""
    families = catalogue.without_stand_in(features).split(catalogue.FAMILY_SEPARATOR)
    names = (translate(speaks, catalogue.FAMILY_NAMES.get(family, family)) for family in families)
    name = catalogue.FAMILY_SEPARATOR.join(names)
    return translate(speaks, "Stand-in for {family}", family=name) if catalogue.is_stand_in(features) else name


def kind_words(kind: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`DNN`, `Boosted trees`."""
    return translate(speaks, catalogue.KIND_NAMES.get(kind, kind))


def classifier_words(kind: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`DNN`, `boosting`: the short name, beside others."""
    return translate(speaks, catalogue.CLASSIFIER_NAMES.get(kind, kind))


def task_words(system: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`Double binary`, `Merged: mean`."""
    return translate(speaks, SYSTEMS.get(system, system.capitalize()))


def spec_words(features: str, kind: str, task: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`MFCC DNN double binary`: what is trained, in one line; without a task where the kind says all."""
    family, name = family_words(features, speaks=speaks), classifier_words(kind, speaks=speaks)
    return " ".join(filter(None, [family, name, task and task_words(task, speaks=speaks).lower()]))


def stored_spec_words(name: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The same of a stored name such as `steady SVM multiclass`; another text as it is."""
    by_name = {shown: kind for kind, shown in catalogue.CLASSIFIER_NAMES.items()}
    features, _, rest = name.partition(" ")
    kind, _, task = rest.partition(" ")
    families = catalogue.without_stand_in(features).split(catalogue.FAMILY_SEPARATOR)
    if not all(family in catalogue.FAMILY_NAMES for family in families):
        return name
    if kind == catalogue.FUSION and not task:
        return f"{family_words(features, speaks=speaks)} {translate(speaks, SYSTEMS[kind]).lower()}"
    if kind not in by_name or task not in SYSTEMS:
        return name
    return spec_words(features, by_name[kind], task, speaks=speaks)
