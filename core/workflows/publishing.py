"""Model folders: `<models>/<id>/` with the networks and `card.json`, published by one rename and never changed.

A model is published twice over: as a folder, and as a row with its probabilities. A job that dies between the two
finds the folder when it is resumed, and adopts it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.config import settings
from core.errors import NotFound, Refused
from core.labels import Label, Split
from core.learning import training
from core.learning.tasks import Probabilities
from core.sound import features as sound
from core.sound import transfer
from core.workflows import evaluating, parts, snapshots, systems
from core.workflows.parts import Part
from core.workflows.systems import System
from db import models, session
from db.records import Job, Model, Snapshot

CARD = "card.json"
DIGITS = 6


@dataclass(frozen=True)
class Ready:
    """A system whose parts are all trained: everything a card needs to know."""

    job: Job
    system: System
    parts: tuple[Part, ...]
    snapshot: Snapshot
    seed: int
    feature_seconds: float


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, ready to say what it thinks of recordings."""

    id: str
    system: System
    networks: tuple[Any, ...]

    def predict(self, features: Sequence[np.ndarray]) -> Probabilities:
        return rounded(systems.combined(self.system, [network.predict(features) for network in self.networks]))


def model_id(job: Job, system: System) -> str:
    """`20261122-141503-dynamics-dnn-multiclass-ab12`: the same for one job and system, however often it is resumed."""
    mark = hashlib.sha256(f"{job.id} {system.name}".encode()).hexdigest()[:4]
    return f"{job.created_at:%Y%m%d-%H%M%S}-{system.slug}-{mark}"


def publish(ready: Ready) -> Model:
    """The folder by one rename, then the row and the probabilities in one transaction; what is there is adopted."""
    new_id = model_id(ready.job, ready.system)
    said = rounded(systems.combined(ready.system, [parts.probabilities(part) for part in ready.parts]))
    folder = settings().models / new_id
    if not (folder / CARD).is_file():
        _write(folder, _card(new_id, ready, said), ready.parts)
    card = json.loads((folder / CARD).read_text())
    created_at = datetime.fromisoformat(card["created_at"])
    model = Model(new_id, ready.system.name, ready.snapshot.id, ready.job.id, card["seconds"]["all"], created_at, card)
    with session.writing() as tx:
        known = models.get(tx, new_id)
        if known is not None:
            return known
        models.add(tx, model)
        models.add_probabilities(tx, new_id, _rows(ready.snapshot, said))
    return model


def load(model_id: str) -> LoadedModel:
    """A published model. Imports TensorFlow.

    Raises
    ------
    NotFound
        Its folder is not there.
    Refused
        It learned from features that this version of the code, or the module it is pointed at, computes differently.
    """
    folder = folder_of(model_id)
    card = json.loads((folder / CARD).read_text())
    check_features(card)
    system = System(**card["system"])
    networks = tuple(training.load(folder / one["task"]) for one in card["networks"])
    return LoadedModel(card["id"], system, networks)


def folder_of(model_id: str) -> Path:
    """The folder of a model, or NotFound."""
    folder = settings().models / model_id
    if not model_id or Path(model_id).name != model_id or not (folder / CARD).is_file():
        raise NotFound(f"The folder of model {model_id!r} is not in {settings().models}; restore it or retrain.")
    return folder


def check_features(card: dict[str, Any]) -> None:
    """Refuse a model that learned from other features than this process computes."""
    learned = card["features"]
    now = family(learned["name"]).spec_hash
    if now != learned["spec_hash"]:
        raise Refused(
            f"Model {card['id']} learned from {learned['name']} features {learned['spec_hash']}, but this version "
            f"computes {now}: its answers would mean nothing. Retrain, or go back to the version and the module "
            "that made it."
        )


def rounded(said: Probabilities) -> Probabilities:
    """To six significant digits, everywhere a p is decided upon or kept.

    A recording scored alone differs from the same one scored among others in the seventh digit, and programs that read
    an exported table may parse the seventeenth otherwise: neither shall flip a decision at its threshold.
    """
    return Probabilities(_rounded(said.p_accepted), *map(_rounded_if_known, (said.p_noise, said.p_speechless)))


def family(name: str) -> Any:
    """A family of features with the modules that the settings name."""
    return sound.family(name, vggish=settings().vggish, yamnet=settings().yamnet)


def _rounded(p: np.ndarray) -> np.ndarray:
    return np.array([float(f"{one:.{DIGITS}g}") for one in p])


def _rounded_if_known(p: np.ndarray | None) -> np.ndarray | None:
    return None if p is None else _rounded(p)


def _write(folder: Path, card: dict[str, Any], of_networks: Sequence[Part]) -> None:
    fresh = folder.parent / ".parts" / f"{folder.name}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for part in of_networks:
        shutil.copytree(part.folder / parts.NETWORK, fresh / part.network.task)
    (fresh / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    fresh.rename(folder)


def _card(new_id: str, ready: Ready, said: Probabilities) -> dict[str, Any]:
    family_now = family(ready.system.features)
    facts = [part.facts for part in ready.parts]
    seconds = {"features": ready.feature_seconds, "training": sum(one["course"]["seconds"] for one in facts)}
    return {
        "id": new_id,
        "name": ready.system.name,
        "created_at": session.now().isoformat(),
        "job": ready.job.id,
        "system": dataclasses.asdict(ready.system),
        "features": {
            "name": family_now.name,
            "spec": dataclasses.asdict(family_now.spec),
            "spec_hash": family_now.spec_hash,
            "module": family_now.module,
            "is_genuine": _is_genuine(family_now.name),
        },
        "networks": [{"part": part.key, **one} for part, one in zip(ready.parts, facts, strict=True)],
        "seed": ready.seed,
        "snapshot": {"id": ready.snapshot.id, "hash": ready.snapshot.hash},
        "splits": snapshots.counts(ready.snapshot.items),
        "versions": parts.versions(),
        "seconds": {**seconds, "all": sum(seconds.values())},
        "figures": {str(split): _figures(ready.snapshot, said, split) for split in (Split.VALIDATION, Split.TEST)},
    }


def _is_genuine(family_name: str) -> bool:
    """Whether a module is what it is called: figures made with a stand-in are never called VGGish's."""
    return family_name != "vggish" or transfer.self_check(settings().vggish).is_vggish


def _figures(snapshot: Snapshot, said: Probabilities, split: Split) -> dict[str, Any]:
    here = np.array([item.split is split for item in snapshot.items])
    children = np.array([item.child for item in snapshot.items])[here]
    is_accepted = np.array([item.label is Label.ACCEPTED for item in snapshot.items])[here]
    summary = evaluating.figures(children, is_accepted, said.p_accepted[here])
    figures = dataclasses.asdict(summary) | {"f10_interval": list(summary.f10_interval)}
    return {name: _known(value) for name, value in figures.items()}


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return [_known(one) for one in value]
    return None if math.isnan(value) else value


def _rows(snapshot: Snapshot, said: Probabilities) -> list[tuple[int, float, float | None, float | None]]:
    columns = [
        [None] * len(snapshot.items) if array is None else [float(p) for p in array]
        for array in (said.p_accepted, said.p_noise, said.p_speechless)
    ]
    ids = [item.recording_id for item in snapshot.items]
    return list(zip(ids, *columns, strict=True))
