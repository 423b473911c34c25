"""What lies outside of the database: sound, what was computed from it, model folders, logs, and what names a child.

Files of the storage that are on another machine are reached by their paths; the search for traces looks through the
folders of this machine.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from core.audio import browser_copies, feature_cache, store
from core.config import settings
from core.domain.recordings import Recording
from core.domain.redaction import Redactor
from core.errors import NotFound
from core.workflows.evaluation import stored_figures
from core.workflows.training import checkpoints, model_folders

WITHDRAWN = ".withdrawn-"
UNFINISHED_RESTORE = ".restore-"
NOT_OPENED = frozenset({"recordings", "features", "copies"})  # bytes of sound; their names are looked at
DATABASE = "earshot.db"
CHUNK_BYTES, OVERLAP_BYTES = 16_000_000, 4096


def remove_sound(recordings: Iterable[Recording]) -> None:
    """Remove the bytes of recordings and what was computed from them: features, copies for browsers."""
    for recording in recordings:
        store.delete(settings().storage, recording.sha256, recording.extension)
        feature_cache.delete_cached(settings().storage, recording.sha256)
        browser_copies.forget(settings().storage, recording.sha256)


def remove_model_folders(model_ids: Collection[str]) -> None:
    """Remove the folders of models for good, each out of sight by one rename first.

    Raises
    ------
    OSError
        Something could not be removed; it is tried again by the next call.
    """
    models = settings().models
    for model_id in model_ids:
        model_folders.unshare(model_id)
    for model_id in sorted(model_ids):
        if Path(model_id).name == model_id and (models / model_id).is_dir():
            (models / model_id).rename(models / f"{WITHDRAWN}{model_id}.{uuid.uuid4().hex}")
    for left in [*models.glob(f"{WITHDRAWN}*"), *models.glob(f"{UNFINISHED_RESTORE}*")]:
        shutil.rmtree(left)


def unpublished_models(known_ids: Collection[str], snapshot_ids: Collection[int]) -> list[str]:
    """Folders of models without a row, as a killed job leaves them, that learned from one of these snapshots."""
    folder_names = []
    for name in set(model_folders.names()) - set(known_ids):
        try:
            card_file = model_folders.folder_of(name) / model_folders.CARD
            snapshot_id = json.loads(card_file.read_text())["snapshot"]["id"]
        except (NotFound, OSError, ValueError, KeyError, TypeError):
            continue
        if snapshot_id in snapshot_ids:
            folder_names.append(name)
    return folder_names


def remove_computed(redactor: Redactor) -> None:
    """Remove checkpoints, files that bear a hash of the child in their name, and words in logs and other texts."""
    checkpoints.delete_all()
    stored_figures.forget_all()
    for file in _files():
        with contextlib.suppress(FileNotFoundError):
            if redactor.is_in_file(file.name.encode("utf-8", "surrogateescape")) and not _is_database(file):
                file.unlink()
            elif _is_text_to_clean(file):
                _overwrite(file, redactor)


def traces(redactor: Redactor) -> list[str]:
    """The files below storage and models whose name or content still has a word or a hash of the child."""
    return sorted(str(file) for file in _files() if _has_trace(file, redactor))


def _has_trace(file: Path, redactor: Redactor) -> bool:
    if redactor.is_in_file(file.name.encode("utf-8", "surrogateescape")):
        return True
    if _is_sound(file):
        return False
    with contextlib.suppress(FileNotFoundError):
        return any(redactor.is_in_file(chunk) for chunk in _chunks(file))
    return False


def _chunks(file: Path) -> Iterator[bytes]:
    """The bytes of a file in overlapping chunks, so that no word is cut."""
    with file.open("rb") as opened:
        before = b""
        while chunk := opened.read(CHUNK_BYTES):
            yield before + chunk
            before = chunk[-OVERLAP_BYTES:]


def _overwrite(file: Path, redactor: Redactor) -> None:
    with file.open("r+b") as opened:
        data = opened.read()
        clean = redactor.in_file(data)
        if clean != data:
            opened.seek(0)
            opened.write(clean)  # of the same length: whoever appends meanwhile loses nothing


def _files() -> Iterator[Path]:
    roots = [settings().local_folder.absolute(), settings().models.absolute()]
    if roots[0] in roots[1].parents:
        roots = roots[:1]
    for root in roots:
        for path in root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path


def _is_sound(file: Path) -> bool:
    local = settings().local_folder.absolute()
    return local in file.parents and file.relative_to(local).parts[0] in NOT_OPENED


def _is_database(file: Path) -> bool:
    return file.name.startswith(DATABASE)


def _is_text_to_clean(file: Path) -> bool:
    return (
        not _is_sound(file)
        and not _is_database(file)
        and file.suffix not in {".npz", ".npy", ".keras", ".h5", ".pem", ".zip"}
    )
