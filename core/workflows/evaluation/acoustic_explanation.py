"""Acoustic measures of a recording beside the usual ranges of the accepted recordings that a model learned from.

What is measured describes the sound; it is not what a model looked at (`core.audio.acoustic_summary`). What is usual is
measured once, when a model is published, on the training recordings that judges accepted, and stands on its card.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from core.audio import acoustic_summary, store
from core.audio.acoustic_summary import AcousticSummary
from core.audio.acoustic_summary import ComparedMeasure as ComparedMeasure  # for screens
from core.audio.decoding_pool import decode_apart
from core.config import settings
from core.domain.json_types import JsonObject, json_of
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.errors import Damaged, NotFound, UndecodableAudio
from core.sentences import acoustic_sentences
from db import models, recordings, session

MAX_FOR_TYPICAL = 400  # recordings: a second or two of work, and the ends of nine in ten hold still by then
MAX_CACHED_SUMMARIES = 4096


@dataclass(frozen=True)
class AcousticExplanation:
    """What was measured of a recording, beside what is usual."""

    summary: AcousticSummary
    measured: tuple[ComparedMeasure, ...]


def explain_summary(summary: AcousticSummary, typical: JsonObject) -> AcousticExplanation:
    """Of what `acoustic_summary.hear` measured; takes next to no time."""
    return AcousticExplanation(summary, tuple(acoustic_summary.compare_with_typical(summary, typical)))


def explain_recordings(
    recording_ids: Collection[int], *, model_id: str | None = None
) -> dict[int, AcousticExplanation]:
    """Of stored recordings, by id; those whose sound cannot be read any more are left out.

    model_id : whose accepted training recordings are the usual ones; without it nothing is compared
    """
    with session.reading() as tx:
        by_id = recordings.by_ids(tx, recording_ids)
    typical = typical_of_model(model_id) if model_id else {}
    summaries = {
        recording_id: _summary_or_none(settings().storage, recording.sha256, recording.extension)
        for recording_id, recording in by_id.items()
    }
    return {
        recording_id: explain_summary(summary, typical)
        for recording_id, summary in summaries.items()
        if summary is not None
    }


def typical_of_model(model_id: str) -> JsonObject:
    """The usual ranges on a model's card; {} where it has none."""
    with session.reading() as tx:
        model = models.get(tx, model_id)
    return dict(model.card.usual) if model else {}


def typical_of_snapshot(snapshot: Snapshot) -> JsonObject:
    """The same, measured on the training recordings of a snapshot: for the card of a new model.

    Of many recordings `MAX_FOR_TYPICAL` are taken, the same at every call. Those that cannot be read are left out: they
    are missing from the description only.
    """
    accepted = sorted(
        (item.sha256, item.extension)
        for item in snapshot.items
        if item.split is Split.TRAIN and item.label is Label.ACCEPTED
    )
    summaries = [_summary_or_none(settings().storage, *file) for file in accepted[:MAX_FOR_TYPICAL]]
    return acoustic_summary.typical_ranges([summary for summary in summaries if summary is not None])


def explanation_keys(explanation: AcousticExplanation, decision: str, reason: str | None) -> JsonObject:
    """What `score --json` and the API give besides the decision."""
    summary = explanation.summary
    return {
        "level_dbfs": round(summary.level_dbfs, 1),
        "above_background_db": round(summary.above_background_db, 1),
        "speech_s": round(summary.speech_s, 2),
        "clipped_share": round(summary.clipped_share, 4),
        "explanation": acoustic_sentences.deviation_sentence(summary, explanation.measured),
        "measured": [_measure_keys(measure) for measure in explanation.measured],
        "for_child": json_of(acoustic_sentences.child_messages(decision, reason, explanation.measured)),
    }


def _measure_keys(measure: ComparedMeasure) -> JsonObject:
    words = acoustic_sentences.measure_sentence(measure)
    return {**asdict(replace(measure, value=round(measure.value, 2))), "words": words}


def _summary_or_none(storage: str, sha256: str, extension: str) -> AcousticSummary | None:
    try:
        return _summary(storage, sha256, extension)
    except (NotFound, Damaged, UndecodableAudio):
        return None


@lru_cache(maxsize=MAX_CACHED_SUMMARIES)
def _summary(storage: str, sha256: str, extension: str) -> AcousticSummary:
    """Bytes under a hash never change; that they are missing may, and is not cached."""
    return acoustic_summary.hear(decode_apart(store.get(storage, sha256, extension)).samples)
