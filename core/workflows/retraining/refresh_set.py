"""What one click trains: the models that are refreshed together, chosen by staff once, each with the time it takes.

Without a choice: the product's own model, the paper's DNN on MFCC, and its DNN and RNN on VGGish as soon as that module
is here. A chosen system whose module is not here waits for it, and is left out of a retraining until then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.domain.actor import Actor
from core.domain.catalogue import CLASSIFIER_NAMES, MODULE_OF_FAMILY, MULTICLASS, NETWORK_NAMES, STAND_IN, family_name
from core.domain.jobs import Job, StepState
from core.domain.permissions import Permission
from core.errors import Refused
from core.workflows.accounts import authorisation
from core.workflows.annotation import protocols
from core.workflows.jobs import job_status
from core.workflows.retraining import retraining_steps
from core.workflows.training import module_store
from core.workflows.training.model_specs import PRODUCT, ModelSpec

PRODUCT_NAME = "product"
CHOICES: Mapping[str, ModelSpec] = MappingProxyType(
    {PRODUCT_NAME: PRODUCT}
    | {
        f"{family}-{network}": ModelSpec(family, network, MULTICLASS)
        for family in ("mfcc", *MODULE_OF_FAMILY)
        for network in NETWORK_NAMES
    }
)
DEFAULT = (PRODUCT_NAME, "mfcc-dnn", "vggish-dnn", "vggish-rnn")
EARLIER_JOBS = 10  # back in time, for the seconds of a step


@dataclass(frozen=True)
class RefreshedSystem:
    """One system that a click may train.

    is_chosen : whether it is in the set
    is_available : whether the module that it needs is here
    seconds : its features and its training; of the newest retraining that did either, or else what they usually take
    is_measured : whether all of them were measured here
    is_stand_in : whether the module that was brought in is not the published one
    """

    name: str
    spec: ModelSpec
    is_chosen: bool
    is_available: bool
    seconds: float
    is_measured: bool
    is_stand_in: bool = False

    @property
    def title(self) -> str:
        """As people read it."""
        if self.name == PRODUCT_NAME:
            return "The product's own model"
        features = f"{STAND_IN}{self.spec.features}" if self.is_stand_in else self.spec.features
        return f"{family_name(features)} {CLASSIFIER_NAMES[self.spec.kind]}"

    @property
    def is_trained(self) -> bool:
        """Whether the next click trains it."""
        return self.is_chosen and self.is_available


def every_system() -> list[RefreshedSystem]:
    """Everything that can be chosen, with what is chosen now."""
    chosen, measured = chosen_names(), measured_seconds(job_status.job_history(limit=EARLIER_JOBS))
    return [_system(name, spec, name in chosen, measured) for name, spec in CHOICES.items()]


def specs_in_force() -> tuple[ModelSpec, ...]:
    """What the next click trains.

    Raises
    ------
    Refused
        Every system that was chosen waits for its module.
    """
    specs = tuple(CHOICES[name] for name in chosen_names() if _is_available(CHOICES[name]))
    if not specs:
        raise Refused("Every system that one click trains waits for its module: fetch it, or choose others.")
    return specs


def chosen_names() -> tuple[str, ...]:
    """The names of the set in force, in the order of `CHOICES`; of systems that this version knows."""
    chosen = protocols.retraining()[1].systems or DEFAULT
    return tuple(name for name in CHOICES if name in chosen) or DEFAULT


def choose_systems(names: Sequence[str], *, actor: Actor) -> None:
    """Let one click train these from now on; none: the usual ones.

    Raises
    ------
    NotAllowed
        The actor may not.
    Refused
        A name is not known.
    """
    authorisation.require_first(actor, Permission.CHANGE_PROTOCOLS)
    for name in names:
        if name not in CHOICES:
            raise Refused(
                "There is no system {name!r} to train by one click: expected one of {choices}.",
                name=name,
                choices=", ".join(CHOICES),
            )
    rule = protocols.retraining()[1]
    protocols.set_retraining(replace(rule, systems=tuple(name for name in CHOICES if name in names)), actor=actor)


def measured_seconds(jobs: Sequence[Job]) -> dict[str, float]:
    """Seconds of each step in the newest retraining that really did it; `jobs` are newest first."""
    return {
        step.name: step.seconds
        for job in reversed(jobs)
        for step in job.steps
        if step.state is StepState.DONE and not step.is_reused
    }


def _system(name: str, spec: ModelSpec, is_chosen: bool, measured: Mapping[str, float]) -> RefreshedSystem:
    steps = [(str(step), usual_s) for step, usual_s in retraining_steps.of_specs([spec])]
    return RefreshedSystem(
        name=name,
        spec=spec,
        is_chosen=is_chosen,
        is_available=_is_available(spec),
        seconds=sum(measured.get(step, usual_s) for step, usual_s in steps),
        is_measured=all(step in measured for step, _ in steps),
        is_stand_in=any(map(_is_stand_in, _modules(spec))),
    )


def _is_available(spec: ModelSpec) -> bool:
    return all(map(module_store.is_there, _modules(spec)))


def _is_stand_in(module: str) -> bool:
    is_by_folder = not module_store.is_hub_address(module_store.configured_address(module))
    stored = None if is_by_folder else module_store.stored(module)
    return stored is not None and not stored.is_genuine


def _modules(spec: ModelSpec) -> set[str]:
    return {MODULE_OF_FAMILY[family] for family in spec.families if family in MODULE_OF_FAMILY}
