"""A decision in the terms of a classroom: what is to be heard in a recording, beside what is usual among accepted ones.

What is measured describes the sound; it is not what a model looked at (`core.audio.acoustic_summary`). What is usual is
measured once, when a model is published, on the training recordings that judges accepted, and stands on its card.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.audio import acoustic_summary, store
from core.audio.acoustic_summary import AcousticSummary, ComparedMeasure
from core.audio.decoding_pool import decode_apart
from core.config import settings
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.errors import NotFound, UndecodableAudio
from db import models, recordings, session

MOST_FOR_USUAL = 400  # recordings: a second or two of work, and the ends of nine in ten hold still by then
HEARINGS_KEPT = 4096


@dataclass(frozen=True)
class AcousticExplanation:
    """`sentences` say each figure in words, `why` what stands out most against accepted recordings, if anything."""

    hearing: AcousticSummary
    measured: tuple[ComparedMeasure, ...]
    sentences: tuple[str, ...]
    why: str


def explain_samples(samples: np.ndarray, usual: Mapping[str, Any]) -> AcousticExplanation:
    """Of a waveform, mono at 16 kHz; takes two or three thousandths of a second."""
    return _explained(acoustic_summary.hear(samples), usual)


def explain_recordings(
    recording_ids: Collection[int], *, model_id: str | None = None
) -> dict[int, AcousticExplanation]:
    """Of stored recordings, by their number; one whose sound cannot be read any more is left out.

    `model_id` says whose accepted training recordings are the usual ones; without it nothing is compared.
    """
    with session.reading() as tx:
        found = recordings.by_ids(tx, recording_ids)
    usual = typical_of_model(model_id) if model_id else {}
    heard = {number: _heard(settings().storage, one.sha256, one.extension) for number, one in found.items()}
    return {number: _explained(hearing, usual) for number, hearing in heard.items() if hearing is not None}


def typical_of_model(model_id: str) -> dict[str, Any]:
    """What is usual among the recordings that a model learned to accept; {} where its card does not say."""
    with session.reading() as tx:
        model = models.get(tx, model_id)
    return dict(model.card.get("usual") or {}) if model else {}


def typical_of_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """The same, measured on the training recordings of a snapshot: for the card of a new model.

    Of many recordings `MOST_FOR_USUAL` are taken, the same whenever it is asked. Those that cannot be read are left
    out: they are missing from the description only.
    """
    accepted = sorted(
        (item.sha256, item.extension)
        for item in snapshot.items
        if item.split is Split.TRAIN and item.label is Label.ACCEPTED
    )
    heard = [_heard(settings().storage, *item) for item in accepted[:MOST_FOR_USUAL]]
    return acoustic_summary.typical_ranges([hearing for hearing in heard if hearing is not None])


def explanation_keys(explanation: AcousticExplanation, decision: str, reason: str | None) -> dict[str, Any]:
    """What `score --json` and the API say besides the decision."""
    hearing = explanation.hearing
    return {
        "level_dbfs": round(hearing.level_dbfs, 1),
        "above_background_db": round(hearing.above_background_db, 1),
        "speech_s": round(hearing.speech_s, 2),
        "clipped_share": round(hearing.clipped_share, 4),
        "explanation": explanation.why,
        "measured": [asdict(replace(one, value=round(one.value, 2))) for one in explanation.measured],
        "for_child": acoustic_summary.child_messages(decision, reason, explanation.measured),
    }


def _explained(hearing: AcousticSummary, usual: Mapping[str, Any]) -> AcousticExplanation:
    return AcousticExplanation(
        hearing,
        tuple(acoustic_summary.compare_with_typical(hearing, usual)),
        tuple(acoustic_summary.describe_summary(hearing, usual)),
        acoustic_summary.main_deviation(hearing, usual),
    )


def _heard(storage: str, sha256: str, extension: str) -> AcousticSummary | None:
    try:
        return _measured(storage, sha256, extension)
    except (NotFound, UndecodableAudio):
        return None


@lru_cache(maxsize=HEARINGS_KEPT)
def _measured(storage: str, sha256: str, extension: str) -> AcousticSummary:
    """Bytes under a hash never change; that they are missing may, and is not kept."""
    return acoustic_summary.hear(decode_apart(store.get(storage, sha256, extension)).samples)
