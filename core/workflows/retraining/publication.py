"""Publishing a trained model: its folder by one rename, then its row and its probabilities in one transaction.

A job that dies between the two finds the folder when it is resumed, and adopts it.
"""

from __future__ import annotations

from datetime import datetime

from core.config import settings
from core.domain.models import Model
from core.workflows.retraining import model_cards
from core.workflows.retraining.model_cards import TrainingResult
from core.workflows.training import model_folders
from core.workflows.training.probability_rows import probability_rows
from db import models, session


def publish(result: TrainingResult) -> Model:
    """The folder, then the row with its probabilities in one transaction; a folder that is there is adopted."""
    spec = result.fitted.spec
    new_id = model_folders.model_id(result.job, spec)
    p = model_folders.round_probabilities(result.fitted.probabilities)
    folder = settings().models / new_id
    if not (folder / model_folders.CARD).is_file():
        model_folders.write_folder(folder, model_cards.build_card(new_id, result, p), result.fitted.checkpoints)
    card = model_folders.read_card(folder)
    seconds = (card.feature_seconds or 0.0) + (card.training_seconds or 0.0)
    created_at = datetime.fromisoformat(card.created_at)
    model = Model(new_id, spec.name, result.snapshot.id, result.job.id, seconds, created_at, card)
    with session.writing() as tx:
        known = models.get(tx, new_id)
        if known is not None:
            return known
        named = models.add(tx, model)
        models.add_probabilities(tx, new_id, probability_rows([item.recording_id for item in result.snapshot.items], p))
    return named
