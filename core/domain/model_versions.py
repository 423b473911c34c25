"""Names of models that people can say: a family and a number, "Fusion 7". A number is never used twice."""

from __future__ import annotations

from core.domain.catalogue import CLASSIFIER_NAMES, FAMILY_NAMES, FAMILY_SEPARATOR, FUSION, without_stand_in
from core.domain.model_cards import CardSpec

LONGEST = 60
OTHER = "Model"


def version_family(spec: CardSpec) -> str:
    """What models of one kind are called: "Fusion", "MFCC DNN"; "Model" where a card does not say what was fitted."""
    if spec.kind == FUSION:
        return FUSION.capitalize()
    features = without_stand_in(spec.features)
    names = " + ".join(FAMILY_NAMES.get(family, family) for family in features.split(FAMILY_SEPARATOR) if family)
    kind = CLASSIFIER_NAMES.get(spec.kind, spec.kind)
    return f"{names} {kind}".strip()[:LONGEST] or OTHER


def version_name(family: str, number: int) -> str:
    """`Fusion 7`."""
    return f"{family} {number}"
