"""How much a size costs: N short recordings through import, features, training and publishing, in one run.

    python -m bench.size [--recordings 2000] [--workers 2] [--keep FOLDER]

The recordings are synthesised from a few hundred readings, each with a faint noise of its own, so that no two are the
same bytes or the same waveform; two judges agree on each. Every step says its seconds, its rate and the most memory
that this process and the workers of the cluster took together. Storage, database and models are of this run and are
removed, unless they are kept. Exits with 1 when a step fails.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import numpy as np
import psutil

from core import config
from core.audio import encoding
from core.demonstration import synthesis
from core.domain.actor import COMMAND_LINE
from core.domain.jobs import StepState
from core.workflows.importing import import_recordings
from core.workflows.jobs import cluster, job_status, local_cluster
from core.workflows.retraining import retraining
from core.workflows.retraining.retraining_job import RetrainingResult
from db import session

READINGS = 300  # synthesised; all others are one of them with another noise
SECONDS = 1.0
NOISE = 3e-4
EACH_CHILD = 10
SEED = 7
LOOK_EVERY_S = 0.25
MB = 1e6

ResultT = TypeVar("ResultT")


class PeakMemory:
    """The most memory that this process and a local cluster take together while the block runs, sampled; in MB."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            self.peak_mb = max(self.peak_mb, sum(map(_own_memory_mb, _processes())))


def _processes() -> Iterator[psutil.Process]:
    roots = [psutil.Process()]
    running = local_cluster.running_local()
    if running is not None and psutil.pid_exists(running.pid):
        roots.append(psutil.Process(running.pid))
    for root in roots:
        yield root
        yield from root.children(recursive=True)


def _own_memory_mb(process: psutil.Process) -> float:
    """Without what processes share, as libraries."""
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0.0
    return float(memory.rss - memory.shared) / MB


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench_size_") as work:
        folder = arguments.keep or Path(work)
        _settle_in(folder, arguments.workers)
        n = arguments.recordings
        manifest = _measured("synthesised", n, lambda: write_recordings(folder / "recordings", n))
        _measured("imported", n, lambda: _import(manifest, n))
        _retrain(n)
        cluster.release()


def _settle_in(folder: Path, workers: int) -> None:
    os.environ |= {
        "EARSHOT_STORAGE": str(folder / "storage"),
        "EARSHOT_MODELS": str(folder / "models"),
        "EARSHOT_DATABASE_URL": "",
        "EARSHOT_DASK_SCHEDULER": "",
        "EARSHOT_DASK_WORKERS": str(workers),
        "EARSHOT_DASK_ENDS_WITH_SERVER": "true",
    }
    config.settings.cache_clear()
    session.prepare()


def _measured(what: str, n: int, run: Callable[[], ResultT]) -> ResultT:
    begun = time.perf_counter()
    with PeakMemory() as memory:
        result = run()
    _tell(what, n, time.perf_counter() - begun, f"at most {memory.peak_mb:,.0f} MB")
    return result


def _tell(what: str, n: int, took_s: float, more: str) -> None:
    print(f"{what:<12} {took_s:9.1f} s {n / max(took_s, 1e-9):9.0f} a second   {more}", flush=True)


def write_recordings(folder: Path, n: int) -> Path:
    """`n` recordings of at most a second in folders of a thousand; the path of their manifest."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    plan = synthesis.SynthesisPlan(n_recordings=min(n, READINGS))
    readings = [(reading, reading.samples[: int(SECONDS * 16_000)]) for reading in synthesis.synthesise(plan)]
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["filename", "child", "language", "judge_1", "judge_2"])
        for number in range(n):
            reading, samples = readings[number % len(readings)]
            name = f"{number // 1000:04}/{number:07}.flac"
            (folder / name).parent.mkdir(exist_ok=True)
            noisy = samples + rng.normal(0.0, NOISE, len(samples)).astype(np.float32)
            (folder / name).write_bytes(encoding.flac(np.clip(noisy, -1.0, 1.0)))
            label = str(reading.label)
            rows.writerow([name, f"child-{number // EACH_CHILD}", reading.language, label, label])
    return manifest


def _import(manifest: Path, n: int) -> None:
    result = import_recordings.import_path(manifest, actor=COMMAND_LINE)
    if result.recordings != n:
        sys.exit(f"{result.recordings} of {n} came in; {len(result.refused)} were refused: {result.refused[:3]}")


def _retrain(n: int) -> None:
    begun = time.perf_counter()
    with PeakMemory() as memory:
        job = job_status.wait_for_job(retraining.start(actor=COMMAND_LINE).id)
    for step in job.steps:
        if step.state is StepState.DONE and step.seconds >= 0.05:
            _tell(f"  {step.name}", n, step.seconds, step.note)
    published = RetrainingResult.from_json(job.result).models
    more = f"at most {memory.peak_mb:,.0f} MB, {len(published)} models published"
    _tell("retrained", n, time.perf_counter() - begun, more)
    if job.state != "succeeded" or not published:
        sys.exit(f"The retraining {job.state}: {job.error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Recordings through import, features, training and publishing.")
    parser.add_argument("--recordings", type=int, default=2_000, help="how many")
    parser.add_argument("--workers", type=int, default=2, help="processes of the local cluster")
    parser.add_argument("--keep", type=Path, help="an empty folder that keeps what is made")
    return parser.parse_args()


if __name__ == "__main__":
    main()
