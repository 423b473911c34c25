"""What lies outside of the database and belongs to its rows: bytes, cached features, published models, checkpoints.

When a restore replaces the rows, what only the old ones named goes too: a child that is not in the backup must not
stay behind in a file.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.audio import browser_copies, feature_cache, store
from core.config import settings
from core.workflows.training import checkpoints, model_folders
from db import models, recordings, session

RecordingFile = tuple[str, str]
"""SHA-256 and extension of a recording."""


@dataclass(frozen=True)
class Named:
    """What the rows of a database name."""

    recordings: frozenset[RecordingFile]
    models: frozenset[str]


def named_by(tx: session.Connection) -> Named:
    """What the rows name now."""
    return Named(
        frozenset(recordings.all_files(tx)),
        frozenset(model.id for model in models.newest_first(tx)),
    )


def remove_unnamed(before: Named, after: Named) -> None:
    """Remove what only `before` names: bytes, features, models; and every checkpoint, which names no recording.

    Gone already is as good, so that a removal that failed half-way can be done again.
    """
    remove_recordings(before.recordings, after)
    for model_id in sorted(before.models - after.models):
        if Path(model_id).name == model_id:
            model_folders.unshare(model_id)
            shutil.rmtree(settings().models / model_id, ignore_errors=True)
    if before != after:
        checkpoints.delete_all()


def remove_recordings(files: Collection[RecordingFile], after: Named) -> None:
    """Remove the bytes of recordings that `after` does not name, and their features."""
    still_named = {sha256 for sha256, _ in after.recordings}
    for sha256, extension in sorted(set(files) - after.recordings):
        store.delete(settings().storage, sha256, extension)
        if sha256 not in still_named:
            feature_cache.delete_cached(settings().storage, sha256)
            browser_copies.forget(settings().storage, sha256)
