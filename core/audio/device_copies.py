"""Device copies: a training recording as it would have come through another device, one copy by one chain.

Which chain, and with which numbers, follows from the waveform and the number of the copy, so a copy can be cached as
any feature is, and is the same wherever it is computed.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import device_chains, steady_dynamics
from core.audio.steady_dynamics import SteadySpec


@dataclass(frozen=True)
class DeviceCopySpec:
    """Every number that changes a copy's features.

    version : of the formulas of `device_chains`
    number : of the copy, from 1
    """

    number: int
    version: int = 1
    chains: tuple[str, ...] = tuple(device_chains.CHAINS)
    features: SteadySpec = steady_dynamics.SPEC

    def seed_of(self, samples: FloatArray) -> int:
        """Decides the chain and its numbers for this waveform."""
        return zlib.crc32(np.asarray(samples, np.float32).tobytes(), self.number)

    def chain_of(self, samples: FloatArray) -> str:
        """The chain that is drawn for this waveform."""
        return self.chains[int(np.random.default_rng(self.seed_of(samples)).integers(len(self.chains)))]


def copied(samples: FloatArray, spec: DeviceCopySpec) -> Float32Array:
    """The waveform through the chain that is drawn for it [shape as the chain leaves it]."""
    return device_chains.apply(spec.chain_of(samples), samples, seed=spec.seed_of(samples))


def extract(samples: FloatArray, spec: DeviceCopySpec) -> Float32Array:
    """Steady dynamics of the copy [shape=(len(steady_dynamics.NAMES),)]."""
    return steady_dynamics.extract(copied(samples, spec))
