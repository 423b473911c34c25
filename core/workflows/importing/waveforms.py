"""Hashes of the waveforms of recordings that came in before waveforms were hashed, computed when they are needed.

The hash itself is `core.audio.sounds.Sound.waveform_sha256`: the same sound under other bytes has the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.audio import store
from core.audio.decoding_pool import describe_apart
from core.config import settings
from core.errors import Damaged, NotFound, UndecodableAudio
from db import recordings, session

SILENCE = ""
"""Stored for a recording that is silent; NULL: its waveform was not hashed."""


def hash_of(data: bytes) -> str | None:
    """The hash to store; None where the bytes cannot be decoded (any more), which was no reason to refuse them then."""
    try:
        return describe_apart(data).waveform_sha256 or SILENCE
    except UndecodableAudio:
        return None


def of_older(durations_s: Sequence[float]) -> list[tuple[int, str]]:
    """(number, hash) of recordings without a hash that are as long as any of the new ones.

    Others cannot be the same sound. One whose bytes are lost, or cannot be decoded any more, is left for later. Nothing
    is written: that takes a moment, decoding may take minutes.
    """
    if not durations_s:
        return []
    with session.reading() as tx:
        older = recordings.without_waveform(tx, durations_s)
    hashed: list[tuple[int, str]] = []
    for recording in older:
        try:
            waveform_sha256 = hash_of(store.get(settings().storage, recording.sha256, recording.extension))
        except (NotFound, Damaged):
            continue
        if waveform_sha256 is not None:
            hashed.append((recording.id, waveform_sha256))
    return hashed
