"""Model folders: `<models>/<id>/` with the networks and `card.json`, published by one rename and never changed.

A model is published twice over: as a folder, and as a row with its probabilities. A job that dies between the two
finds the folder when it is resumed, and adopts it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.config import settings
from core.errors import NotFound, Refused
from core.learning import kinds
from core.learning.calibration import Calibration
from core.learning.kinds import TrainedOne
from core.learning.tasks import Probabilities
from core.workflows.learning import cards, parts, systems
from core.workflows.learning.cards import Ready
from core.workflows.learning.families import family
from core.workflows.learning.parts import Part
from core.workflows.learning.systems import System
from db import models, session
from db.records import Job, Model, Snapshot

__all__ = ["LoadedModel", "Ready", "check_features", "family", "folder_of", "load", "model_id", "publish", "rounded"]

CARD = "card.json"
DIGITS = 6


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, ready to say what it thinks of recordings.

    fusion : how a fusion weighs its members; None for other systems
    """

    id: str
    system: System
    networks: tuple[TrainedOne, ...]
    fusion: Calibration | None = None

    def predict(self, features: Callable[[str], Sequence[np.ndarray]]) -> Probabilities:
        """Probabilities of recordings whose features of a family `features` gives, in its order."""
        of_family = {name: features(name) for name in self.system.families}
        pairs = zip(self.networks, self.system.networks, strict=True)
        said = [network.predict(of_family[asked.features]) for network, asked in pairs]
        return rounded(systems.combined(self.system, said, self.fusion))


def model_id(job: Job, system: System) -> str:
    """`20261122-141503-dynamics-dnn-multiclass-ab12`: the same for one job and system, however often it is resumed."""
    mark = hashlib.sha256(f"{job.id} {system.name}".encode()).hexdigest()[:4]
    return f"{job.created_at:%Y%m%d-%H%M%S}-{system.slug}-{mark}"


def publish(ready: Ready) -> Model:
    """The folder by one rename, then the row and the probabilities in one transaction; what is there is adopted."""
    system = ready.trained.system
    new_id = model_id(ready.job, system)
    said = rounded(ready.trained.probabilities)
    folder = settings().models / new_id
    if not (folder / CARD).is_file():
        _write(folder, cards.card(new_id, ready, said), ready.trained.parts)
    card = json.loads((folder / CARD).read_text())
    created_at = datetime.fromisoformat(card["created_at"])
    model = Model(new_id, system.name, ready.snapshot.id, ready.job.id, card["seconds"]["all"], created_at, card)
    with session.writing() as tx:
        known = models.get(tx, new_id)
        if known is not None:
            return known
        models.add(tx, model)
        models.add_probabilities(tx, new_id, _rows(ready.snapshot, said))
    return model


def load(model_id: str) -> LoadedModel:
    """A published model. Imports TensorFlow where the model has networks.

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
    networks = tuple(kinds.load(folder / one.get("folder", one["task"])) for one in card["networks"])
    return LoadedModel(card["id"], System(**card["system"]), networks, cards.fusion_of(card))


def folder_of(model_id: str) -> Path:
    """The folder of a model, or NotFound."""
    folder = settings().models / model_id
    if not model_id or Path(model_id).name != model_id or not (folder / CARD).is_file():
        raise NotFound(f"The folder of model {model_id!r} is not in {settings().models}; restore it or retrain.")
    return folder


def check_features(card: dict[str, Any]) -> None:
    """Refuse a model that learned from other features than this process computes."""
    for learned in cards.families_of(card):
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


def _rounded(p: np.ndarray) -> np.ndarray:
    return np.array([float(f"{one:.{DIGITS}g}") for one in p])


def _rounded_if_known(p: np.ndarray | None) -> np.ndarray | None:
    return None if p is None else _rounded(p)


def _write(folder: Path, card: dict[str, Any], made: Sequence[Part]) -> None:
    fresh = folder.parent / ".parts" / f"{folder.name}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for part in made:
        shutil.copytree(part.folder / parts.NETWORK, fresh / part.network.slug)
    (fresh / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    fresh.rename(folder)


def _rows(snapshot: Snapshot, said: Probabilities) -> list[tuple[int, float, float | None, float | None]]:
    columns = [
        [None] * len(snapshot.items) if array is None else [float(p) for p in array]
        for array in (said.p_accepted, said.p_noise, said.p_speechless)
    ]
    ids = [item.recording_id for item in snapshot.items]
    return list(zip(ids, *columns, strict=True))
