"""Groups of recordings that `bench.robustness` leaves out of training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from bench.robustness_data import Corpus
from bench.robustness_models import Teacher
from core.arrays import BoolArray, Float64Array, FloatArray
from core.audio import dynamics

NOT_FACETS = frozenset({"filename", "child", "word", "reference", "split", "collected_at", "snr_db"})
SNR_EDGES_DB = (8.0, 15.0)
MOST_GROUPS = 4  # values of a column that are left out one at a time
FEWEST = 10  # recordings of a side, below which it has no figure


def groups(teacher: Teacher) -> Iterator[tuple[str, BoolArray]]:
    """What can be left out: values of the manifest's columns, ranges of SNR as stated, the longest recordings."""
    corpus = teacher.corpus
    columns = dict.fromkeys(name for recording in corpus.recordings for name in recording.facets)
    for column in columns:
        if column in NOT_FACETS:
            continue
        values = np.array([recording.facets.get(column, "") for recording in corpus.recordings])
        names, counts = np.unique(values[values != ""], return_counts=True)
        for count, value in sorted(zip(counts, names, strict=True), reverse=True)[:MOST_GROUPS]:
            if 2 * FEWEST <= count < len(values):
                yield f"{column} {value}", values == value
    yield from _ranges("SNR", "dB", _stated_snr_db(corpus), SNR_EDGES_DB)
    durations_s = np.array([_duration_s(features, teacher.recipe.family) for features in teacher.features])
    longest_s = float(np.percentile(durations_s, 75))
    yield f"longer than {longest_s:.1f} s", durations_s > longest_s


def _ranges(name: str, unit: str, values: Float64Array, edges: Sequence[float]) -> Iterator[tuple[str, BoolArray]]:
    if np.isnan(values).all():
        return
    bounds = (-np.inf, *edges, np.inf)
    for low, high in pairwise(bounds):
        words = f"below {high:g}" if np.isinf(low) else f"above {low:g}" if np.isinf(high) else f"{low:g} to {high:g}"
        is_inside = (values >= low) & (values < high)
        if is_inside.sum() >= 2 * FEWEST:
            yield f"{name} {words} {unit}", is_inside


def _stated_snr_db(corpus: Corpus) -> Float64Array:
    """As the manifest states it, NaN where it does not; nothing is learnt from it."""
    return np.array([float(recording.facets.get("snr_db", "nan")) for recording in corpus.recordings])


def _duration_s(features: FloatArray, family: str) -> float:
    names: Sequence[str] = _NAMES[family]()
    return float(features[list(names).index("duration_s")])


def _steady_names() -> Sequence[str]:
    from core.audio import steady_dynamics

    return steady_dynamics.NAMES


_NAMES: dict[str, Callable[[], Sequence[str]]] = {"dynamics": lambda: dynamics.NAMES, "steady": _steady_names}
