"""The families of features; `feature_cache` has their cache. A new family is a file and a line in `_FAMILIES`.

`steady` learns from device copies too: the same features of each recording as other devices would have passed it on.
Each copy is a family of its own, which only training asks for (`copies_of`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from core.arrays import FloatArray
from core.audio import (
    device_copies,
    dynamics,
    dynamics_measures,
    hub_modules,
    mfcc,
    steady_dynamics,
    transfer,
)
from core.audio.device_copies import DeviceCopySpec
from core.audio.dynamics_measures import DynamicsSpec
from core.audio.hub_modules import TransferSpec
from core.audio.mfcc import MfccSpec
from core.audio.steady_dynamics import SteadySpec
from core.errors import NotFound, Unavailable

N_COPIES = 2  # of each training recording; docs/decisions/0018 has what more of them gain


@dataclass(frozen=True)
class FeatureFamily:
    """One way to turn a waveform into numbers.

    Attributes
    ----------
    name : str
    spec : a frozen dataclass with every number that changes the result
    compute : (waveforms, address of the module or "") -> features of each
    is_sequence : whether a recording gives [n_frames, n_values] (else [n_values])
    n_values : int
    module : str | None
        Address of the TensorFlow Hub module, "" where it is still to be named, None for a family without one.
    """

    name: str
    spec: MfccSpec | TransferSpec | DynamicsSpec | SteadySpec | DeviceCopySpec
    compute: Callable[[Sequence[FloatArray], str], Sequence[FloatArray]]
    is_sequence: bool
    n_values: int
    module: str | None = None

    @property
    def spec_hash(self) -> str:
        """16 hexadecimal digits; features with another hash must not meet a model trained on these."""
        module = None if self.module is None else hub_modules.fingerprint(self.module)
        identity = {"family": self.name, "spec": asdict(self.spec), "values": self.n_values, "module": module}
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]

    def extract(self, samples: FloatArray) -> FloatArray:
        """Features of a waveform (mono, 16 kHz): float32 [n_frames, n_values] or [n_values].

        Raises
        ------
        Unavailable
            The module that the family needs cannot be loaded.
        """
        return self.extract_many([samples])[0]

    def extract_many(self, recordings: Sequence[FloatArray]) -> list[FloatArray]:
        """The same of several waveforms, which share the calls of a module; raises as `extract` does."""
        if isinstance(self.spec, TransferSpec) and not self.module:
            raise Unavailable(
                "{name} needs a TensorFlow Hub module; say where it is by {setting}.",
                name=self.name,
                setting=self.spec.setting,
            )
        return list(self.compute(recordings, self.module or ""))


def _each(
    extract: Callable[[FloatArray], FloatArray], recordings: Sequence[FloatArray], _address: str
) -> list[FloatArray]:
    """The `compute` of a family without a module: recordings one by one."""
    return [extract(samples) for samples in recordings]


_FAMILIES = (
    FeatureFamily("mfcc", mfcc.SPEC, partial(_each, mfcc.extract), is_sequence=True, n_values=mfcc.SPEC.n_values),
    FeatureFamily("vggish", hub_modules.VGGISH, transfer.vggish, is_sequence=True, n_values=129, module=""),
    FeatureFamily(
        "vggish-activated",
        hub_modules.VGGISH_ACTIVATED,
        transfer.vggish_activated,
        is_sequence=True,
        n_values=129,
        module="",
    ),
    FeatureFamily(
        "vggish-convolutions",
        hub_modules.VGGISH_CONVOLUTIONS,
        transfer.vggish_convolutions,
        is_sequence=True,
        n_values=513,
        module="",
    ),
    FeatureFamily("yamnet", hub_modules.YAMNET, transfer.yamnet, is_sequence=True, n_values=1025, module=""),
    FeatureFamily(
        "dynamics",
        dynamics_measures.SPEC,
        partial(_each, dynamics.extract),
        is_sequence=False,
        n_values=len(dynamics.NAMES),
    ),
    FeatureFamily(
        "steady",
        steady_dynamics.SPEC,
        partial(_each, steady_dynamics.extract),
        is_sequence=False,
        n_values=len(steady_dynamics.NAMES),
    ),
)

FAMILIES: dict[str, FeatureFamily] = {family.name: family for family in _FAMILIES}


def _copy(number: int) -> FeatureFamily:
    spec = DeviceCopySpec(number)
    extract = partial(_each, partial(device_copies.extract, spec=spec))
    return replace(FAMILIES["steady"], name=f"steady copy {number}", spec=spec, compute=extract)


_COPIES: dict[str, tuple[FeatureFamily, ...]] = {"steady": tuple(map(_copy, range(1, N_COPIES + 1)))}
_BY_NAME = FAMILIES | {copy.name: copy for copies in _COPIES.values() for copy in copies}


def copies_of(name: str) -> tuple[str, ...]:
    """The names of the families that hold the device copies of a family's features; () of most families."""
    return tuple(copy.name for copy in _COPIES.get(name, ()))


def family(name: str, *, vggish: str, yamnet: str) -> FeatureFamily:
    """The family of that name, with the address of its module.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    if name not in _BY_NAME:
        raise NotFound(
            "There is no family of features called {name!r}; expected one of {families}.",
            name=name,
            families=", ".join(FAMILIES),
        )
    known = _BY_NAME[name]
    if not isinstance(known.spec, TransferSpec):
        return known
    return replace(known, module=vggish if known.spec.name == hub_modules.VGGISH.name else yamnet)
