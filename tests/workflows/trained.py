"""Labelled recordings and models in the database without any sound or training: rows alone, seeded."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy import insert

from core.domain.labels import Label, Role
from core.domain.model_cards import ModelCard
from core.domain.models import Model
from core.domain.snapshots import Snapshot
from core.workflows.evaluation import model_figures
from core.workflows.training import snapshots
from db import accounts, children, models, recordings, schema, session

LABELS = (Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS)


def label_recordings(*, n_children: int = 20, each: int = 9, name: str = "child") -> list[int]:
    """Recordings of every class for every child, on which two judges agree; their ids."""
    with session.writing() as tx:
        judges = [
            accounts.by_name(tx, one) or accounts.add(tx, one, Role.JUDGE, None) for one in ("judge_1", "judge_2")
        ]
        new = []
        for child_number in range(n_children):
            child = children.find_or_add(tx, f"{name}-{child_number:03d}")
            language = ("en", "fr")[child_number % 2]
            new += [(_recording(f"{child.pseudonym}-{number}", language=language), child.id) for number in range(each)]
        by_bytes = recordings.add_all(tx, new)
        ids = [by_bytes[one.sha256] for one, _ in new]
        judge(tx, [(i, one.id, LABELS[k % each % 3]) for k, i in enumerate(ids) for one in judges])
    return ids


def label_many(n: int, *, each: int = 10) -> None:
    """The same in bulk: n recordings, `each` of a child, in a second or two."""
    now, numbers = session.now(), range(1, n + 1)
    with session.writing() as tx:
        judges = [accounts.add(tx, one, Role.JUDGE, None).id for one in ("judge_1", "judge_2")]
        tx.execute(insert(schema.children), [{"id": i + 1, "pseudonym": f"child-{i}"} for i in range(n // each)])
        common = {"word": "", "source": "", "extra": {}, "round": 1, "imported_at": now}
        rows = [
            asdict(_recording(str(i), language="en")) | common | {"id": i, "child_id": (i - 1) // each + 1}
            for i in numbers
        ]
        tx.execute(insert(schema.recordings), rows)
        judge(tx, [(i, j, LABELS[i % 3]) for i in numbers for j in judges])


def judge(tx: session.Connection, said: list[tuple[int, int, Label]]) -> None:
    """Of each (recording, judge, label) what an import stores; at once, as a statement for each takes a second."""
    common = {"round": 1, "origin": "import", "flag": False, "comment": ""}
    rows = [{"recording_id": i, "account_id": j, "label": label, "decided_at": session.now()} for i, j, label in said]
    tx.execute(insert(schema.judgements), [row | common for row in rows])


def freeze() -> Snapshot:
    return snapshots.freeze(seed=0)


def add_model(
    model_id: str,
    *,
    seed: int = 0,
    skill: float = 1.5,
    system: tuple[str, str, str] = ("dynamics", "dnn", "multiclass"),
    job_id: str | None = None,
    is_genuine: bool = True,
) -> Model:
    """A model whose p are drawn: the higher the skill, the further Accepted lies above the rest."""
    snapshot = freeze()
    rng = np.random.default_rng(seed)
    height = skill * np.array([item.label is Label.ACCEPTED for item in snapshot.items]) + rng.normal(
        size=len(snapshot.items)
    )
    p = np.round(1.0 / (1.0 + np.exp(-height)), 6)
    rows = [
        (item.recording_id, float(a), float(1 - a) / 3, 2 * float(1 - a) / 3)
        for item, a in zip(snapshot.items, p, strict=True)
    ]
    features, kind, task = system
    document: dict[str, Any] = {
        "system": {"features": features, "kind": kind, "task": task},
        "features": {"name": features, "spec_hash": "none", "is_genuine": is_genuine},
        "networks": [{"task": task, "course": {"epochs": 4, "seconds": 2.0}}],
        "figures": {"validation": {"f10": _f10(snapshot, p)}},
    }
    card, name = ModelCard.from_json(document), f"{features} {kind.upper()} {task}"
    model = Model(model_id, name, snapshot.id, job_id, 2.0, session.now(), card)
    with session.writing() as tx:
        models.add(tx, model)
        models.add_probabilities(tx, model_id, rows)
    return model


def _f10(snapshot: Snapshot, p: np.ndarray) -> float:
    here = np.array([item.split == "validation" for item in snapshot.items])
    truth = np.array([item.label is Label.ACCEPTED for item in snapshot.items])
    return model_figures.paper_figures(np.arange(here.sum()), truth[here], p[here]).f10


def _recording(name: str, *, language: str) -> recordings.NewRecording:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return recordings.NewRecording(sha256, "wav", f"{name}.wav", 1.5, 16_000, 48_000, language=language)
