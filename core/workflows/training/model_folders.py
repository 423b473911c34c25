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

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.config import settings
from core.domain.jobs import Job
from core.domain.json_types import JsonObject
from core.domain.model_cards import ModelCard
from core.errors import NotFound, Refused
from core.learning import classifier_kinds
from core.learning.calibration import Calibration
from core.learning.classifier_kinds import Predictor
from core.learning.tasks import Probabilities
from core.workflows.training import checkpoints, model_specs, shared_folders, stored_folders
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.feature_families import family
from core.workflows.training.model_specs import ModelSpec

CARD = "card.json"
DIGITS = 6

FeaturesOf = Callable[[str], Sequence[FloatArray]]
"""The features of a family, by its name, in the order of the recordings."""


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, ready to predict.

    fusion : how a fusion weighs its members; None for other models
    """

    id: str
    spec: ModelSpec
    classifiers: tuple[Predictor, ...]
    fusion: Calibration | None = None

    def predict(self, features: FeaturesOf) -> Probabilities:
        """Probabilities of the recordings whose features of a family `features` gives, in its order."""
        by_family = {family: features(family) for family in self.spec.families}
        pairs = zip(self.classifiers, self.spec.classifiers, strict=True)
        of_classifiers = [classifier.predict(by_family[spec.features]) for classifier, spec in pairs]
        return round_probabilities(model_specs.combine_probabilities(self.spec, of_classifiers, self.fusion))


def model_id(job: Job, spec: ModelSpec) -> str:
    """`20261122-141503-dynamics-dnn-multiclass-ab12`: the same for a job and a spec, however often it is resumed."""
    mark = hashlib.sha256(f"{job.id} {spec.name}".encode()).hexdigest()[:4]
    return f"{job.created_at:%Y%m%d-%H%M%S}-{spec.slug}-{mark}"


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
    check_features(read_card(folder))
    return load_folder(folder)


def load_folder(folder: Path, *, load_classifier: Callable[[Path], Predictor] = classifier_kinds.load) -> LoadedModel:
    """The model in a folder, whatever features this process computes. As it is, imports TensorFlow for networks."""
    card = read_card(folder)
    classifiers = tuple(load_classifier(folder / classifier.folder) for classifier in card.classifiers)
    return LoadedModel(card.id, ModelSpec.of_card(card.spec), classifiers, fusion_of(card))


def read_card(folder: Path) -> ModelCard:
    """The card in a model folder."""
    return ModelCard.from_json(json.loads((folder / CARD).read_text()))


def folder_of(model_id: str) -> Path:
    """The folder of a model, brought from the storage where that is elsewhere; or NotFound."""
    folder = settings().models / model_id
    is_name = bool(model_id) and Path(model_id).name == model_id
    if is_name:
        stored_folders.bring(folder, _stored_name(model_id), mark=CARD)
    if not is_name or not (folder / CARD).is_file():
        raise NotFound(
            "The folder of model {model_id!r} is not in {models}; restore it or retrain.",
            model_id=model_id,
            models=settings().models,
        )
    return folder


def names() -> list[str]:
    """The ids of the models that have a folder, published or left by a killed job; sorted."""
    if stored_folders.is_used():
        return stored_folders.names(stored_folders.MODELS)
    return sorted(card.parent.name for card in settings().models.glob(f"*/{CARD}") if card.parent.name[0] != ".")


def share(model_id: str) -> None:
    """What this machine has of a model, to all."""
    stored_folders.put(settings().models / model_id, _stored_name(model_id))


def unshare(model_id: str) -> None:
    """Take a model out of the storage of all machines; the folder here stays."""
    if Path(model_id).name == model_id:
        stored_folders.remove(_stored_name(model_id))


def forget_removed() -> None:
    """Remove from this machine what the storage of all machines does not hold any more."""
    stored_folders.forget_removed(settings().models, stored_folders.MODELS)
    checkpoints.forget_removed()


def _stored_name(model_id: str) -> str:
    return f"{stored_folders.MODELS}/{model_id}"


def check_features(card: ModelCard) -> None:
    """Refuse a model that learned from other features than this process computes."""
    for learned in card.families:
        now = family(learned.name).spec_hash
        if now != learned.spec_hash:
            raise Refused(
                "Model {id} learned from {name} features {spec_hash}, but this version computes {now}: "
                "its answers would mean nothing. Retrain, or go back to the version and the module that "
                "made it.",
                id=card.id,
                name=learned.name,
                spec_hash=learned.spec_hash,
                now=now,
            )


def round_probabilities(p: Probabilities) -> Probabilities:
    """To six significant digits, everywhere a p is decided upon or stored.

    A recording scored alone differs from the same one scored among others in the seventh digit, and programs that read
    an exported table may parse the seventeenth otherwise: neither shall flip a decision at its threshold.
    """
    return Probabilities(_rounded(p.p_accepted), *map(_rounded_if_known, (p.p_noise, p.p_speechless)))


def _rounded(p: Float64Array) -> Float64Array:
    return np.array([float(f"{value:.{DIGITS}g}") for value in p])


def _rounded_if_known(p: Float64Array | None) -> Float64Array | None:
    return None if p is None else _rounded(p)


def fusion_of(card: ModelCard) -> Calibration | None:
    """How a fusion weighs its members; None for other models."""
    return Calibration(card.fusion.weights, card.fusion.biases, card.fusion.n) if card.fusion else None


def write_folder(folder: Path, card: JsonObject, checkpoints_of_model: Sequence[Checkpoint]) -> None:
    """A new model folder, there at once and whole, or not at all."""
    fresh = shared_folders.fresh(folder.parent / ".parts" / folder.name)
    for checkpoint in checkpoints_of_model:
        checkpoints.copy_network(checkpoint, fresh / checkpoint.classifier.slug)
    (fresh / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    shared_folders.put(fresh, folder, mark=CARD)
    share(folder.name)
