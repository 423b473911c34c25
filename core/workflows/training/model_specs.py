"""What is trained: systems, each made of one or more classifiers on one or more families of features.

A system is what decides. Of the paper: multiclass, binary, and double binary (two networks whose p are averaged;
section 3.2.1), each with a DNN or an RNN. Beyond it: a support vector machine and boosted trees, and the fusion of both
over every family that is named, with weights learnt across the training children. `PRODUCT` is what one click trains;
why it is this one is measured in `docs/decisions/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from core.audio import features as sound
from core.errors import Refused
from core.learning import calibration, classical, classifier_kinds, merging, networks, tasks
from core.learning.calibration import Calibration
from core.learning.classifier_kinds import ClassifierKind
from core.learning.tasks import Probabilities

DOUBLE_BINARY = "double binary"
TASKS = ("multiclass", "binary", DOUBLE_BINARY)
PIECES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"multiclass": ("multiclass",), "binary": ("binary",), DOUBLE_BINARY: tuple(tasks.DOUBLE_BINARY_TASKS)}
)
FUSION = "fusion"
FUSED: tuple[ClassifierKind, ...] = classical.KINDS  # on each family of a fusion
AND = "+"  # between the families of a fusion
KINDS = (*classifier_kinds.KINDS, FUSION)
WANTED_FAMILIES = ("dynamics", "mfcc")  # when only networks are named: neither needs a download


@dataclass(frozen=True)
class ClassifierSpec:
    """One classifier to train. `kind` is one of `kinds.KINDS`, `task` one of Table 2 of the paper.

    changes : numbers of the spec that are not the recommended ones, as (name, value)
    """

    features: str
    kind: ClassifierKind
    task: str
    changes: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.features} {classifier_kinds.DISPLAY_NAMES[self.kind]} {self.task}"

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def spec(self) -> Any:
        """The recommended `NetworkSpec` or `ClassicalSpec` of the kind, with the changes."""
        recommended: Any = classifier_kinds.default_spec(self.kind)
        changed = {name: type(getattr(recommended, name))(value) for name, value in self.changes}
        return replace(recommended, **changed)


@dataclass(frozen=True)
class ModelSpec:
    """One decision. `features` is one family, or several joined by `AND` (fusion); `kind` is one of `KINDS`.

    changes : as in `Network`, of each of its networks; none of a fusion
    """

    features: str
    kind: str
    task: str
    changes: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple((name, value) for name, value in self.changes))  # a card has lists

    @property
    def name(self) -> str:
        if self.is_fused:
            return f"{self.features} {self.kind}"
        return f"{self.features} {classifier_kinds.DISPLAY_NAMES[self.kind]} {self.task}"

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-").replace(AND, "-")

    @property
    def is_fused(self) -> bool:
        return self.kind == FUSION

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(self.features.split(AND))

    @property
    def networks(self) -> tuple[ClassifierSpec, ...]:
        of_family = FUSED if self.is_fused else (_kind(self.kind),)
        return tuple(
            ClassifierSpec(family, kind, piece, self.changes)
            for family in self.families
            for kind in of_family
            for piece in PIECES[self.task]
        )


PRODUCT = ModelSpec("dynamics", FUSION, "multiclass")
COMPARISON = ModelSpec("mfcc", "dnn", "multiclass")


def requested_specs(features: Sequence[str] | None, of_kinds: Sequence[str] | None) -> tuple[ModelSpec, ...]:
    """The systems a person asks for: every family with every kind in every task; or the usual two.

    Where only families are named, the kinds are the paper's. A family without frames goes with all but the RNN. A
    fusion takes all families together.

    Raises
    ------
    Refused
        A name that is not known, or families and networks that do not go together.
    """
    if not features and not of_kinds:
        return PRODUCT, COMPARISON
    chosen = [_known(name, tuple(sound.FAMILIES), "Features") for name in features or WANTED_FAMILIES]
    with_kinds = [_known(name, KINDS, "Network") for name in of_kinds or networks.KINDS]
    systems = tuple(
        ModelSpec(family, kind, task)
        for family in dict.fromkeys(chosen)
        for kind in classifier_kinds.KINDS
        if kind in with_kinds and networks.accepts_family(kind, is_sequence=is_sequence(family))
        for task in TASKS
    )
    if FUSION in with_kinds:
        systems += (ModelSpec(AND.join(dict.fromkeys(chosen)), FUSION, "multiclass"),)
    if not systems:
        raise Refused(f"{', '.join(chosen)} gives one row of numbers a recording, which an RNN cannot read: take dnn.")
    return systems


def is_sequence(family: str) -> bool:
    return sound.FAMILIES[family].is_sequence


def classifiers_of(systems: Sequence[ModelSpec]) -> tuple[ClassifierSpec, ...]:
    """Every network once, those of one family together."""
    every = dict.fromkeys(network for system in systems for network in system.networks)
    families = dict.fromkeys(network.features for network in every)
    return tuple(network for family in families for network in every if network.features == family)


def combine_probabilities(
    system: ModelSpec, of_networks: Sequence[Probabilities], fusion: Calibration | None = None
) -> Probabilities:
    """What the system says, from what its networks say, in the order of `system.networks`.

    Double binary: p is the mean of the two, and 1 - p falls apart into what each network takes for its own reject.
    A fusion joins by the weights that it is given (`fused`).
    """
    if system.is_fused:
        if fusion is None:
            raise Refused(f"{system.name} cannot decide without the weights of its members: retrain.")
        return classical.to_probabilities(tasks.task(system.task), fusion.apply(log_scores(of_networks)))
    if system.task != DOUBLE_BINARY:
        return of_networks[0]
    noise, speechless = (one.p_accepted for one in of_networks)
    p_accepted = merging.double_binary(noise, speechless)
    return Probabilities(p_accepted, p_noise=np.divide(1.0 - noise, 2.0), p_speechless=np.divide(1.0 - speechless, 2.0))


def log_scores(of_networks: Sequence[Probabilities]) -> np.ndarray:
    """Logarithms of p [shape=(n_networks, n, 3)], classes in the order of their numbers in the multiclass task."""
    task = tasks.task("multiclass")
    return calibration.log_p(np.stack([tasks.class_probabilities(task, one) for one in of_networks]))


def _kind(name: str) -> ClassifierKind:
    return classifier_kinds.KINDS[classifier_kinds.KINDS.index(_known(name, classifier_kinds.KINDS, "Network"))]


def _known(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        raise Refused(f"{what} {name!r} is not known: expected one of {', '.join(names)}.")
    return name
