"""Model folders: `<models>/<id>/` with the networks and `card.json`, published by one rename and never changed.

A model is published twice over: as a folder, and as a row with its probabilities. A job that dies between the two
finds the folder when it is resumed, and adopts it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.config import settings
from core.domain.jobs import Job
from core.errors import NotFound, Refused
from core.learning import classifier_kinds
from core.learning.calibration import Calibration
from core.learning.classifier_kinds import TrainedClassifier
from core.learning.tasks import Probabilities
from core.workflows.training import checkpoints, model_specs, shared_folders
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.feature_families import family
from core.workflows.training.model_specs import ModelSpec

CARD = "card.json"
DIGITS = 6


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, ready to say what it thinks of recordings.

    fusion : how a fusion weighs its members; None for other systems
    """

    id: str
    system: ModelSpec
    networks: tuple[TrainedClassifier, ...]
    fusion: Calibration | None = None

    def predict(self, features: Callable[[str], Sequence[np.ndarray]]) -> Probabilities:
        """Probabilities of recordings whose features of a family `features` gives, in its order."""
        of_family = {name: features(name) for name in self.system.families}
        pairs = zip(self.networks, self.system.networks, strict=True)
        said = [network.predict(of_family[asked.features]) for network, asked in pairs]
        return round_probabilities(model_specs.combine_probabilities(self.system, said, self.fusion))


def model_id(job: Job, system: ModelSpec) -> str:
    """`20261122-141503-dynamics-dnn-multiclass-ab12`: the same for one job and system, however often it is resumed."""
    mark = hashlib.sha256(f"{job.id} {system.name}".encode()).hexdigest()[:4]
    return f"{job.created_at:%Y%m%d-%H%M%S}-{system.slug}-{mark}"


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
    networks = tuple(classifier_kinds.load(folder / one.get("folder", one["task"])) for one in card["networks"])
    return LoadedModel(card["id"], ModelSpec(**card["system"]), networks, card_fusion(card))


def folder_of(model_id: str) -> Path:
    """The folder of a model, or NotFound."""
    folder = settings().models / model_id
    if not model_id or Path(model_id).name != model_id or not (folder / CARD).is_file():
        raise NotFound(f"The folder of model {model_id!r} is not in {settings().models}; restore it or retrain.")
    return folder


def check_features(card: dict[str, Any]) -> None:
    """Refuse a model that learned from other features than this process computes."""
    for learned in card_families(card):
        now = family(learned["name"]).spec_hash
        if now != learned["spec_hash"]:
            raise Refused(
                f"Model {card['id']} learned from {learned['name']} features {learned['spec_hash']}, but this version "
                f"computes {now}: its answers would mean nothing. Retrain, or go back to the version and the module "
                "that made it."
            )


def round_probabilities(said: Probabilities) -> Probabilities:
    """To six significant digits, everywhere a p is decided upon or kept.

    A recording scored alone differs from the same one scored among others in the seventh digit, and programs that read
    an exported table may parse the seventeenth otherwise: neither shall flip a decision at its threshold.
    """
    return Probabilities(_rounded(said.p_accepted), *map(_rounded_if_known, (said.p_noise, said.p_speechless)))


def _rounded(p: np.ndarray) -> np.ndarray:
    return np.array([float(f"{one:.{DIGITS}g}") for one in p])


def _rounded_if_known(p: np.ndarray | None) -> np.ndarray | None:
    return None if p is None else _rounded(p)


def card_families(known: dict[str, Any]) -> list[dict[str, Any]]:
    """Each family of features that a model learned from; older cards know one."""
    return list(known.get("families") or [known["features"]])


def card_fusion(known: dict[str, Any]) -> Calibration | None:
    """How a fusion weighs its members, out of its card."""
    said = known.get("fusion")
    return Calibration(tuple(said["weights"]), tuple(said["biases"]), said["n"]) if said else None


def write_folder(folder: Path, card: dict[str, Any], made: Sequence[Checkpoint]) -> None:
    """A new model folder, there at once and whole, or not at all."""
    fresh = shared_folders.fresh(folder.parent / ".parts" / folder.name)
    for part in made:
        checkpoints.copy_network(part, fresh / part.network.slug)
    (fresh / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    shared_folders.put(fresh, folder, mark=CARD)
