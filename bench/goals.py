"""What every measurement needs: elapsed time, and a figure beside its goal."""

from __future__ import annotations

import time


def is_missed(name: str, value: float, goal: float, *, is_least: bool = False, digits: str = ".1f") -> bool:
    """Print a figure beside its goal, and whether the goal is missed.

    Parameters
    ----------
    is_least : whether the goal is the least that is wanted, not the most
    digits : format of the figure
    """
    is_met = value >= goal if is_least else value <= goal
    verdict = "met" if is_met else "MISSED"
    print(f"{name}: {value:{digits}} (goal: at {'least' if is_least else 'most'} {goal:g}) {verdict}", flush=True)
    return not is_met


def elapsed_ms(start: float) -> float:
    """Milliseconds since `start`, of `time.perf_counter`."""
    return 1000 * (time.perf_counter() - start)
