"""All that is known of one recording, for staff: labels, the decision of the model in force, its way, comments."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.json_types import number_of, number_or_none, text_of
from core.domain.judgements import JudgedRecording
from core.domain.live import LiveSample
from core.domain.model_verdicts import ModelVerdict
from core.domain.permissions import Permission
from core.domain.recording_history import PastLabel, RecordingComment, RecordingEvent, SnapshotPlace
from core.domain.sources import ThresholdBasis
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.annotation import recording_search
from core.workflows.deployment import scoring, source_thresholds
from core.workflows.evaluation import model_evaluation
from db import (
    deployments,
    judged_recordings,
    live_samples,
    models,
    qualification,
    recording_comments,
    recording_history,
    session,
)

SAME_SOUND_SHOWN = 10


@dataclass(frozen=True)
class RecordingOverview:
    """A recording with what people and models make of it.

    model_in_force : its name; "" where none is
    verdict : None where no model is in force, or the one that is has not heard this recording
    sample : the decision in class that brought the recording; None of others
    same_sound : other recordings of the same waveform, by number
    n_of_child : recordings of the child, this one among them
    """

    judged: JudgedRecording
    model_in_force: str
    verdict: ModelVerdict | None
    sample: LiveSample | None
    sample_model: str
    labels: tuple[PastLabel, ...]
    events: tuple[RecordingEvent, ...]
    places: tuple[SnapshotPlace, ...]
    same_sound: tuple[int, ...]
    n_of_child: int
    is_for_practice: bool
    comments: tuple[RecordingComment, ...]


def overview_of(recording_id: int, *, actor: Actor) -> RecordingOverview:
    """Everything about one recording.

    Raises
    ------
    NotFound
        There is none, or it was erased.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.SEE_LABELS)
        judged = judged_recordings.by_ids(tx, [recording_id]).get(recording_id)
        if judged is None:
            raise NotFound(
                "There is no recording with the number {recording_id}; perhaps it was erased.",
                recording_id=recording_id,
            )
        deployment = deployments.newest(tx)
        sample = live_samples.of_recording(tx, recording_id)
        return RecordingOverview(
            judged=judged,
            model_in_force=deployment.operating_point.model_title if deployment else "",
            verdict=_verdict(tx, judged),
            sample=sample,
            sample_model=models.title_of(tx, sample.model_id) if sample else "",
            labels=tuple(recording_history.past_labels(tx, recording_id)),
            events=tuple(recording_history.events(tx, recording_id)),
            places=tuple(recording_history.snapshot_places(tx, recording_id)),
            same_sound=tuple(recording_history.same_sound(tx, recording_id, limit=SAME_SOUND_SHOWN)),
            n_of_child=recording_history.count_of_child(tx, recording_id),
            is_for_practice=qualification.expected(tx, recording_id) is not None,
            comments=tuple(recording_comments.of_recording(tx, recording_id)),
        )


def decide_now(recording_id: int, *, actor: Actor) -> ModelVerdict:
    """Let the model in force hear a stored recording that it has no probabilities of. Counts nowhere.

    Raises
    ------
    NotFound
        There is no such recording, its bytes are missing, or no model is in force.
    Refused
        The sound cannot be scored.
    """
    authorisation.require_first(actor, Permission.DECIDE)
    recording = recording_search.get_recording(recording_id).recording
    data = recording_search.original_audio(recording_id).data
    answer = scoring.score_one((recording.filename, data), source=recording.source, is_counted=False)
    if isinstance(answer, Refused):
        raise answer
    model_id = text_of(answer.get("model"))
    return ModelVerdict(
        model_id=model_id,
        model=model_evaluation.title_of(model_id),
        p_accepted=number_of(answer.get("p_accepted"), 0.0),
        p_noise=number_or_none(answer.get("p_noise")),
        p_speechless=number_or_none(answer.get("p_speechless")),
        threshold=number_of(answer.get("threshold"), 0.0),
        basis=ThresholdBasis(text_of(answer.get("threshold_basis"), ThresholdBasis.COMMON.value)),
    )


def _verdict(tx: session.Connection, judged: JudgedRecording) -> ModelVerdict | None:
    deployment = deployments.newest(tx)
    if deployment is None:
        return None
    point = deployment.operating_point
    shares = models.shares_of(tx, point.model_id, [judged.recording.id]).get(judged.recording.id)
    if shares is None:
        return None
    in_force = source_thresholds.threshold_in_force(tx, point, judged.recording.source)
    return ModelVerdict(point.model_id, point.model_title, *shares, in_force.threshold, in_force.basis)
