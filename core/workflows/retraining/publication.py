"""Publishing a trained model: its folder by one rename, then its row and its probabilities in one transaction.

A job that dies between the two finds the folder when it is resumed, and adopts it.
"""

from __future__ import annotations

import json
from datetime import datetime

from core.config import settings
from core.domain.models import Model
from core.domain.snapshots import Snapshot
from core.learning.tasks import Probabilities
from core.workflows.retraining import model_cards
from core.workflows.retraining.model_cards import TrainingResult
from core.workflows.training import model_folders
from db import models, session


def publish(ready: TrainingResult) -> Model:
    """The folder by one rename, then the row and the probabilities in one transaction; what is there is adopted."""
    system = ready.trained.system
    new_id = model_folders.model_id(ready.job, system)
    said = model_folders.round_probabilities(ready.trained.probabilities)
    folder = settings().models / new_id
    if not (folder / model_folders.CARD).is_file():
        model_folders.write_folder(folder, model_cards.build_card(new_id, ready, said), ready.trained.parts)
    card = json.loads((folder / model_folders.CARD).read_text())
    created_at = datetime.fromisoformat(card["created_at"])
    model = Model(new_id, system.name, ready.snapshot.id, ready.job.id, card["seconds"]["all"], created_at, card)
    with session.writing() as tx:
        known = models.get(tx, new_id)
        if known is not None:
            return known
        models.add(tx, model)
        models.add_probabilities(tx, new_id, _rows(ready.snapshot, said))
    return model


def _rows(snapshot: Snapshot, said: Probabilities) -> list[tuple[int, float, float | None, float | None]]:
    columns = [
        [None] * len(snapshot.items) if array is None else [float(p) for p in array]
        for array in (said.p_accepted, said.p_noise, said.p_speechless)
    ]
    ids = [item.recording_id for item in snapshot.items]
    return list(zip(ids, *columns, strict=True))
