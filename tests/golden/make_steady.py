"""Rewrites steady.json, reference values of the steady dynamics: `python -m tests.golden.make_steady`.

Python and JavaScript (core/tablet/js) are both compared with them. Models that learned from the old values must not
meet new ones: only after a change of `SteadySpec.version`. Tolerance 0.001.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.audio import steady_dynamics
from tests.golden.make_dynamics import SIGNALS

FILE = Path(__file__).with_name("steady.json")


def values(name: str) -> dict[str, float]:
    """What the golden file has of one signal."""
    return {key: round(float(value), 5) for key, value in steady_dynamics.named_values(SIGNALS[name]).items()}


def main() -> None:
    FILE.write_text(json.dumps({name: values(name) for name in SIGNALS}) + "\n")


if __name__ == "__main__":
    main()
