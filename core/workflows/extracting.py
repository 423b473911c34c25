"""Features of many recordings, spread over the workers of the cluster when there is one, in this process otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.config import settings
from core.learning import runtime
from core.sound import features as sound
from core.sound import store
from core.workflows import publishing
from core.workflows.running import RunningJob, Step
from db.records import SnapshotItem, Unlabelled

AT_ONCE = 16  # recordings a task: a second or two of work, so that a cancel is soon heard

Item = tuple[str, str]  # SHA-256 and extension


def extract_all(name: str, items: Sequence[SnapshotItem | Unlabelled], job: RunningJob, step: Step) -> None:
    """Bring the features of every recording into the cache; what is there is left alone."""
    family = publishing.family(name)
    missing = [
        (item.sha256, item.extension) for item in items if not sound.is_cached(family, settings().storage, item.sha256)
    ]
    there = len(items) - len(missing)
    step.advance(there, len(items), f"{there} of {len(items)} were there already" if there else "")
    if not missing:
        step.reused("All of them were there already")
        return
    chunks = [missing[start : start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)]
    client = _client()
    if client is None:
        for chunk in chunks:
            job.check()
            there += extract_chunk(name, chunk)
            step.advance(there, len(items))
    else:
        _spread(client, name, chunks, job, step, there=there, total=len(items))


def load_all(name: str, items: Sequence[SnapshotItem | Unlabelled]) -> list[np.ndarray]:
    """The features of every recording, in the order of the items, from the cache."""
    family = publishing.family(name)
    return [_one(family, (item.sha256, item.extension)) for item in items]


def extract_chunk(name: str, chunk: Sequence[Item]) -> int:
    """One task of a worker; how many recordings it did."""
    family = publishing.family(name)
    if family.module is not None:
        runtime.prepare()  # before the module does: a network trained in this process later must not differ for it
    for item in chunk:
        _one(family, item)
    return len(chunk)


def _one(family: Any, item: Item) -> np.ndarray:
    sha256, extension = item
    storage = settings().storage
    return sound.load_or_extract(family, storage, sha256, lambda: store.get(storage, sha256, extension))


def _client() -> Any:
    """The client of the worker that this runs in; None outside of one."""
    from distributed import get_client

    try:
        return get_client()
    except ValueError:
        return None


def _spread(
    client: Any, name: str, chunks: list[list[Item]], job: RunningJob, step: Step, *, there: int, total: int
) -> None:
    from distributed import as_completed

    futures = client.map(extract_chunk, [name] * len(chunks), chunks, pure=False)
    try:
        for future in as_completed(futures):
            there += future.result()
            step.advance(there, total)
            job.check()
    finally:
        client.cancel(futures)
