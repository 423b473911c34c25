"""What is trained: models, each made of one or more classifiers on one or more families of features.

A model decides. Of the paper: multiclass, binary, and double binary (two networks whose p are averaged;
section 3.2.1), each with a DNN or an RNN. Beyond it: a support vector machine and boosted trees, and the fusion of both
over every family that is named, with weights learnt across the training children. `PRODUCT` is what one click trains;
`docs/decisions/` says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.arrays import Float64Array
from core.audio.features import FAMILIES
from core.domain.catalogue import (
    BINARY,
    CLASSIFIER_NAMES,
    DOUBLE_BINARY,
    FAMILY_SEPARATOR,
    FUSION,
    MULTICLASS,
    SINGLE_SYSTEMS,
)
from core.domain.json_types import JsonObject, JsonValue, list_of, number_of, text_of
from core.domain.model_cards import CardSpec
from core.errors import Refused
from core.learning import calibration, classical, classifier_kinds, merging, networks, tasks
from core.learning.calibration import Calibration
from core.learning.classifier_kinds import ClassifierKind, EstimatorSpec
from core.learning.tasks import Probabilities

CLASSIFIER_TASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {MULTICLASS: (MULTICLASS,), BINARY: (BINARY,), DOUBLE_BINARY: tuple(tasks.DOUBLE_BINARY_TASKS)}
)
FUSED_KINDS: tuple[ClassifierKind, ...] = classical.KINDS  # on each family of a fusion
KINDS = (*classifier_kinds.KINDS, FUSION)
DEFAULT_FAMILIES = ("dynamics", "mfcc")  # when only networks are named: neither needs a download


@dataclass(frozen=True)
class ClassifierSpec:
    """One classifier to train. `kind` is one of `classifier_kinds.KINDS`, `task` one of Table 2 of the paper.

    changes : numbers of the estimator that are not the recommended ones, as (name, value)
    """

    features: str
    kind: ClassifierKind
    task: str
    changes: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.features} {CLASSIFIER_NAMES[self.kind]} {self.task}"

    @property
    def slug(self) -> str:
        """The name as a folder is called."""
        return self.name.lower().replace(" ", "-")

    @property
    def spec(self) -> EstimatorSpec:
        """The recommended numbers of the kind, with the changes."""
        recommended = classifier_kinds.default_spec(self.kind)
        values = {name: type(getattr(recommended, name))(value) for name, value in self.changes}
        return replace(recommended, **values)


@dataclass(frozen=True)
class ModelSpec:
    """One model. `features` is one family, or several joined by "+" (fusion); `kind` is one of `KINDS`.

    changes : as in `ClassifierSpec`, of each of its classifiers; none of a fusion
    """

    features: str
    kind: str
    task: str
    changes: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        if self.is_fused:
            return f"{self.features} {self.kind}"
        return f"{self.features} {CLASSIFIER_NAMES[self.kind]} {self.task}"

    @property
    def slug(self) -> str:
        """The name as a folder is called."""
        return self.name.lower().replace(" ", "-").replace(FAMILY_SEPARATOR, "-")

    @property
    def is_fused(self) -> bool:
        return self.kind == FUSION

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(self.features.split(FAMILY_SEPARATOR))

    @property
    def classifiers(self) -> tuple[ClassifierSpec, ...]:
        """The classifiers that the model is made of, those of one family together."""
        kinds = FUSED_KINDS if self.is_fused else (_kind(self.kind),)
        return tuple(
            ClassifierSpec(family, kind, task, self.changes)
            for family in self.families
            for kind in kinds
            for task in CLASSIFIER_TASKS[self.task]
        )

    @staticmethod
    def of_card(spec: CardSpec) -> ModelSpec:
        """The spec that a model card names."""
        return ModelSpec(spec.features, spec.kind, spec.task, spec.changes)


PRODUCT = ModelSpec("steady", FUSION, MULTICLASS)
COMPARISON = ModelSpec("mfcc", "dnn", MULTICLASS)


def requested_specs(features: Sequence[str] | None, kinds: Sequence[str] | None) -> tuple[ModelSpec, ...]:
    """The models that a person chooses: every family with every kind in every task; or the usual two.

    Where only families are named, the kinds are the paper's. A family without frames goes with all but the RNN. A
    fusion takes all families together.

    Raises
    ------
    Refused
        A name that is not known, or families and kinds that do not go together.
    """
    if not features and not kinds:
        return PRODUCT, COMPARISON
    families = [_known(name, tuple(FAMILIES), "Features") for name in features or DEFAULT_FAMILIES]
    chosen_kinds = [_known(name, KINDS, "Network") for name in kinds or networks.KINDS]
    specs = tuple(
        ModelSpec(family, kind, task)
        for family in dict.fromkeys(families)
        for kind in classifier_kinds.KINDS
        if kind in chosen_kinds and networks.accepts_family(kind, is_sequence=is_sequence(family))
        for task in SINGLE_SYSTEMS
    )
    if FUSION in chosen_kinds:
        specs += (ModelSpec(FAMILY_SEPARATOR.join(dict.fromkeys(families)), FUSION, MULTICLASS),)
    if not specs:
        names = ", ".join(families)
        raise Refused(
            "{names} gives one row of numbers a recording, which an RNN cannot read: take dnn.",
            names=names,
        )
    return specs


def is_sequence(family: str) -> bool:
    """Whether a family gives a row a frame; one row a recording otherwise."""
    return FAMILIES[family].is_sequence


def classifiers_of(specs: Sequence[ModelSpec]) -> tuple[ClassifierSpec, ...]:
    """Every classifier of the models once, those of one family together."""
    classifiers = dict.fromkeys(classifier for spec in specs for classifier in spec.classifiers)
    families = dict.fromkeys(classifier.features for classifier in classifiers)
    return tuple(classifier for family in families for classifier in classifiers if classifier.features == family)


def changes_of(stored: JsonValue) -> tuple[tuple[str, float], ...]:
    """The changes of a spec from JSON: a list of pairs of name and value."""
    pairs = [list_of(pair) for pair in list_of(stored)]
    return tuple((text_of(name), number_of(value, 0.0)) for name, value in pairs)


def specs_of(stored: JsonObject) -> tuple[ModelSpec, ...]:
    """The specs that a job trains, by the three names of each; () of a job of another kind."""
    every_names = ([text_of(name) for name in list_of(names)] for names in list_of(stored.get("systems")))
    return tuple(ModelSpec(features, kind, task) for features, kind, task in every_names)


def combine_probabilities(
    spec: ModelSpec, of_classifiers: Sequence[Probabilities], fusion: Calibration | None = None
) -> Probabilities:
    """The probabilities of a model from those of its classifiers, in the order of `spec.classifiers`.

    Double binary: p is the mean of the two, and 1 - p is divided into what each classifier takes for its own reject.
    A fusion weighs its members by `fusion`.

    Raises
    ------
    Refused
        A fusion without weights.
    """
    if spec.is_fused:
        if fusion is None:
            raise Refused(
                "{name} cannot decide without the weights of its members: retrain.",
                name=spec.name,
            )
        return classical.to_probabilities(tasks.task(spec.task), fusion.apply(log_scores(of_classifiers)))
    if spec.task != DOUBLE_BINARY:
        return of_classifiers[0]
    noise, speechless = (p.p_accepted for p in of_classifiers)
    p_accepted = merging.double_binary(noise, speechless)
    return Probabilities(p_accepted, p_noise=np.divide(1.0 - noise, 2.0), p_speechless=np.divide(1.0 - speechless, 2.0))


def log_scores(of_classifiers: Sequence[Probabilities]) -> Float64Array:
    """Logarithms of p [shape=(n_classifiers, n, 3)], classes in the order of their numbers in the multiclass task."""
    task = tasks.task(MULTICLASS)
    return calibration.log_p(np.stack([tasks.class_probabilities(task, p) for p in of_classifiers]))


def _kind(name: str) -> ClassifierKind:
    return classifier_kinds.KINDS[classifier_kinds.KINDS.index(_known(name, classifier_kinds.KINDS, "Network"))]


def _known(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        raise Refused(
            "{what} {name!r} is not known: expected one of {names}.",
            what=what,
            name=name,
            names=", ".join(names),
        )
    return name
