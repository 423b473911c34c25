"""Writing the rows of a batch of files: new recordings together, a few statements for all of them.

What is not new, and a batch in which another process took in the same bytes at the same moment, goes the way of single
files (`recording_rows.keep`); the rows, counts and notes are the same either way.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.names import child_name
from core.domain.recordings import Child
from core.workflows.importing import import_known, recording_rows
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.recording_rows import UNKNOWN_CHILD, ImportSummary, StoredFile
from db import children, label_restore, recordings, session
from db.recordings import NewRecording


def keep_batch(
    tx: session.Connection, batch: Sequence[StoredFile | Refusal], summary: ImportSummary, actor: Actor
) -> None:
    """Write the rows of some files and count them, in their order."""
    fresh = _fresh(tx, batch)
    ids = _add_recordings(tx, list(fresh.values()), summary)
    shared = recordings.shared_waveforms(tx, [new.waveform_sha256 for stored in fresh.values() if (new := stored.new)])
    labels: list[dict[str, object]] = []
    for stored in batch:
        recording_id = ids.get(stored.sha256) if isinstance(stored, StoredFile) else None
        if isinstance(stored, StoredFile) and recording_id is not None and fresh[stored.sha256] is stored:
            recording_rows.note_new(tx, stored, summary, is_same_sound_possible=_waveform(stored) in shared)
            labels += recording_rows.first_labels(tx, recording_id, stored.row, summary, actor)
        else:  # perhaps the same bytes as one before: its labels are held against those
            label_restore.add(tx, labels)
            labels = []
            recording_rows.keep(tx, stored, summary, actor)
    label_restore.add(tx, labels)


def _fresh(tx: session.Connection, batch: Sequence[StoredFile | Refusal]) -> dict[str, StoredFile]:
    """The files whose recording is new, by SHA-256: of several with the same bytes the first."""
    new: dict[str, StoredFile] = {}
    for stored in batch:
        if isinstance(stored, StoredFile) and stored.new is not None:
            new.setdefault(stored.sha256, stored)
    known = recordings.known_among(tx, list(new))
    return {sha256: stored for sha256, stored in new.items() if sha256 not in known}


def _add_recordings(tx: session.Connection, fresh: Sequence[StoredFile], summary: ImportSummary) -> dict[str, int]:
    """The number of each new recording, by SHA-256; none where another process was first with one of them."""
    of_pseudonym = children.find_or_add_all(tx, [_child_of(stored) for stored in fresh])
    rows: list[tuple[NewRecording, int]] = []
    for stored in fresh:
        name = child_name(_child_of(stored))
        child = of_pseudonym[name] = _placed(tx, of_pseudonym[name], stored, summary)
        if stored.new is not None:
            rows.append((stored.new, child.id))
    return recordings.add_all(tx, rows)


def _placed(tx: session.Connection, child: Child, stored: StoredFile, summary: ImportSummary) -> Child:
    """The child as it is once the row has its say about it."""
    if stored.row.split is None and not stored.row.consent:
        return child
    import_known.place(tx, child, stored.row, summary.notes)
    import_known.fill_consent(tx, child, stored.row, summary.notes)
    return children.by_pseudonym(tx, child.pseudonym) or child


def _child_of(stored: StoredFile) -> str:
    return stored.row.child or UNKNOWN_CHILD + stored.sha256[:12]


def _waveform(stored: StoredFile) -> str | None:
    return stored.new.waveform_sha256 if stored.new is not None else None
