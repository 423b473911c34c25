"""Everything of one child in a zip, for the right of access: its sound, every row about it, who came near it and when.

People who judged are numbered, not named. What was computed from the sound alone, such as features, is left out: it can
be computed from the sound again.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditAction
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.domain.recordings import Child, Recording
from core.domain.retention import DatedRecording, RetentionRules
from core.errors import Damaged, NotFound, Refused
from core.workflows.accounts import authorisation
from db import audit, child_rows, children, recordings, retention, session

README = """Everything that Earshot stores of one child.

child.json        pseudonym, consent reference, in which part of the training data it stands
recordings.json   each recording: when and where, which word, how long, when it goes by itself
rows/             every row about these recordings, a file a table. `person` numbers whoever judged
heard.json        when the sound was fetched or played, by the number of the recording
sound/            the recordings as they came in

Not in here: copies in backups, features that are computed from the sound, and what trained models remember of it.
The erasure of a child removes all of these but the backups; docs/privacy.md says how.
"""


@dataclass(frozen=True)
class ChildExport:
    """missing : names of recordings whose bytes are lost."""

    recordings: int
    rows: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Gathered:
    child: Child
    files: list[Recording]
    rows: dict[str, list[JsonObject]]
    heard: list[JsonObject]
    rules: RetentionRules


def export_child(pseudonym: str, out: Path, *, actor: Actor = COMMAND_LINE) -> ChildExport:
    """Write everything of a child into a new zip, readable by its owner only; it appears when it is whole.

    Raises
    ------
    NotFound
        There is no child of that pseudonym, or no folder to put the file in.
    Refused
        There is a file of that name already, or it does not end in .zip.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    if out.suffix.lower() != ".zip":
        raise Refused(
            "{out} cannot be written: expected a name that ends in .zip.",
            out=out,
        )
    if out.exists():
        raise Refused(
            "{out} exists already; choose another name.",
            out=out,
        )
    if not out.absolute().parent.is_dir():
        raise NotFound(
            "There is no folder {parent}; make it first.",
            parent=out.absolute().parent,
        )
    gathered = _gathered(pseudonym, actor)
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".export-child-")  # readable by its owner only
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            result = _write(gathered, file)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    return result


def zip_child(pseudonym: str, *, actor: Actor) -> bytes:
    """The same for a browser."""
    authorisation.require_first(actor, Permission.EXPORT)
    memory = io.BytesIO()
    _write(_gathered(pseudonym, actor), memory)
    return memory.getvalue()


def _gathered(pseudonym: str, actor: Actor) -> _Gathered:
    with session.reading() as tx:
        child = children.by_pseudonym(tx, pseudonym)
        if child is None:
            raise NotFound(
                "There is no child {pseudonym!r}.",
                pseudonym=pseudonym,
            )
        files = recordings.of_child(tx, child.id)
        ids = [recording.id for recording in files]
        rows, rules = child_rows.of_recordings(tx, ids), retention.rules(tx)
        heard = _heard(tx, ids)
    with session.writing() as tx:  # nobody waits while everything is read
        authorisation.require(tx, actor, Permission.EXPORT)
        detail = {"recordings": len(files)}
        audit.record(tx, actor.account_id, actor.name, "export child", f"child {child.id}", detail)
    return _Gathered(child, files, rows, heard, rules)


def _heard(tx: session.Connection, recording_ids: list[int]) -> list[JsonObject]:
    subjects = [f"recording {number}" for number in recording_ids]
    actions = (AuditAction.FETCH_RECORDING, AuditAction.LISTEN)
    return [
        {"at": entry.at.isoformat(), "what": entry.action, "recording": entry.subject}
        for entry in audit.about(tx, subjects, actions)
    ]


def _write(gathered: _Gathered, file: IO[bytes]) -> ChildExport:
    missing: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        _write_json(archive, "child.json", _child_json(gathered.child))
        _write_json(
            archive, "recordings.json", [_recording_json(child_file, gathered.rules) for child_file in gathered.files]
        )
        for table, rows in gathered.rows.items():
            _write_json(archive, f"rows/{table}.json", rows)
        _write_json(archive, "heard.json", gathered.heard)
        for recording in gathered.files:
            try:
                data = store.get(settings().storage, recording.sha256, recording.extension)
            except (NotFound, Damaged):
                missing.append(recording.filename)
            else:
                archive.writestr(_sound_name(recording), data, zipfile.ZIP_STORED)
    return ChildExport(len(gathered.files), sum(map(len, gathered.rows.values())), tuple(missing))


def _child_json(child: Child) -> JsonObject:
    split = None if child.split is None else str(child.split)
    return {"pseudonym": child.pseudonym, "consent": child.consent, "split": split}


def _recording_json(recording: Recording, rules: RetentionRules) -> JsonObject:
    rule = rules.rule_for(recording.source)
    dated = DatedRecording(
        recording.id, recording.child, recording.source, recording.collected_at, recording.imported_at
    )
    goes_at = rule.goes_at(dated.counted_from) if rule else None
    return {
        "number": recording.id,
        "file": recording.filename,
        "sound": _sound_name(recording),
        "word": recording.word,
        "language": recording.language,
        "source": recording.source,
        "collected_at": _iso(recording.collected_at),
        "imported_at": recording.imported_at.isoformat(),
        "duration_s": recording.duration_s,
        "goes_at": _iso(goes_at),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _sound_name(recording: Recording) -> str:
    return f"sound/{recording.id}-{PurePosixPath(recording.filename).stem}.{recording.extension}"


def _write_json(archive: zipfile.ZipFile, name: str, content: object) -> None:
    archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=1))
