"""Taking in one file: read, checked, described and copied under its SHA-256. Rows are written by others."""

from __future__ import annotations

from core.audio import store
from core.audio.decoding import detect_extension
from core.audio.decoding_pool import describe_apart
from core.audio.sounds import Description
from core.config import settings
from core.domain.retention import RetentionRules
from core.errors import Refused
from core.workflows.importing import retention_check, waveforms
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.planned_import import ImportItem
from core.workflows.importing.recording_rows import StoredFile
from db import recordings, session
from db.recordings import NewRecording


def store_file(item: ImportItem, rules: RetentionRules) -> StoredFile | Refusal:
    """Read, check and store one file; its rows are to be written then (`recording_rows.keep`)."""
    row = item.row
    try:
        _check_name(row.filename)
        data = item.source.read(item.path)
        sha256 = store.sha256_of(data)
        with session.reading() as tx:
            known = recordings.waveform_of(tx, sha256)
            if known is None:
                retention_check.require_time_left(tx, rules, row, sha256)
        described = _described(data) if known is None else None
        new = None if described is None else _new_recording(row, data, sha256, described)
        waveform = waveforms.hash_of(data) if known is not None and known[1] is None else None
        # also brings bytes back that were lost
        store.put(settings().storage, data, detect_extension(data), sha256=sha256)
        return StoredFile(row, sha256, new, waveform, described.notes if described is not None else ())
    except Refused as reason:
        return Refusal.of(reason, row.filename, row.row)


def _check_name(filename: str) -> None:
    try:
        filename.encode()
    except UnicodeEncodeError:
        raise Refused("its name is not UTF-8; rename the file") from None


def _described(data: bytes) -> Description:
    limits = settings()
    return describe_apart(data, max_duration_s=limits.max_duration_s, min_duration_s=limits.min_duration_s)


def _new_recording(row: ManifestRow, data: bytes, sha256: str, sound: Description) -> NewRecording:
    return NewRecording(
        sha256=sha256,
        extension=sound.extension,
        filename=row.filename,
        duration_s=sound.duration_s,
        sample_rate_hz=sound.sample_rate_hz,
        size_bytes=len(data),
        language=row.language,
        word=row.word,
        source=row.source,
        collected_at=row.collected_at,
        extra=dict(row.extra),
        waveform_sha256=sound.waveform_sha256 or waveforms.SILENCE,
    )
