"""From a cold process to its first decision: `python -m bench.serving_start scorer|hub MODEL SOUND_FILE` prints JSON.

scorer : a process that decides, as the server starts it, asked from here
hub : this process loads the model by TensorFlow Hub and TensorFlow, as every worker did before

`mb` is the most memory that was ever resident until the first answer is there.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

BEGUN_S = time.perf_counter()


def main() -> None:
    how, model_id, file = sys.argv[1:]
    data = Path(file).read_bytes()
    figures = _by_scorer(model_id, data) if how == "scorer" else _by_hub(model_id, data)
    print(json.dumps(figures))


def _by_scorer(model_id: str, data: bytes) -> dict[str, float]:
    """The preparation here is not counted: the server runs already when it starts a scorer."""
    from core.workflows.serving import scorer_order
    from core.workflows.serving.scorer_process import ScorerProcess

    order = scorer_order.order_for(model_id, {})
    begun = time.perf_counter()
    process = ScorerProcess(order)
    process.score(data)
    seconds = time.perf_counter() - begun
    peak_mb = _peak_mb(process.pid)
    warm = _timed(lambda: process.score(data))
    process.end()
    return {"seconds": seconds, "mb": peak_mb, "warm_ms": warm}


def _by_hub(model_id: str, data: bytes) -> dict[str, float]:
    from core.audio import decoding
    from core.workflows.serving.scored_sound import SoundScorer
    from core.workflows.training import feature_families, model_folders

    model = model_folders.load(model_id)
    scorer = SoundScorer(model, {name: feature_families.family(name) for name in model.spec.families}, None)
    scorer.score(decoding.decode(data))
    seconds = time.perf_counter() - BEGUN_S
    peak_mb = _peak_mb(os.getpid())
    warm = _timed(lambda: scorer.score(decoding.decode(data)))
    return {"seconds": seconds, "mb": peak_mb, "warm_ms": warm}


def _peak_mb(pid: int) -> float:
    """As the system counts it: with the pages of mapped files, which several scorers share."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kib,) = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return 1.024e-3 * kib


def _timed(work: object) -> float:
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        work()  # type: ignore[operator]
        times.append(1000 * (time.perf_counter() - begun))
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    main()
