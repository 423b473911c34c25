"""What new models predict for recordings on which judges disagree: they teach nothing, but they come in every day."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from core.domain.models import Model
from core.errors import EarshotError
from core.workflows.deployment import missing_predictions
from db import session, stream

log = logging.getLogger(__name__)


def predict_disagreed(models: Sequence[Model]) -> None:
    """Predict judged recordings of validation and test children that are in no model's snapshot.

    What cannot be predicted is logged: AM of the whole stream is then not known of that model.
    """
    for model in models:
        with session.reading() as tx:
            waiting = stream.without_prediction(tx, model.id)
        try:
            missing_predictions.predict_and_store(model.id, waiting)
        except EarshotError as error:
            log.warning("%s cannot predict disagreements: %s", model.id, error)
