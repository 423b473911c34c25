"""The steps that train models, by name, with the seconds that each takes until an earlier job has shown better."""

from __future__ import annotations

from collections.abc import Sequence

from core.messages import Message
from core.workflows.training import model_specs
from core.workflows.training.model_specs import ClassifierSpec, ModelSpec

USUAL_FEATURES_S = 30.0
USUAL_TRAINING_S = {"svm": 2.0, "boosting": 6.0, "dnn": 10.0, "rnn": 37.0}


def by_family(specs: Sequence[ModelSpec]) -> dict[str, list[ClassifierSpec]]:
    """Every classifier of the models once, by its family of features."""
    of_families: dict[str, list[ClassifierSpec]] = {}
    for classifier in model_specs.classifiers_of(specs):
        of_families.setdefault(classifier.features, []).append(classifier)
    return of_families


def of_specs(specs: Sequence[ModelSpec]) -> list[tuple[str | Message, float]]:
    """Name and usual seconds of each step: of a family first its features, then its classifiers."""
    steps: list[tuple[str | Message, float]] = []
    for family, classifiers in by_family(specs).items():
        steps.append((features_step(family), USUAL_FEATURES_S))
        steps += [(training_step(classifier), USUAL_TRAINING_S[classifier.kind]) for classifier in classifiers]
    return steps


def features_step(family: str) -> Message:
    return Message("Features: {family}", {"family": family})


def training_step(classifier: ClassifierSpec) -> Message:
    return Message("Train: {network}", {"network": classifier.name})
