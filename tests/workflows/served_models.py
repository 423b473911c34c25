"""Published models that decide every recording alike, in a folder and in the database, without any training."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from core.audio import steady_dynamics
from core.config import settings
from core.learning.calibration import Calibration
from core.learning.classical import ClassicalSpec, ClassicalTraining, TrainedClassical
from core.learning.inputs import Preparation
from core.learning.scorers import SupportVectors
from core.workflows.training import feature_families, model_folders
from db import deployments, session
from tests import audio_files
from tests.workflows import trained

SOUND = audio_files.encode(audio_files.tone(330, 1.0, amplitude=0.3))
THRESHOLD = 0.5


def write_folder(model_id: str, *, score: float) -> str:
    """A model folder whose p of Accepted rises with `score`, whatever it hears; where it lies."""
    n_inputs = len(steady_dynamics.NAMES)
    scorer = SupportVectors(
        np.zeros((1, n_inputs), np.float32), np.zeros((1, 3)), np.array([0.0, 0.0, score]), np.array(1.0)
    )
    preparation = Preparation(np.zeros(n_inputs, np.float32), np.ones(n_inputs, np.float32), 1, False)
    calibration, course = Calibration((1.0,), (0.0, 0.0, 0.0), 10), ClassicalTraining(1.0, 5, 10)
    classifier = TrainedClassical(ClassicalSpec("svm"), "multiclass", 0, preparation, scorer, calibration, course)
    folder = settings().models / model_id
    classifier.save(folder / "multiclass")
    card: dict[str, Any] = {
        "id": model_id,
        "system": {"features": "steady", "kind": "svm", "task": "multiclass"},
        "families": [{"name": "steady", "spec_hash": feature_families.family("steady").spec_hash}],
        "networks": [{"task": "multiclass", "folder": "multiclass"}],
    }
    (folder / model_folders.CARD).write_text(json.dumps(card))
    return str(folder)


def publish(model_id: str, *, score: float) -> None:
    """The folder and the row."""
    if not list_of_models():
        trained.label_recordings()
    write_folder(model_id, score=score)
    trained.add_model(model_id, system=("steady", "svm", "multiclass"))


def deploy(model_id: str, *, threshold: float = THRESHOLD) -> None:
    """In force from now on, without the gate."""
    with session.writing() as tx:
        point = deployments.add_operating_point(
            tx, model_id, am_target=0.1, threshold=threshold, account_id=None, reason=""
        )
        deployments.add(tx, point, account_id=None, reason="")


def list_of_models() -> list[str]:
    return [path.name for path in settings().models.glob("*")]
