"""Predictions of a published model for recordings that it has none for yet, stored beside the others.

They take part in no figure of that model: whatever evaluates it goes by the recordings of its own snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.snapshots import UnlabelledRecording
from core.workflows.training import feature_extraction, model_folders
from core.workflows.training.probability_rows import probability_rows
from db import models, session

AT_ONCE = 256  # recordings whose features are in memory together


def predict_and_store(model_id: str, waiting: Sequence[UnlabelledRecording]) -> None:
    """Store what a model predicts for these recordings. Loads the model, where there is any recording.

    Raises
    ------
    NotFound
        The model or its folder is not there.
    Refused
        It learned from features that this version computes differently.
    """
    if not waiting:
        return
    model = model_folders.load(model_id)
    for begin in range(0, len(waiting), AT_ONCE):
        store_predictions(model, waiting[begin : begin + AT_ONCE])


def store_predictions(model: model_folders.LoadedModel, some: Sequence[UnlabelledRecording]) -> None:
    ids = [recording.recording_id for recording in some]
    p = model.predict(lambda family: feature_extraction.cached_features(family, some))
    with session.writing() as tx:
        known = models.shares_of(tx, model.id, ids)  # another process may have stored them meanwhile
        rows = [row for row in probability_rows(ids, p) if row[0] not in known]
        models.add_probabilities(tx, model.id, rows)
