"""A small fusion on steady dynamics, trained on synthesised sounds in a second or two."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from core.arrays import Float32Array
from core.audio import steady_dynamics
from core.config import settings
from core.domain.labels import Label
from core.learning import calibration, classical_training
from core.learning.classical import KINDS, ClassicalSpec
from core.workflows.training.feature_families import family
from core.workflows.training.model_folders import CARD, LoadedModel
from core.workflows.training.model_specs import PRODUCT
from tests.workflows import trained

RATE_HZ = 16_000
LABELS = (Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS)


def sound_of(label: Label, seed: int, *, rate_hz: int = RATE_HZ) -> Float32Array:
    """A voice near, a voice in loud noise, or a quiet room: 1 to 2 s."""
    rng = np.random.default_rng(seed)
    n = int(rate_hz * rng.uniform(1, 2))
    times = np.arange(n) / rate_hz
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(2, 4) * times), 0, 1)
    voice = sum(np.sin(2 * np.pi * rng.uniform(200, 350) * k * times) / k for k in range(1, 10))
    level = {Label.ACCEPTED: 0.005, Label.NOISE: 0.15, Label.SPEECHLESS: 0.01}[label]
    heard = 0.0 if label is Label.SPEECHLESS else 0.1
    mixed = level * rng.normal(size=n) + heard * syllables * voice
    return np.clip(mixed, -1, 1).astype(np.float32)


def small_fusion(model_id: str = "m1", *, n: int = 60) -> LoadedModel:
    labels = [LABELS[number % 3] for number in range(n)]
    features = [steady_dynamics.extract(sound_of(label, seed)) for seed, label in enumerate(labels)]
    members = tuple(
        classical_training.train(
            features,
            labels,
            np.zeros(n, dtype=bool),
            children=[str(number // 6) for number in range(n)],
            spec=ClassicalSpec(kind, folds=2, rounds=10),
            task="multiclass",
            seed=1,
        )
        for kind in KINDS
    )
    return LoadedModel(model_id, PRODUCT, members, calibration.Calibration((0.7, 0.4), (0.1, -0.1, 0.0), n))


def publish_fusion(model_id: str = "m1") -> LoadedModel:
    """The small fusion as a folder and as a row with drawn p; the database and recordings must be there."""
    model = small_fusion(model_id)
    trained.add_model(model_id, system=("steady", "fusion", "multiclass"))
    folder = settings().models / model_id
    classifiers = list(zip(model.classifiers, model.spec.classifiers, strict=True))
    for member, spec in classifiers:
        member.save(folder / spec.slug)
    assert model.fusion is not None
    card = {
        "id": model_id,
        "created_at": "2026-11-01T08:00:00",
        "system": asdict(model.spec),
        "features": {"name": "steady", "spec_hash": family("steady").spec_hash},
        "networks": [{"folder": spec.slug} for _, spec in classifiers],
        "fusion": asdict(model.fusion),
    }
    (folder / CARD).write_text(json.dumps(card))
    return model
