"""Models of the size that 4,000 recordings give, with drawn numbers: published and deployed without training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.audio import steady_dynamics
from core.config import settings
from core.learning.calibration import Calibration
from core.learning.classical import ClassicalKind, ClassicalSpec, ClassicalTraining, TrainedClassical
from core.learning.inputs import Preparation
from core.learning.scorers import Scorer, SupportVectors, Trees
from core.workflows.training import feature_families, model_folders
from tests.vggish_checkpoint import write_checkpoint
from tests.workflows import served_models, trained

N_VECTORS, N_TREES, DEPTH = 2_500, 450, 3
MEMBERS: tuple[ClassicalKind, ...] = ("svm", "boosting")


def publish_product(model_id: str, *, seed: int) -> None:
    """The product's model: support vectors and trees on steady dynamics, fused."""
    rng, n_inputs = np.random.default_rng(seed), len(steady_dynamics.NAMES)
    drawn: dict[ClassicalKind, Scorer] = {"svm": _vectors(rng, n_inputs), "boosting": _trees(rng, n_inputs)}
    for kind, scorer in drawn.items():
        _classifier(kind, scorer, n_inputs, is_sequence=False).save(settings().models / model_id / kind)
    fusion = {"weights": [0.5, 0.5], "biases": [0.0, 0.0, 0.0], "n": 100}
    _publish(model_id, ("steady", "fusion", "multiclass"), fusion)


def publish_on_vggish(model_id: str, *, seed: int) -> None:
    """Support vectors on VGGish."""
    rng, n_inputs = np.random.default_rng(seed), 2 * 129
    scorer = _vectors(rng, n_inputs)
    _classifier("svm", scorer, n_inputs, is_sequence=True).save(settings().models / model_id / "svm")
    _publish(model_id, ("vggish", "svm", "multiclass"), None)


def make_vggish(folder: Path) -> None:
    """A module with VGGish's interface and layers, and drawn weights. Imports TensorFlow."""
    from core.audio import vggish_network

    checkpoint = folder.with_name("drawn") / "vggish_model.ckpt"
    checkpoint.parent.mkdir(parents=True)
    write_checkpoint(checkpoint)
    vggish_network.convert(checkpoint, folder)


def _publish(model_id: str, system: tuple[str, str, str], fusion: dict[str, Any] | None) -> None:
    features, kind, task = system
    folders = MEMBERS if kind == "fusion" else (kind,)
    card: dict[str, Any] = {
        "id": model_id,
        "system": {"features": features, "kind": kind, "task": task},
        "families": [{"name": features, "spec_hash": feature_families.family(features).spec_hash}],
        "networks": [{"task": task, "folder": folder} for folder in folders],
    }
    card |= {"fusion": fusion} if fusion else {}
    (settings().models / model_id / model_folders.CARD).write_text(json.dumps(card))
    trained.add_model(model_id, system=system)


def _classifier(kind: ClassicalKind, scorer: Scorer, n_inputs: int, *, is_sequence: bool) -> TrainedClassical:
    preparation = Preparation(
        np.zeros(n_inputs, np.float32), np.full(n_inputs, 10.0, np.float32), 1, is_sequence=is_sequence
    )
    calibration, course = Calibration((1.0,), (0.0, 0.0, 0.0), 10), ClassicalTraining(1.0, 5, 10)
    return TrainedClassical(ClassicalSpec(kind), "multiclass", 0, preparation, scorer, calibration, course)


def _vectors(rng: np.random.Generator, n_inputs: int) -> SupportVectors:
    vectors = rng.standard_normal((N_VECTORS, n_inputs)).astype(np.float32)
    return SupportVectors(vectors, rng.normal(size=(N_VECTORS, 3)), np.zeros(3), np.array(0.01))


def _trees(rng: np.random.Generator, n_inputs: int) -> Trees:
    n_nodes, first_leaf = 2 ** (DEPTH + 1) - 1, 2**DEPTH - 1
    nodes = np.arange(n_nodes)
    is_leaf = nodes >= first_leaf
    left, right = (np.where(is_leaf, nodes, 2 * nodes + side) for side in (1, 2))
    shape = (N_TREES, n_nodes)
    return Trees(
        feature=rng.integers(0, n_inputs, shape).astype(np.int32),
        left=np.broadcast_to(left, shape).astype(np.int32),
        right=np.broadcast_to(right, shape).astype(np.int32),
        threshold=rng.normal(size=shape),
        value=0.01 * rng.normal(size=shape),
        of_class=(np.arange(N_TREES) % 3).astype(np.int32),
        shape=np.array([3, DEPTH]),
    )


deploy = served_models.deploy
