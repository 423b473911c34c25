"""Bringing recordings in, with the labels that people gave elsewhere.

Files are read, checked and copied under their SHA-256 by a few threads; their rows are then written a batch at a time.
The bytes come first: a row always has its bytes. An import that was stopped goes on where it was when it is run again,
and importing twice changes nothing, because bytes that are known are not taken in again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from core.domain.actor import Actor
from core.domain.names import readable
from core.domain.permissions import Permission
from core.domain.recordings import ImportRun
from core.messages import Message
from core.translation import mark
from core.workflows.accounts import authorisation
from core.workflows.importing import file_intake, import_plan, retention_check, server_paths, waveforms
from core.workflows.importing.import_known import name_moves
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.label_import import RecordingIndex, by_recording, keep_labels
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.planned_import import ImportItem, Plan
from core.workflows.importing.recording_batches import keep_batch
from core.workflows.importing.recording_rows import ImportSummary, StoredFile, keep
from db import audit, imports, recordings, session

BATCH = 50
RECORDINGS_AT_ONCE = 50  # of a file of labels; judges write in between
BATCHES_AHEAD = 1
THREADS = 16  # they wait for disks that sync, or for a storage elsewhere: many at once are synced as fast as few

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ImportResult:
    """What came in: new recordings, known ones, new judgements; what was refused and why; what is worth knowing.

    `refused` : [{"file", "row", "reason"}], in the order of the manifest; row None where there is none.
    `filled` : how many recordings that were here got what was not known of them, by column.
    `messages` : the reason of each refusal as it is translated.
    `note_messages` : the notes as they are translated.
    """

    run_id: int
    recordings: int
    known: int
    judgements: int
    refused: list[dict[str, object]]
    notes: list[str]
    filled: dict[str, int] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    note_messages: tuple[Message, ...] = ()


def import_path(
    path: Path | str, *, actor: Actor, on_progress: Progress | None = None, options: ImportOptions = DEFAULT
) -> ImportResult:
    """Import a folder, a zip archive, a manifest or a single recording that lies on this machine, or labels.

    Labels (the formats of `label_formats`) bring judgements for recordings that are here.

    Parameters
    ----------
    on_progress : called after each file with (done, total); what it raises stops the import.
    options : how tables are to be read that can be read in several ways.

    Raises
    ------
    NotAllowed
        Paths of the server are for administrators, below EARSHOT_IMPORT_ROOT; the command line reads anything.
    NotFound, Refused
        Nothing of it can be read. Single files that cannot be used are refused in the result instead.
    """
    authorisation.require_first(actor, Permission.IMPORT)
    permitted = server_paths.permitted(path, actor)
    return run_plan(import_plan.of_path(permitted, options), str(path), actor, on_progress)


def import_uploads(
    files: Iterable[tuple[str, bytes | Path]],
    *,
    actor: Actor,
    on_progress: Progress | None = None,
    options: ImportOptions = DEFAULT,
) -> ImportResult:
    """Import files that a browser sent: recordings, zip archives, labels, and tables of the recordings.

    Parameters
    ----------
    files : (name, content), the content as bytes or as the path where it was put. Several may have one name.
    """
    authorisation.require_first(actor, Permission.IMPORT)
    sent = list(files)
    source = sent[0][0] if len(sent) == 1 else f"{len(sent)} files"
    return run_plan(import_plan.of_uploads(sent, options), source, actor, on_progress)


def import_runs(*, limit: int = 50) -> list[ImportRun]:
    """Imports so far, newest first."""
    with session.reading() as tx:
        return imports.runs(tx, limit=limit)


def run_plan(plan: Plan, source: str, actor: Actor, on_progress: Progress | None = None) -> ImportResult:
    """Import what a plan lists; the actor is asked for the permission again."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.IMPORT)
        run_id = imports.start(tx, readable(source), actor.account_id)
        audit.record(tx, actor.account_id, actor.name, "import", f"import {run_id}", {"files": len(plan.items)})
    summary = ImportSummary(refused=list(plan.refused), notes=plan.notes)
    for batch in _stored(plan.items, on_progress):
        older = waveforms.of_older(_new_durations_s(batch))
        with session.writing() as tx:
            for recording_id, waveform_sha256 in older:
                recordings.fill(tx, recording_id, waveform_sha256=waveform_sha256)
            keep_batch(tx, batch, summary, actor)
            _count(tx, run_id, summary)
    _keep_absent(plan, run_id, summary, actor)
    _keep_labels(plan, run_id, summary, actor)
    by_row = sorted(summary.refused, key=lambda refusal: refusal.row or 0)
    refused = [refusal.as_json() for refusal in by_row]
    with session.writing() as tx:
        name_moves(tx, summary.child_moves, summary.notes, actor)
        _note_filled(summary)
        summary.notes.extend(summary.sound_notes.as_notes())
        notes = summary.notes.lines()
        imports.end(tx, run_id, refused=refused, messages=[refusal.message for refusal in by_row], notes=notes)
    return ImportResult(
        run_id,
        summary.recordings,
        summary.known,
        summary.judgements,
        refused,
        notes,
        dict(summary.filled),
        tuple(refusal.message for refusal in by_row),
        tuple(summary.notes.messages()),
    )


def _new_durations_s(batch: Iterable[StoredFile | Refusal]) -> list[float]:
    return [stored.new.duration_s for stored in batch if isinstance(stored, StoredFile) and stored.new is not None]


def _count(tx: session.Connection, run_id: int, summary: ImportSummary) -> None:
    counts = {"recordings": summary.recordings, "known": summary.known, "judgements": summary.judgements}
    imports.progress(tx, run_id, **counts)


def _note_filled(summary: ImportSummary) -> None:
    if summary.filled:
        columns = ", ".join(f"{column} {count}" for column, count in summary.filled.items())
        words = mark("Filled in for recordings that were here already: {columns}.")
        summary.notes.add(Message(words, {"columns": columns}))


def _keep_absent(plan: Plan, run_id: int, summary: ImportSummary, actor: Actor) -> None:
    """Rows of a table that came by itself: what they state is of recordings that are here, by their whole path."""
    if not plan.absent:
        return
    index = RecordingIndex.now()
    for begin in range(0, len(plan.absent), RECORDINGS_AT_ONCE):
        with session.writing() as tx:
            for absent in plan.absent[begin : begin + RECORDINGS_AT_ONCE]:
                sha256 = index.sha256_of(absent.row)
                if sha256 is None:
                    refusal = Refusal.of(absent.reason, absent.row.filename, absent.row.row)
                    keep(tx, refusal, summary, actor)
                else:
                    keep(tx, StoredFile(absent.row, sha256, None), summary, actor)
            _count(tx, run_id, summary)


def _keep_labels(plan: Plan, run_id: int, summary: ImportSummary, actor: Actor) -> None:
    """Labels for recordings that are here, a batch of recordings at a time."""
    if not plan.labels:
        return
    located = list(by_recording(plan.labels, summary))
    for begin in range(0, len(located), RECORDINGS_AT_ONCE):
        with session.writing() as tx:
            for recording_id, labels in located[begin : begin + RECORDINGS_AT_ONCE]:
                keep_labels(tx, recording_id, labels, summary, actor)
            _count(tx, run_id, summary)


def _stored(items: list[ImportItem], on_progress: Progress | None) -> Iterator[list[StoredFile | Refusal]]:
    """The files, a batch at a time, in their order; the next ones are read while the rows of a batch are written."""
    done, waiting = 0, deque[Future[StoredFile | Refusal]]()
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="import")
    try:
        for begin in range(0, len(items), BATCH):
            wanted = min(begin + BATCH * (1 + BATCHES_AHEAD), len(items))
            rules = retention_check.rules_in_force()
            ahead = items[begin + len(waiting) : wanted]
            waiting.extend(threads.submit(file_intake.store_file, item, rules) for item in ahead)
            batch: list[StoredFile | Refusal] = []
            for _ in range(min(BATCH, len(items) - begin)):
                batch.append(waiting.popleft().result())
                done += 1
                if on_progress is not None:
                    on_progress(done, len(items))
            yield batch
    finally:
        threads.shutdown(cancel_futures=True)
