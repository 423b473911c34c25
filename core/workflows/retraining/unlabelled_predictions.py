"""Probabilities of recordings that have no label yet, by a new model, for the order "most useful first".

The rows stand beside those on the snapshot and take part in no figure: whatever evaluates a model goes by its
snapshot's recordings.
"""

from __future__ import annotations

from core.domain.snapshots import UnlabelledRecording
from core.errors import NotFound
from core.messages import Message
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_extraction, lost_files, model_folders
from core.workflows.training.probability_rows import probability_rows
from db import models, session, unlabelled_predictions

BATCH_RECORDINGS = 256  # whose features are in memory together


def predict_unlabelled(model_id: str, job: RunningJob, step: Step) -> int:
    """Store a published model's probabilities of every recording that it lacks; how many there were."""
    with session.reading() as tx:
        unlabelled = unlabelled_predictions.unlabelled(tx, model_id)
    lost = set(lost_files.lost(unlabelled))  # nobody can judge them either
    waiting = [recording for recording in unlabelled if recording.recording_id not in lost]
    if not waiting:
        step.reused(Message("There is no recording without a label"))
        return 0
    model = model_folders.load(model_id)
    for begin in range(0, len(waiting), BATCH_RECORDINGS):
        job.check()
        _predict(model, waiting[begin : begin + BATCH_RECORDINGS], job, step)
        step.advance(min(begin + BATCH_RECORDINGS, len(waiting)), len(waiting))
    return len(waiting)


def _predict(model: model_folders.LoadedModel, batch: list[UnlabelledRecording], job: RunningJob, step: Step) -> None:
    for family in model.spec.families:
        feature_extraction.extract_all(family, batch, job, step)
    p = model.predict(lambda family: feature_extraction.cached_features(family, batch))
    ids = [recording.recording_id for recording in batch]
    rows = probability_rows(ids, p)
    with session.writing() as tx:
        if models.get(tx, model.id) is None:
            raise NotFound(
                "Model {id} is no longer there.",
                id=model.id,
            )
        # a recording may have been erased meanwhile, or predicted by a job that was killed here
        still_missing = unlabelled_predictions.unlabelled(tx, model.id, among=ids)
        missing = {recording.recording_id for recording in still_missing}
        models.add_probabilities(tx, model.id, [row for row in rows if row[0] in missing])
