"""Writing the rows of what was taken in: the recording, its child, the labels given elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.audio.notes import SoundNote
from core.domain.actor import Actor
from core.domain.recordings import Recording
from core.errors import Conflict
from core.messages import Message
from core.translation import mark
from core.workflows.accounts import external_annotators
from core.workflows.importing import import_known
from core.workflows.importing.import_known import ChildMoves, place
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.notes import Notes
from core.workflows.importing.sound_notes import SoundNotes
from db import children, imported_judgements, label_restore, recordings, session
from db.recordings import NewRecording

UNKNOWN_CHILD = import_known.UNKNOWN_CHILD


@dataclass(frozen=True)
class StoredFile:
    """A file whose bytes are in the storage; `new` is None when its recording was known before.

    waveform_sha256 : of a known recording whose waveform was not hashed before; None where it was.
    notes : what decoding found odd about a new one.
    """

    row: ManifestRow
    sha256: str
    new: NewRecording | None
    waveform_sha256: str | None = None
    notes: tuple[SoundNote, ...] = ()


@dataclass
class ImportSummary:
    """The running result of an import.

    filled : how many recordings that were here got something that was not known, by column.
    """

    recordings: int = 0
    known: int = 0
    judgements: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    sound_notes: SoundNotes = field(default_factory=SoundNotes)
    filled: dict[str, int] = field(default_factory=dict)
    child_moves: ChildMoves = field(default_factory=ChildMoves)
    judge_ids: dict[str, int] = field(default_factory=dict)  # asked once an import, not once a label


def keep(tx: session.Connection, stored: StoredFile | Refusal, summary: ImportSummary, actor: Actor) -> None:
    """Write one file's rows and count them."""
    if isinstance(stored, Refusal):
        summary.refused.append(stored)
        return
    recording_id = _add_recording(tx, stored, summary)
    if recording_id is not None:
        label_restore.add(tx, first_labels(tx, recording_id, stored.row, summary, actor))
    else:
        _add_labels(tx, _known_recording(tx, stored, summary), stored.row, summary, actor)


def judge_id(tx: session.Connection, name: str, summary: ImportSummary, actor: Actor) -> int:
    """The account of somebody whom a file names, made where there is none."""
    if name not in summary.judge_ids:
        summary.judge_ids[name] = external_annotators.account_of(tx, name, actor)
    return summary.judge_ids[name]


def _add_recording(tx: session.Connection, stored: StoredFile, summary: ImportSummary) -> int | None:
    if stored.new is None or recordings.id_of(tx, stored.sha256) is not None:
        return None
    child = children.find_or_add(tx, stored.row.child or UNKNOWN_CHILD + stored.sha256[:12])
    place(tx, child, stored.row, summary.notes)
    import_known.fill_consent(tx, child, stored.row, summary.notes)
    recording_id = recordings.add(tx, stored.new, child_id=child.id)
    if recording_id is not None:
        note_new(tx, stored, summary)
    return recording_id


def note_new(
    tx: session.Connection, stored: StoredFile, summary: ImportSummary, *, is_same_sound_possible: bool = True
) -> None:
    """Count a recording that was added, and note what is odd about it. Others may have been added together with it."""
    summary.recordings += 1
    summary.sound_notes.add(stored.row.filename, stored.notes)
    if stored.new is not None and is_same_sound_possible:
        _note_same_sound(tx, stored, stored.new.waveform_sha256, summary, are_later_left=True)


def _known_recording(tx: session.Connection, stored: StoredFile, summary: ImportSummary) -> int:
    """The number of a recording that is here; what was not known of it is filled in."""
    recording = recordings.by_sha256(tx, stored.sha256)
    if recording is None:
        raise Conflict(
            "{filename} was erased while it was imported; run the import again.",
            filename=stored.row.filename,
        )
    summary.known += 1
    if stored.waveform_sha256 is not None:
        recordings.fill(tx, recording.id, waveform_sha256=stored.waveform_sha256)
        _note_same_sound(tx, stored, stored.waveform_sha256, summary)
    filled = import_known.fill_in(tx, recording, stored.row, summary.notes, summary.child_moves)
    for column in filled:
        summary.filled[column] = summary.filled.get(column, 0) + 1
    return recording.id


def _note_same_sound(
    tx: session.Connection,
    stored: StoredFile,
    waveform_sha256: str | None,
    summary: ImportSummary,
    *,
    are_later_left: bool = False,
) -> None:
    """Name recordings of the same sound. Where they are of two children, these will stand in one split.

    are_later_left : name those only that came before it
    """
    if not waveform_sha256 or not recordings.has_several_with_waveform(tx, waveform_sha256):
        return
    same = recordings.with_waveform(tx, waveform_sha256)
    own = next((recording for recording in same if recording.sha256 == stored.sha256), None)
    for other in same:
        if own is None or other.id == own.id or (are_later_left and other.id > own.id):
            continue
        summary.notes.add(_same_sound(own, other), stored.row.row)


def _same_sound(own: Recording, other: Recording) -> Message:
    note = Message("{file} is the same sound as {other}", {"file": own.filename, "other": other.filename})
    if other.child != own.child:
        words = mark("{words}; its child {child!r} and the child {other!r} belong into one split")
        note = Message(words, {"words": note, "child": own.child, "other": other.child})
    if other.split and own.split and other.split is not own.split:
        words = mark("{words}, but stand in {split} and {other}: erase the one that is wrong")
        note = Message(words, {"words": note, "split": own.split.value, "other": other.split.value})
    return note


def first_labels(
    tx: session.Connection, recording_id: int, row: ManifestRow, summary: ImportSummary, actor: Actor
) -> list[dict[str, object]]:
    """The labels of a recording that is new, counted and to be added: nothing is here that they could contradict."""
    rows: list[dict[str, object]] = [
        {
            "recording_id": recording_id,
            "account_id": judge_id(tx, judge, summary, actor),
            "round": 1,
            "label": label,
            "decided_at": session.now(),
        }
        for judge, label in row.labels.items()
    ]
    summary.judgements += len(rows)
    return rows


def _add_labels(
    tx: session.Connection, recording_id: int, row: ManifestRow, summary: ImportSummary, actor: Actor
) -> None:
    for judge, label in row.labels.items():
        try:
            summary.judgements += imported_judgements.add_imported(
                tx,
                recording_id=recording_id,
                account_id=judge_id(tx, judge, summary, actor),
                label=label,
                decided_at=session.now(),
            )
        except Conflict as reason:
            summary.notes.add(Message("{judge}: {reason}", {"judge": judge, "reason": reason}), row.row)
