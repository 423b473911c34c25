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
from db import children, imported_judgements, jobs, models, recordings, session
from db.recordings import NewRecording
from tests import stored_snapshots

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
        return [
            _recording(tx, child, split, k + PER_CHILD * place)
            for place, (child, split) in enumerate(CHILDREN.items())
            for k in range(PER_CHILD)
        ]


def seed_judgements(ids: list[int], *, differ: int = 3) -> None:
    """Two judges on every recording; they differ on the first `differ` ones."""
    judges = [accounts.create(name, None, Role.JUDGE, actor=COMMAND_LINE) for name in ("ada", "ben")]
    with session.writing() as tx:
        for k, recording_id in enumerate(ids):
            said = (label_of(k), label_of(k + 1) if k < differ else label_of(k))
            for judge, label in zip(judges, said, strict=True):
                imported_judgements.add_imported(
                    tx, recording_id=recording_id, account_id=judge.id, label=label, decided_at=session.now()
                )


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


def _recording(tx: session.Connection, child: str, split: Split, k: int) -> int:
    owner = children.find_or_add(tx, child)
    children.place(tx, owner.id, split)
    made = recordings.add(
        tx,
        NewRecording(
            sha256=hashlib.sha256(str(k).encode()).hexdigest(),
            extension="wav",
            filename=f"clips/{k:03d}.wav",
            duration_s=1.5 + k % 4,
            sample_rate_hz=16_000,
            size_bytes=48_000,
            language="fr" if k % 2 else "en",
            word=WORDS[k % len(WORDS)],
            source="classroom",
        ),
        child_id=owner.id,
    )
    assert made is not None
    return made


def _probabilities(ids: list[int], *, seed: int) -> list[tuple[int, float, float | None, float | None]]:
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, float, float | None, float | None]] = []
    for k, recording_id in enumerate(ids):
        p = float(rng.beta(4, 3) if label_of(k) is Label.ACCEPTED else rng.beta(2, 3))
        rows.append((recording_id, p, (1 - p) * 0.6, (1 - p) * 0.4))
    return rows
