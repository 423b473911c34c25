"""Model cards: what a model is, what it learned from, how it came about, and how good it is; enough to train it again.

A card is JSON and never changes; `core.domain.model_cards` reads it. The spec and the seed that `spec_from_card` reads,
with the labels of its snapshot and the versions it names, train the same model: the same probabilities to a millionth
on the same machine.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.catalogue import FAMILY_SEPARATOR
from core.domain.jobs import Job
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard
from core.domain.snapshots import Snapshot
from core.errors import Refused
from core.json_values import finite_or_none
from core.learning.tasks import Probabilities
from core.metrics import calibration_curve, caught_by_kind, operating_point
from core.workflows.evaluation import acoustic_explanation, model_figures, sound_reference
from core.workflows.training import checkpoints, feature_families, snapshots
from core.workflows.training.fitted_models import FittedModel
from core.workflows.training.model_specs import ModelSpec
from db import session

KINDS = (Label.NOISE.value, Label.SPEECHLESS.value)
NOT_LEARNT = "Too few training children to learn it from: {what}."
EQUAL, AS_SCORED = "every member weighs the same", "the scores stand as they are"


@dataclass(frozen=True)
class TrainingResult:
    """A fitted model with all that its card needs."""

    job: Job
    fitted: FittedModel
    snapshot: Snapshot
    seed: int
    feature_seconds: float


def build_card(new_id: str, result: TrainingResult, p: Probabilities) -> JsonObject:
    """The card of a model that gives the probabilities `p` to the recordings of its snapshot."""
    spec, fitted = result.fitted.spec, result.fitted
    families = [_family(name) for name in spec.families]
    seconds = {"features": result.feature_seconds, "training": fitted.seconds}
    splits = (Split.VALIDATION, Split.TEST)
    return {
        "id": new_id,
        "name": spec.name,
        "created_at": session.now().isoformat(),
        "job": result.job.id,
        "system": json_of(dataclasses.asdict(spec)),
        "features": families[0] if len(families) == 1 else _together(spec, families),
        "families": [*families],
        "networks": [*_classifiers(fitted)],
        "fusion": _fusion(fitted),
        "seed": result.seed,
        "snapshot": {"id": result.snapshot.id, "hash": result.snapshot.hash},
        "splits": json_of(snapshots.count_by_split(result.snapshot.items)),
        "usual": json_of(acoustic_explanation.typical_of_snapshot(result.snapshot)),
        sound_reference.CARD_KEY: sound_reference.measure_snapshot(result.snapshot, p.p_accepted),
        "versions": {**checkpoints.versions()},
        "seconds": {**seconds, "all": sum(seconds.values())},
        "figures": {str(split): split_figures(result.snapshot, p, split) for split in splits},
        "reliability": {str(split): _reliability(result.snapshot, p, split) for split in splits},
    }


def spec_from_card(card: ModelCard) -> tuple[ModelSpec, int]:
    """The spec and the seed that trained the model of a card; Refused for a card without a seed."""
    if card.seed is None:
        raise Refused(
            "The card of {id!r} names no seed, so the same model cannot be trained again.",
            id=card.id,
        )
    return ModelSpec.of_card(card.spec), card.seed


def _classifiers(fitted: FittedModel) -> list[JsonObject]:
    return [
        {
            "part": checkpoint.key,
            "folder": checkpoint.classifier.slug,
            "features": checkpoint.classifier.features,
            **facts.document,
        }
        for checkpoint, facts in zip(fitted.checkpoints, fitted.facts, strict=True)
    ]


def _family(name: str) -> JsonObject:
    family = feature_families.family(name)
    return {
        "name": family.name,
        "spec": json_of(dataclasses.asdict(family.spec)),
        "spec_hash": family.spec_hash,
        "module": family.module,
        "is_genuine": feature_families.is_genuine(family.name),
    }


def _together(spec: ModelSpec, families: list[JsonObject]) -> JsonObject:
    """Several families by one name, as cards of a single family have it."""
    return {
        "name": spec.features,
        "spec_hash": FAMILY_SEPARATOR.join(str(family["spec_hash"]) for family in families),
        "module": None,
        "is_genuine": all(family["is_genuine"] for family in families),
    }


def _fusion(fitted: FittedModel) -> JsonObject | None:
    """Members with their weights, and in words what could not be learnt; None for a model that is no fusion."""
    if fitted.fusion is None:
        return None
    sentences = [] if fitted.fusion.n else [NOT_LEARNT.format(what=EQUAL)]
    sentences += [
        f"{facts.name}: {NOT_LEARNT.format(what=AS_SCORED)}" for facts in fitted.facts if not facts.n_calibration
    ]
    weights = object_of(json_of(dataclasses.asdict(fitted.fusion)))
    return {"members": [facts.name for facts in fitted.facts], **weights, "words": " ".join(sentences)}


def split_figures(snapshot: Snapshot, p: Probabilities, split: Split) -> JsonObject:
    """The paper's figures of a split, as its report has them, with RCC of Noise and of Speechless apart."""
    is_inside = np.array([item.split is split for item in snapshot.items])
    children = _numbered_children(snapshot)[is_inside]
    is_accepted = np.array([item.label is Label.ACCEPTED for item in snapshot.items])[is_inside]
    weights = _weights(snapshot)[is_inside]
    figures = model_figures.paper_figures(children, is_accepted, p.p_accepted[is_inside], weights=weights)
    return object_of(json_of(dataclasses.asdict(figures) | _caught_apart(snapshot, p, is_inside)))


def _numbered_children(snapshot: Snapshot) -> IntArray:
    """In the order in which they came, so that children are drawn as for the report of the stored model."""
    numbers: dict[str, int] = {}
    for item in sorted(snapshot.items, key=lambda item: item.recording_id):
        numbers.setdefault(item.child, len(numbers))
    return np.array([numbers[item.child] for item in snapshot.items], dtype=np.int64)


def _caught_apart(snapshot: Snapshot, p: Probabilities, is_inside: BoolArray) -> JsonObject:
    """RCC of Noise and Speechless at the threshold that validation gives for an AM of 10 %."""
    labels = np.array([item.label.value for item in snapshot.items])
    children = np.array([item.child for item in snapshot.items])
    on = np.array([item.split is Split.VALIDATION for item in snapshot.items])
    is_accepted = labels == Label.ACCEPTED.value
    weights = _weights(snapshot)
    threshold = operating_point.choose_threshold(
        is_accepted[on], p.p_accepted[on], am_target=0.10, weights=weights[on]
    ).threshold
    apart = caught_by_kind.caught_by_kind(
        children[is_inside],
        labels[is_inside],
        p.p_accepted[is_inside],
        threshold,
        KINDS,
        weights=weights[is_inside],
    )
    return {f"rcc_{kind.lower()}": finite_or_none(share.rcc) for kind, share in apart.items()}


def _weights(snapshot: Snapshot) -> Float64Array:
    return np.array([item.weight for item in snapshot.items], dtype=np.float64)


def _reliability(snapshot: Snapshot, p: Probabilities, split: Split) -> JsonObject:
    """For each class of which p is known: bins, expected calibration error and log loss; by the label's name."""
    is_inside = np.array([item.split is split for item in snapshot.items])
    labels = np.array([str(item.label) for item in snapshot.items])[is_inside]
    columns = {Label.ACCEPTED: p.p_accepted, Label.NOISE: p.p_noise, Label.SPEECHLESS: p.p_speechless}
    return {
        label.value: json_of(
            dataclasses.asdict(calibration_curve.calibration_curve(column[is_inside], labels == label.value))
        )
        for label, column in columns.items()
        if column is not None
    }
