"""Model cards: what a model is, what it learned from, how it came about, and how good it is; enough to train it again.

A card is JSON and never changes. What `again` reads of it, with the labels of its snapshot and the versions it names,
trains the same model: the same probabilities to a millionth on the same machine.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.jobs import Job
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot
from core.json_values import without_nan
from core.learning.tasks import Probabilities
from core.metrics import calibration_curve
from core.workflows.evaluation import acoustic_explanation, model_evaluation
from core.workflows.training import checkpoints, feature_families, snapshots
from core.workflows.training.fitted_models import FittedModel
from core.workflows.training.model_specs import ModelSpec
from db import session

NOT_LEARNT = "Too few training children to learn it from: {what}."
EQUAL, AS_SCORED = "every member weighs the same", "the scores stand as they are"


@dataclass(frozen=True)
class TrainingResult:
    """A system that is trained: everything a card needs to know."""

    job: Job
    trained: FittedModel
    snapshot: Snapshot
    seed: int
    feature_seconds: float


def build_card(new_id: str, ready: TrainingResult, said: Probabilities) -> dict[str, Any]:
    """The card of a model that says `said` of every recording of its snapshot."""
    system, trained = ready.trained.system, ready.trained
    of_families = [_family(name) for name in system.families]
    seconds = {"features": ready.feature_seconds, "training": trained.seconds}
    splits = (Split.VALIDATION, Split.TEST)
    return {
        "id": new_id,
        "name": system.name,
        "created_at": session.now().isoformat(),
        "job": ready.job.id,
        "system": dataclasses.asdict(system),
        "features": of_families[0] if len(of_families) == 1 else _together(system, of_families),
        "families": of_families,
        "networks": [
            {"part": part.key, "folder": part.network.slug, "features": part.network.features, **one}
            for part, one in zip(trained.parts, trained.facts, strict=True)
        ],
        "fusion": _fusion(trained),
        "seed": ready.seed,
        "snapshot": {"id": ready.snapshot.id, "hash": ready.snapshot.hash},
        "splits": snapshots.count_by_split(ready.snapshot.items),
        "usual": acoustic_explanation.typical_of_snapshot(ready.snapshot),
        "versions": checkpoints.versions(),
        "seconds": {**seconds, "all": sum(seconds.values())},
        "figures": {str(split): _figures(ready.snapshot, said, split) for split in splits},
        "reliability": {str(split): _reliability(ready.snapshot, said, split) for split in splits},
    }


def spec_from_card(known: dict[str, Any]) -> tuple[ModelSpec, int]:
    """The system and the seed that trained the model of a card."""
    return ModelSpec(**known["system"]), int(known["seed"])


def _family(name: str) -> dict[str, Any]:
    family = feature_families.family(name)
    return {
        "name": family.name,
        "spec": dataclasses.asdict(family.spec),
        "spec_hash": family.spec_hash,
        "module": family.module,
        "is_genuine": feature_families.is_genuine(family.name),
    }


def _together(system: ModelSpec, of_families: list[dict[str, Any]]) -> dict[str, Any]:
    """Several families by one name, for whoever asks what a model listens to."""
    return {
        "name": system.features,
        "spec_hash": "+".join(one["spec_hash"] for one in of_families),
        "module": None,
        "is_genuine": all(one["is_genuine"] for one in of_families),
    }


def _fusion(trained: FittedModel) -> dict[str, Any] | None:
    """Members with their weights, and in words what was not learnt; None for a system that is no fusion."""
    if trained.fusion is None:
        return None
    words = [] if trained.fusion.n else [NOT_LEARNT.format(what=EQUAL)]
    for one in trained.facts:
        words += [] if one["calibration"]["n"] else [f"{one['name']}: {NOT_LEARNT.format(what=AS_SCORED)}"]
    members = [one["name"] for one in trained.facts]
    return {"members": members, **dataclasses.asdict(trained.fusion), "words": " ".join(words)}


def _figures(snapshot: Snapshot, said: Probabilities, split: Split) -> dict[str, Any]:
    here = np.array([item.split is split for item in snapshot.items])
    children = np.array([item.child for item in snapshot.items])[here]
    is_accepted = np.array([item.label is Label.ACCEPTED for item in snapshot.items])[here]
    summary = model_evaluation.paper_figures(children, is_accepted, said.p_accepted[here])
    return without_nan(dataclasses.asdict(summary) | {"f10_interval": list(summary.f10_interval)})


def _reliability(snapshot: Snapshot, said: Probabilities, split: Split) -> dict[str, Any]:
    """For each class of which p is known: bins, expected calibration error and log loss; by the label's name."""
    here = np.array([item.split is split for item in snapshot.items])
    labels = [item.label for item in snapshot.items if item.split is split]
    columns = {Label.ACCEPTED: said.p_accepted, Label.NOISE: said.p_noise, Label.SPEECHLESS: said.p_speechless}
    return {
        str(label): without_nan(
            dataclasses.asdict(
                calibration_curve.calibration_curve(p[here], np.array([one is label for one in labels], dtype=bool))
            )
        )
        for label, p in columns.items()
        if p is not None
    }
