"""Rewrites learning.json, golden figures of every kind on synthetic recordings: `python -m tests.golden.make_learning`.

Only when a change of how models are trained is meant. f(0.10) on children nobody met, expected calibration error, log
loss and the first three p of Accepted; the weights of the fusion. Tolerance 0.001; 0.02 for the network.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from core.domain.labels import Label
from core.learning import calibration, classifier_kinds, tasks
from core.learning.classical import ClassicalSpec, to_probabilities
from core.learning.classifier_kinds import TRAINING_VERSIONS
from core.learning.networks import NetworkSpec
from core.metrics import calibration_curve, rejection
from tests.learning import sounds

FILE = Path(__file__).with_name("learning.json")
SEED, SPREAD = 2019, 2.0
SPECS = {
    "svm": ClassicalSpec("svm"),
    "boosting": ClassicalSpec("boosting", rounds=20, leaf=5),
    "dnn": NetworkSpec("dnn", units=16, layers=1, max_epochs=25, learning_rate=0.01),
}


def figures() -> dict[str, Any]:
    """What `learning.json` holds, computed now."""
    task, others = tasks.task("multiclass"), sounds.some(seed=1, spread=SPREAD)
    made = {kind: _trained(kind) for kind in SPECS}
    said = {kind: one.predict(others.features) for kind, one in made.items()}
    members = [made["svm"], made["boosting"]]
    known = calibration.log_p(np.stack([one.out_of_fold for one in members]))
    fusion = calibration.fit(known, tasks.targets(task, sounds.some(spread=SPREAD).labels))
    scores = calibration.log_p(np.stack([tasks.class_probabilities(task, said[kind]) for kind in ("svm", "boosting")]))
    said["fusion"] = to_probabilities(task, fusion.apply(scores))
    found: dict[str, Any] = {kind: _figures(one.p_accepted, others.labels) for kind, one in said.items()}
    return found | {"fusion weights": [*fusion.weights, *fusion.biases]}


def main() -> None:
    before, figures_now = json.loads(FILE.read_text()), _rounded(figures())
    for kind, version_now in TRAINING_VERSIONS.items():
        is_same = figures_now.get(kind) == before["figures"].get(kind)
        if not is_same and version_now == before["training_versions"][kind]:
            raise SystemExit(f"{kind} learns something else than before: raise TRAINING_VERSIONS[{kind!r}] first.")
    versions = {name: version(name) for name in ("numpy", "scikit-learn", "scipy", "keras")}
    document = {"versions": versions, "training_versions": dict(TRAINING_VERSIONS), "figures": figures_now}
    FILE.write_text(json.dumps(document, indent=1) + "\n")


def _trained(kind: str) -> Any:
    some = sounds.some(spread=SPREAD)
    is_validation = np.array([child >= "child-10" for child in some.children]) & (kind == "dnn")
    return classifier_kinds.train(
        some.features,
        some.labels,
        is_validation,
        children=some.children,
        spec=SPECS[kind],
        task="multiclass",
        seed=SEED,
    )


def _figures(p: np.ndarray, labels: list[Label]) -> list[float]:
    is_accepted = np.array([label is Label.ACCEPTED for label in labels])
    reliable = calibration_curve.calibration_curve(np.clip(p, 0, 1), is_accepted)
    return [rejection.f(rejection.curve(is_accepted, p), 0.10), reliable.ece, reliable.log_loss, *map(float, p[:3])]


def _rounded(found: dict[str, Any]) -> dict[str, list[float]]:
    return {name: [round(float(one), 5) for one in values] for name, values in found.items()}


if __name__ == "__main__":
    main()
