"""Bringing recordings in, with the labels that people gave elsewhere.

Files are read, checked and copied under their SHA-256 by a few threads; their rows are then written a batch at a time.
The bytes come first: a row always has its bytes. An import that was stopped goes on where it was when it is run again,
and importing twice changes nothing, because bytes that are known are not taken in again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.audio import store
from core.audio.decoding import detect_extension
from core.audio.decoding_pool import describe_apart
from core.config import settings
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.domain.recordings import ImportRun
from core.errors import Refused
from core.workflows.accounts import authorisation
from core.workflows.importing import import_plan
from core.workflows.importing.import_plan import Item, Plan
from core.workflows.importing.label_import import by_recording, keep_labels
from core.workflows.importing.manifest_file import Refusal, Wanted
from core.workflows.importing.recording_rows import Taken, Tally, keep
from db import audit, imports, recordings, session
from db.recordings import NewRecording

BATCH = 50
RECORDINGS_AT_ONCE = 50  # of a file of labels; judges write in between
THREADS = min(4, os.cpu_count() or 1)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ImportResult:
    """What came in: new recordings, known ones, new judgements; what was refused and why; what is worth knowing.

    `refused` : [{"file", "row", "reason"}], in the order of the manifest; row None where there is none.
    """

    run_id: int
    recordings: int
    known: int
    judgements: int
    refused: list[dict[str, Any]]
    notes: list[str]


def import_path(path: Path | str, *, actor: Actor, on_progress: Progress | None = None) -> ImportResult:
    """Import a folder, a zip archive, a manifest or a single recording that lies on this machine, or labels.

    A table of labels (CSV, Parquet) or Label Studio's JSON brings judgements for recordings that are here.

    Parameters
    ----------
    on_progress : called after each file with (done, total); what it raises stops the import.

    Raises
    ------
    NotFound, Refused
        Nothing of it can be read. Single files that cannot be used are refused in the result instead.
    """
    authorisation.require_first(actor, Permission.IMPORT)
    return _run(import_plan.of_path(Path(path)), str(path), actor, on_progress)


def import_uploads(
    files: Iterable[tuple[str, bytes | Path]], *, actor: Actor, on_progress: Progress | None = None
) -> ImportResult:
    """Import files that a browser sent: recordings, zip archives, and at most one manifest for the recordings.

    Parameters
    ----------
    files : (name, content), the content as bytes or as the path where it was put.
    """
    authorisation.require_first(actor, Permission.IMPORT)
    files = list(files)
    source = files[0][0] if len(files) == 1 else f"{len(files)} files"
    return _run(import_plan.of_uploads(files), source, actor, on_progress)


def import_runs(*, limit: int = 50) -> list[ImportRun]:
    """Imports so far, newest first."""
    with session.reading() as tx:
        return imports.runs(tx, limit=limit)


def _run(plan: Plan, source: str, actor: Actor, on_progress: Progress | None) -> ImportResult:
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.IMPORT)
        run_id = imports.start(tx, source, actor.account_id)
        audit.record(tx, actor.account_id, actor.name, "import", f"import {run_id}", {"files": len(plan.items)})
    tally = Tally(refused=list(plan.refused), notes={note: [] for note in plan.notes})
    for batch in _taken(plan.items, on_progress):
        with session.writing() as tx:
            for taken in batch:
                keep(tx, taken, tally, actor)
            imports.progress(tx, run_id, recordings=tally.recordings, known=tally.known, judgements=tally.judgements)
    _keep_labels(plan, run_id, tally, actor)
    refused = [vars(refusal) for refusal in sorted(tally.refused, key=lambda refusal: refusal.row or 0)]
    with session.writing() as tx:
        imports.end(tx, run_id, refused=refused, notes=tally.note_lines())
    return ImportResult(run_id, tally.recordings, tally.known, tally.judgements, refused, tally.note_lines())


def _keep_labels(plan: Plan, run_id: int, tally: Tally, actor: Actor) -> None:
    """Labels for recordings that are here, a batch of recordings at a time."""
    found = list(by_recording(plan.labels, tally))
    for begin in range(0, len(found), RECORDINGS_AT_ONCE):
        with session.writing() as tx:
            for recording_id, labels in found[begin : begin + RECORDINGS_AT_ONCE]:
                keep_labels(tx, recording_id, labels, tally, actor)
            imports.progress(tx, run_id, recordings=tally.recordings, known=tally.known, judgements=tally.judgements)


def _taken(items: list[Item], on_progress: Progress | None) -> Iterator[list[Taken | Refusal]]:
    """The files, a batch at a time, in their order."""
    done = 0
    with ThreadPoolExecutor(THREADS, thread_name_prefix="import") as threads:
        for begin in range(0, len(items), BATCH):
            batch = []
            for taken in threads.map(_take, items[begin : begin + BATCH]):
                batch.append(taken)
                done += 1
                if on_progress is not None:
                    on_progress(done, len(items))
            yield batch


def _take(item: Item) -> Taken | Refusal:
    """Read, check and store one file."""
    wanted = item.wanted
    try:
        _check_name(wanted.filename)
        data = item.place.read(item.path)
        sha256 = store.sha256_of(data)
        with session.reading() as tx:
            is_known = recordings.id_of(tx, sha256) is not None
        new = _checked(wanted, data, sha256) if not is_known else None
        store.put(settings().storage, data, detect_extension(data))  # also brings bytes back that were lost
        return Taken(wanted, sha256, new)
    except Refused as reason:
        shown = wanted.filename.encode("utf-8", "backslashreplace").decode()
        return Refusal(shown, wanted.row, str(reason))


def _check_name(filename: str) -> None:
    try:
        filename.encode()
    except UnicodeEncodeError:
        raise Refused("its name is not UTF-8; rename the file") from None


def _checked(wanted: Wanted, data: bytes, sha256: str) -> NewRecording:
    limits = settings()
    sound = describe_apart(data, max_duration_s=limits.max_duration_s, min_duration_s=limits.min_duration_s)
    return NewRecording(
        sha256=sha256,
        extension=detect_extension(data),
        filename=wanted.filename,
        duration_s=sound.duration_s,
        sample_rate_hz=sound.sample_rate_hz,
        size_bytes=len(data),
        language=wanted.language,
        word=wanted.word,
        source=wanted.source,
        collected_at=wanted.collected_at,
        extra=dict(wanted.extra),
    )
