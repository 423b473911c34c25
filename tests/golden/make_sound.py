"""Rewrites sound.json, reference values of MFCC and of what is heard: `python -m tests.golden.make_sound`.

Of MFCC the mean over time of each of the 39 values, which librosa gives as well (`tests/audio/test_mfcc.py`). Models
that learned from the old values must not meet new ones: only after a change of `MfccSpec`. Tolerance 0.001.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.audio import acoustic_summary, mfcc
from tests.golden.make_dynamics import SIGNALS

FILE = Path(__file__).with_name("sound.json")


def values(name: str) -> dict[str, Any]:
    """What the golden file has of one signal."""
    return {
        "mfcc": [round(float(value), 5) for value in mfcc.extract(SIGNALS[name]).mean(axis=0)],
        "hearing": {key: round(value, 5) for key, value in asdict(acoustic_summary.hear(SIGNALS[name])).items()},
    }


def main() -> None:
    FILE.write_text(json.dumps({name: values(name) for name in SIGNALS}) + "\n")


if __name__ == "__main__":
    main()
