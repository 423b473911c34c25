"""What a retraining trains: systems, each made of one or two networks on one family of features.

A system is what decides: multiclass, binary, or double binary (two networks whose p are averaged; paper, section
3.2.1). Without a wish, the default system and one for comparison are trained; the choice is measured, see
`docs/decisions/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.errors import Refused
from core.learning import merging, networks, tasks
from core.learning.networks import Kind, NetworkSpec
from core.learning.tasks import Probabilities
from core.sound import features as sound

DOUBLE_BINARY = "double binary"
TASKS = ("multiclass", "binary", DOUBLE_BINARY)
PIECES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"multiclass": ("multiclass",), "binary": ("binary",), DOUBLE_BINARY: tuple(tasks.PIECES)}
)
WANTED_FAMILIES = ("dynamics", "mfcc")  # when only networks are named: neither needs a download


@dataclass(frozen=True)
class Network:
    """One network to train. `kind` is dnn or rnn, `task` one of Table 2 of the paper."""

    features: str
    kind: Kind
    task: str

    @property
    def name(self) -> str:
        return f"{self.features} {self.kind.upper()} {self.task}"

    @property
    def spec(self) -> NetworkSpec:
        return networks.RECOMMENDED[self.kind]


@dataclass(frozen=True)
class System:
    """One decision from one or two networks."""

    features: str
    kind: Kind
    task: str

    @property
    def name(self) -> str:
        return f"{self.features} {self.kind.upper()} {self.task}"

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def networks(self) -> tuple[Network, ...]:
        return tuple(Network(self.features, self.kind, piece) for piece in PIECES[self.task])


DEFAULT = System("dynamics", "dnn", "multiclass")
COMPARISON = System("mfcc", "rnn", "multiclass")


def wanted(features: Sequence[str] | None, kinds: Sequence[str] | None) -> tuple[System, ...]:
    """The systems a person asks for: every family with every kind of network in every task; or the usual two.

    A family without frames goes with the DNN alone.

    Raises
    ------
    Refused
        A name that is not known, or families and networks that do not go together.
    """
    if not features and not kinds:
        return DEFAULT, COMPARISON
    chosen = [_known(name, tuple(sound.FAMILIES), "Features") for name in features or WANTED_FAMILIES]
    with_kinds = [_known(name, networks.KINDS, "Network") for name in kinds or networks.KINDS]
    systems = tuple(
        System(family, kind, task)
        for family in dict.fromkeys(chosen)
        for kind in networks.KINDS
        if kind in with_kinds and networks.eats(kind, is_sequence=is_sequence(family))
        for task in TASKS
    )
    if not systems:
        raise Refused(f"{', '.join(chosen)} gives one row of numbers a recording, which an RNN cannot read: take dnn.")
    return systems


def is_sequence(family: str) -> bool:
    return sound.FAMILIES[family].is_sequence


def networks_of(systems: Sequence[System]) -> tuple[Network, ...]:
    """Every network once, those of one family together."""
    return tuple(dict.fromkeys(network for system in systems for network in system.networks))


def combined(system: System, of_networks: Sequence[Probabilities]) -> Probabilities:
    """What the system says, from what its networks say, in the order of `system.networks`.

    Double binary: p is the mean of the two, and 1 - p falls apart into what each network takes for its own reject.
    """
    if system.task != DOUBLE_BINARY:
        return of_networks[0]
    noise, speechless = (one.p_accepted for one in of_networks)
    p_accepted = merging.double_binary(noise, speechless)
    return Probabilities(p_accepted, p_noise=np.divide(1.0 - noise, 2.0), p_speechless=np.divide(1.0 - speechless, 2.0))


def _known(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        raise Refused(f"{what} {name!r} is not known: expected one of {', '.join(names)}.")
    return name
