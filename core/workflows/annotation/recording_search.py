"""Search and lookup of recordings, counts, and sound. For staff only: it shows labels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.audio import store
from core.audio.decoding_pool import decode_apart
from core.audio.loudness import Loudness, measure
from core.config import settings
from core.domain.judgements import JudgedRecording
from core.domain.labels import JudgingState, Label
from core.domain.list_pages import PageBounds
from core.errors import NotFound
from db import audio_access, judged_recordings, recording_counts, recordings, session
from db.recording_filter import RecordingFilter as RecordingFilter  # what screens ask with
from db.recording_filter import is_kept
from db.recording_search import COUNTED_MOST

MOST_CHILDREN = 200  # that are offered to choose from


@dataclass(frozen=True)
class RecordingPage:
    """`items` holds one page of the recordings that fit, oldest first, and `total` counts all of them.

    has_more : there are more than `total`; what a text or a child fits is not counted any further.
    """

    total: int
    items: list[JudgedRecording]
    has_more: bool
    bounds: PageBounds


@dataclass(frozen=True)
class FilterChoices:
    """What can be filtered by: every value that occurs, in alphabetical order.

    children : none where there are too many to choose from
    """

    languages: list[str]
    sources: list[str]
    children: list[str]


@dataclass(frozen=True)
class RecordingCounts:
    """How many recordings and children there are, and seconds of sound.

    by_standing, by_label : every state, and every label of the consensus, is named, also with 0.
    """

    recordings: int
    children: int
    duration_s: float
    by_standing: dict[JudgingState, int]
    by_label: dict[Label, int]
    by_language: dict[str, int]


@dataclass(frozen=True)
class AudioBytes:
    """A recording's original bytes; `extension` names the container."""

    data: bytes
    extension: str
    sha256: str


def search_recordings(
    wanted: RecordingFilter | None = None, *, begin: int | None = None, limit: int = 50
) -> RecordingPage:
    """One page of the recordings that fit, with the judgements of each.

    begin : the number of the recording that the page begins at; of another one, the next that fits; behind the last
        it is the last page.
    """
    with session.reading_counts() as tx:
        page = judged_recordings.search(tx, wanted or RecordingFilter(), begin=begin, limit=limit)
    has_more = page.total > COUNTED_MOST and wanted is not None and not is_kept(wanted)
    return RecordingPage(COUNTED_MOST if has_more else page.total, page.items, has_more, page.bounds)


def filter_choices() -> FilterChoices:
    """Every language, source and child that occurs."""
    with session.reading_counts() as tx:
        children = recording_counts.pseudonyms(tx, limit=MOST_CHILDREN + 1)
        return FilterChoices(
            languages=recording_counts.languages(tx),
            sources=recording_counts.sources(tx),
            children=children if len(children) <= MOST_CHILDREN else [],
        )


def count_recordings() -> RecordingCounts:
    """Counts of recordings by state."""
    with session.reading_counts() as tx:
        n_recordings, n_children, duration_s = recording_counts.totals(tx)
        return RecordingCounts(
            recordings=n_recordings,
            children=n_children,
            duration_s=duration_s,
            by_standing=recording_counts.count_by_standing(tx),
            by_label=recording_counts.count_by_consensus(tx),
            by_language=recording_counts.count_by_language(tx),
        )


def get_recording(recording_id: int) -> JudgedRecording:
    """One recording with its judgements.

    Raises
    ------
    NotFound
        There is none, or it was erased.
    """
    with session.reading() as tx:
        judged = judged_recordings.by_ids(tx, [recording_id]).get(recording_id)
    if judged is None:
        raise NotFound(
            "There is no recording with the number {recording_id}; perhaps it was erased.",
            recording_id=recording_id,
        )
    return judged


def recordings_of(recording_ids: Collection[int]) -> dict[int, JudgedRecording]:
    """Recordings with the judgements of each, by their number; what is not there any more is left out."""
    with session.reading() as tx:
        return judged_recordings.by_ids(tx, recording_ids)


def recording_of_sound(data: bytes) -> int | None:
    """The number of the recording with these very bytes; None where there is none."""
    with session.reading() as tx:
        return recordings.id_of(tx, store.sha256_of(data))


def loudness(recording_id: int) -> Loudness:
    """Figures of the sound itself.

    Raises
    ------
    NotFound
        There is no such recording, or its bytes are missing from the storage.
    UndecodableAudio
        The bytes can no longer be read.
    """
    return measure(decode_apart(original_audio(recording_id).data).samples)


def original_audio(recording_id: int) -> AudioBytes:
    """The bytes of one recording, as they were imported.

    Raises
    ------
    NotFound
        There is no such recording, or its bytes are missing from the storage.
    """
    with session.reading() as tx:
        file = audio_access.stored_file(tx, recording_id)
    if file is None:
        raise NotFound(
            "There is no recording with the number {recording_id}; perhaps it was erased.",
            recording_id=recording_id,
        )
    sha256, extension = file
    return AudioBytes(store.get(settings().storage, sha256, extension), extension, sha256)
