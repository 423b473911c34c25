"""Rewrites dynamics.json, the reference values of signal dynamics: `python -m tests.golden.make_dynamics`.

Only after raising `DynamicsSpec.version`: models that learned from the old values must not meet new ones.
Tolerance 0.001.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from core.audio import dynamics
from tests.audio_files import noise, silence, tone

FILE = Path(__file__).with_name("dynamics.json")

SIGNALS = {
    "silence": silence(1.0),
    "noise": noise(1.0, seed=1),
    "sine": tone(440, 1.0),
    "a burst in noise": noise(1.5, amplitude=0.01, seed=2) + np.pad(tone(310, 0.3), (8000, 11_200)),
}


def main() -> None:
    values = {
        name: {key: round(float(value), 5) for key, value in dynamics.named_values(samples).items()}
        for name, samples in SIGNALS.items()
    }
    FILE.write_text(json.dumps({"version": dynamics.SPEC.version, "values": values}, indent=1) + "\n")


if __name__ == "__main__":
    main()
