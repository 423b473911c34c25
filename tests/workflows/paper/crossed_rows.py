"""Cross-validations without any sound or training: labelled rows, and probabilities that are drawn, seeded."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.domain.jobs import Job
from core.domain.labels import Label, Split
from core.learning.tasks import Probabilities
from core.messages import Message
from core.workflows.jobs import cluster, job_status
from core.workflows.paper import cross_validation, cross_validation_extras, epoch_times, fold_training
from core.workflows.paper.epoch_times import EpochTime
from core.workflows.paper.paper_report import ModuleReport
from core.workflows.training.fitted_models import FittedModel

EPOCHS = EpochTime("mfcc", steps=58, thinned_s=0.5, all_steps=231, all_frames_s=2.5)
FEW_CHILDREN = 12  # half of the training children of a fold of 40
CHECKED = Message("This is not VGGish, and figures made with it must not be called VGGish's. {rest}", {"rest": ""})
VGGISH = ModuleReport("vggish", is_genuine=False, words=str(CHECKED), load_seconds=3.25, message=CHECKED)


def without_training(patch: pytest.MonkeyPatch, *, skill: dict[str, float] | None = None) -> None:
    """Jobs stay queued until `cross` runs them here; a family's skill is how far Accepted lies above the rest."""

    def ensure(system: Any, snapshot: Any, features: Any, *, seed: int, on_epoch: Any) -> FittedModel:
        on_epoch(3, 3)
        skills = skill or {}
        n_children = len({item.child for item in snapshot.items if item.split is Split.TRAIN})
        height = skills.get(system.kind, skills.get(system.features, 1.5))
        if "few" in skills and n_children < FEW_CHILDREN and system.kind == "rnn":
            height = skills["few"]
        rng = np.random.default_rng(zlib.crc32(f"{system.name} {snapshot.hash}".encode()))
        lift = np.array([height * (item.label is Label.ACCEPTED) for item in snapshot.items])
        p = 1.0 / (1.0 + np.exp(-lift - rng.normal(size=len(lift))))
        said = Probabilities(p, (1 - p) / 2, (1 - p) / 2)
        return FittedModel(system, (), said, 4.0 if system.features == "mfcc" else 1.0, 0.5, 100, ())

    patch.setattr(cluster, "submit", lambda *_, key: None)
    patch.setattr(fold_training, "ensure_fitted", ensure)
    patch.setattr(cross_validation_extras, "ensure_fitted", ensure)
    patch.setattr(cross_validation.feature_extraction, "extract_all", lambda *_: None)
    patch.setattr(cross_validation.feature_extraction, "cached_features", lambda _, items: [np.zeros(1)] * len(items))
    patch.setattr(epoch_times, "measure", lambda family, *_, **__: replace(EPOCHS, features=family))
    patch.setattr(cross_validation.module_load_time, "module", lambda family: replace(VGGISH, features=family))


def cross(**options: Any) -> Job:
    """A whole cross-validation in this process; the ended job."""
    job = cross_validation.start(**({"n_folds": 2} | options))
    cross_validation.run(job.id)
    return job_status.get_job(job.id)
