"""Steady dynamics: signal dynamics that do not move with a device's gain, offset, rumble, hum or digital silence.

They are the measures of `dynamics` on the conditioned waveform (`conditioning`), whose loudest frames stand at a fixed
level: levels are therefore relative to the voice. What depends on full scale (clipping) is left out. Whoever changes a
formula here raises `SteadySpec.version`, as does whoever changes one of `dynamics` or `conditioning`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import conditioning, conditioning_spec, dynamics, dynamics_measures
from core.audio.conditioning_spec import ConditioningSpec
from core.audio.dynamics_measures import DynamicsSpec

ABSOLUTE = frozenset({"clipped_share", "level_p99_db"})  # of full scale, or the same of every recording


@dataclass(frozen=True)
class SteadySpec:
    """Every number that changes the result; none may change without training again."""

    version: int = 1
    conditioning: ConditioningSpec = conditioning_spec.SPEC
    dynamics: DynamicsSpec = dynamics_measures.SPEC


SPEC = SteadySpec()


def extract(samples: FloatArray) -> Float32Array:
    """The values named by `NAMES`.

    Parameters
    ----------
    samples : [shape=(n,), mono, 16 kHz]

    Returns
    -------
    [shape=(len(NAMES),), finite]
    """
    return np.fromiter(named_values(samples).values(), np.float32)


def named_values(samples: FloatArray) -> dict[str, float]:
    """The same with the name of each value."""
    values = dynamics.named_values(conditioning.condition(samples))
    return {name: value for name, value in values.items() if name not in ABSOLUTE}


NAMES: tuple[str, ...] = tuple(name for name in dynamics.NAMES if name not in ABSOLUTE)
