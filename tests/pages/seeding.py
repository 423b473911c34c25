"""A small lived-in Earshot for tests of screens: recordings, two judges, a disagreement, two models, no training."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import numpy as np

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role, Split
from core.domain.model_cards import ModelCard
from core.domain.models import Model
from core.workflows.accounts import accounts
from db import children, jobs, models, recordings, session
from db.recordings import NewRecording
from tests import stored_snapshots
from tests.workflows import trained

CHILDREN = {**{f"kim-{k}": Split.TRAIN for k in range(4)}, "lou": Split.VALIDATION, "mia": Split.TEST}
PER_CHILD = 20
N = PER_CHILD * len(CHILDREN)
WORDS = ("cat", "maison", "house", "élève")
JOB = "job1"


def label_of(k: int) -> Label:
    """A third of each."""
    return tuple(Label)[k % 3]


def seed_recordings() -> list[int]:
    """`N` recordings of six children, not judged; their ids."""
    with session.writing() as tx:
        for child, split in CHILDREN.items():
            children.place(tx, children.find_or_add(tx, child).id, split)
        owners = [children.find_or_add(tx, child).id for child in CHILDREN for _ in range(PER_CHILD)]
        new = [(_recording(k), owner) for k, owner in enumerate(owners)]
        ids = recordings.add_all(tx, new)
        return [ids[recording.sha256] for recording, _ in new]


def seed_judgements(ids: list[int], *, differ: int = 3) -> None:
    """Two judges on every recording; they differ on the first `differ` ones."""
    judges = [accounts.create(name, None, Role.JUDGE, actor=COMMAND_LINE) for name in ("ada", "ben")]
    with session.writing() as tx:
        said = [(label_of(k), label_of(k + 1) if k < differ else label_of(k)) for k in range(len(ids))]
        rows = [
            (recording_id, judge.id, label)
            for recording_id, labels in zip(ids, said, strict=True)
            for judge, label in zip(judges, labels, strict=True)
        ]
        trained.judge(tx, rows)


def seed_models(ids: list[int], names: tuple[str, ...] = ("dynamics DNN", "mfcc RNN")) -> list[str]:
    """Models of one finished retraining with made-up, seeded probabilities; their ids."""
    with session.writing() as tx:
        splits = [split for split in CHILDREN.values() for _ in range(PER_CHILD)]
        items = [(one, label_of(k), splits[k]) for k, one in enumerate(ids)]
        snapshot_id = stored_snapshots.store(tx, "0" * 64, items)
        jobs.add(tx, JOB, "retrain", parameters={"systems": []}, steps=[], account_id=None)
        jobs.end(tx, JOB, "succeeded", result={"models": []})
        for place, name in enumerate(names):
            created_at = session.now() - timedelta(minutes=place)
            features, kind = name.lower().split()
            card = {
                "system": {"features": features, "kind": kind, "task": "multiclass"},
                "features": {"name": features},
                "networks": [{"task": "multiclass", "course": {"epochs": 10, "seconds": 12.5}}],
                "figures": {"test": {"f10": 0.8, "f15": 0.9, "f_am_m": 0.9, "am_m": 0.12}},
            }
            model = Model(f"model-{place}", name, snapshot_id, JOB, 12.5, created_at, ModelCard.from_json(card))
            models.add(tx, model)
            models.add_probabilities(tx, model.id, _probabilities(ids, seed=place))
    return [f"model-{place}" for place in range(len(names))]


def seed_all() -> list[str]:
    """Everything above; the models' ids."""
    ids = seed_recordings()
    seed_judgements(ids)
    return seed_models(ids)


def put_file(folder: Path, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "word.wav"
    path.write_bytes(data)
    return path


def _recording(k: int) -> NewRecording:
    return NewRecording(
        sha256=hashlib.sha256(str(k).encode()).hexdigest(),
        extension="wav",
        filename=f"clips/{k:03d}.wav",
        duration_s=1.5 + k % 4,
        sample_rate_hz=16_000,
        size_bytes=48_000,
        language="fr" if k % 2 else "en",
        word=WORDS[k % len(WORDS)],
        source="classroom",
    )


def _probabilities(ids: list[int], *, seed: int) -> list[tuple[int, float, float | None, float | None]]:
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, float, float | None, float | None]] = []
    for k, recording_id in enumerate(ids):
        p = float(rng.beta(4, 3) if label_of(k) is Label.ACCEPTED else rng.beta(2, 3))
        rows.append((recording_id, p, (1 - p) * 0.6, (1 - p) * 0.4))
    return rows
