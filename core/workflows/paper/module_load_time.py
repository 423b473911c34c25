"""How long a module takes to be ready, from a process that has not begun: what a server pays before its first answer.

Measured in a process of its own (`python -m core.workflows.paper.module_load_time FAMILY`), since a module that was
loaded once costs nothing the second time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from core.audio import transfer
from core.audio.features import FAMILIES
from core.domain.catalogue import MODULE_OF_FAMILY
from core.workflows.paper.paper_report import ModuleReport
from core.workflows.training import feature_families, module_store

PROJECT = Path(__file__).parents[3]
LIMIT_S = 300.0
SILENCE = 16_000  # samples: one second


def has_module(family: str) -> bool:
    return FAMILIES[family].module is not None


def module(family: str) -> ModuleReport:
    """What the module of a family is, and how long it takes to be ready; None where that cannot be measured.

    Raises
    ------
    Unavailable
        The module cannot be loaded.
    """
    load_seconds = seconds(family)
    if MODULE_OF_FAMILY.get(family) != "vggish":
        return ModuleReport(family, is_genuine=True, words="", load_seconds=load_seconds)
    check = transfer.self_check(module_store.address("vggish"))
    return ModuleReport(family, check.is_vggish, str(check.message), load_seconds, check.message)


def seconds(family: str) -> float | None:
    """From the start of a process to the first features."""
    began = time.monotonic()
    with contextlib.suppress(subprocess.SubprocessError, OSError):
        command = [sys.executable, "-m", "core.workflows.paper.module_load_time", family]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=LIMIT_S)  # noqa: S603 - our own
        return time.monotonic() - began
    return None


if __name__ == "__main__":
    feature_families.family(sys.argv[1]).extract(np.zeros(SILENCE, np.float32))
