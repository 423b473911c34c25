"""What a new model says of recordings that have no label yet, for the order "most useful first".

The answers stand beside those on the snapshot and take part in no figure: whatever evaluates a model goes by its
snapshot's recordings.
"""

from __future__ import annotations

from core.domain.snapshots import UnlabelledRecording
from core.errors import NotFound
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_extraction, lost_files, model_folders
from db import models, session, unlabelled_predictions

AT_ONCE = 256  # recordings whose features are in memory together


def predict_unlabelled(model_id: str, job: RunningJob, step: Step) -> int:
    """Keep what a published model says of every recording it has not been asked about; how many there were."""
    with session.reading() as tx:
        unlabelled = unlabelled_predictions.unlabelled(tx, model_id)
    lost = set(lost_files.lost(unlabelled))  # nobody can judge them either
    waiting = [one for one in unlabelled if one.recording_id not in lost]
    if not waiting:
        step.reused("There is no recording without a label")
        return 0
    model = model_folders.load(model_id)
    for begin in range(0, len(waiting), AT_ONCE):
        job.check()
        _ask(model, waiting[begin : begin + AT_ONCE], job, step)
        step.advance(min(begin + AT_ONCE, len(waiting)), len(waiting))
    return len(waiting)


def _ask(model: model_folders.LoadedModel, some: list[UnlabelledRecording], job: RunningJob, step: Step) -> None:
    for family in model.system.families:
        feature_extraction.extract_all(family, some, job, step)
    said = model.predict(lambda family: feature_extraction.cached_features(family, some))
    columns = [
        [None] * len(some) if array is None else [float(p) for p in array]
        for array in (said.p_accepted, said.p_noise, said.p_speechless)
    ]
    ids = [one.recording_id for one in some]
    rows = zip(ids, *columns, strict=True)
    with session.writing() as tx:
        if models.get(tx, model.id) is None:
            raise NotFound(f"Model {model.id} is no longer there.")
        # a recording may have been erased meanwhile, or asked about by a job that was killed here
        still = {one.recording_id for one in unlabelled_predictions.unlabelled(tx, model.id, among=ids)}
        models.add_probabilities(tx, model.id, [row for row in rows if row[0] in still])
