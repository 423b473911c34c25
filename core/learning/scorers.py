"""What scores prepared rows without a network: support vectors and boosted trees, as plain arrays.

scikit-learn fits them; from then on they are arrays, and NumPy alone computes what they say. So a model folder holds
numbers and no pickled object: restoring a backup never runs code, another version of scikit-learn reads it as well, and
an answer does not wait for scikit-learn or TensorFlow to be imported.

Every scorer gives [shape=(n, n_classes)]: a class that scores higher is likelier; `calibration` makes p of it. Classes
weigh the same, however many recordings each has.

Source: Cortes and Vapnik (1995); Friedman (2002), "Stochastic gradient boosting".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

SCORED_AT_ONCE = 512  # rows: the distances to every support vector are in memory together
CACHE_MB = 200


@dataclass(frozen=True)
class SupportVectors:
    """One class against the rest, a class at a time, with a radial kernel.

    vectors : np.ndarray [shape=(n_vectors, n_inputs), float32]
    coefficients : np.ndarray [shape=(n_vectors, n_classes)]; 0 where a class does not lean on a vector
    intercepts : np.ndarray [shape=(n_classes,)]
    gamma : np.ndarray [shape=()] of the kernel exp(-gamma * squared distance)
    """

    vectors: np.ndarray
    coefficients: np.ndarray
    intercepts: np.ndarray
    gamma: np.ndarray

    @property
    def n_parameters(self) -> int:
        return int(self.vectors.size + self.coefficients.size + self.intercepts.size)

    def score(self, rows: np.ndarray) -> np.ndarray:
        parts = [rows[start : start + SCORED_AT_ONCE] for start in range(0, len(rows), SCORED_AT_ONCE)]
        scores = [self._kernel(part) @ self.coefficients + self.intercepts for part in parts]
        return np.concatenate(scores) if scores else np.zeros((0, len(self.intercepts)))

    def _kernel(self, rows: np.ndarray) -> np.ndarray:
        left, right = rows.astype(np.float64), self.vectors.astype(np.float64)
        squared = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2.0 * left @ right.T
        return np.asarray(np.exp(-self.gamma * np.maximum(squared, 0.0)))


@dataclass(frozen=True)
class Trees:
    """Boosted trees: a class's score is the sum over its trees of the leaf in which a row ends.

    feature, left, right : np.ndarray [shape=(n_trees, n_nodes), int32]; a leaf leads to itself
    threshold, value : np.ndarray [shape=(n_trees, n_nodes), float64]; to the left go values up to the threshold
    of_class : np.ndarray [shape=(n_trees,), int32]
    shape : np.ndarray [shape=(2,), int] classes, and steps from a root to the deepest leaf
    """

    feature: np.ndarray
    left: np.ndarray
    right: np.ndarray
    threshold: np.ndarray
    value: np.ndarray
    of_class: np.ndarray
    shape: np.ndarray

    @property
    def n_parameters(self) -> int:
        """A threshold a fork and a value a leaf."""
        return int(self.value.size)

    def score(self, rows: np.ndarray) -> np.ndarray:
        n_classes, depth = (int(one) for one in self.shape)
        trees, given = np.arange(len(self.value)), rows.astype(np.float32)
        scores = np.zeros((len(rows), n_classes))
        for number, row in enumerate(given):
            node = np.zeros(len(self.value), dtype=np.int32)
            for _ in range(depth):
                is_left = row[self.feature[trees, node]] <= self.threshold[trees, node]
                node = np.where(is_left, self.left[trees, node], self.right[trees, node])
            scores[number] = np.bincount(self.of_class, weights=self.value[trees, node], minlength=n_classes)
        return scores


Scorer = SupportVectors | Trees
SCORERS: Mapping[str, type[Scorer]] = {"svm": SupportVectors, "boosting": Trees}


def fit_support_vectors(rows: np.ndarray, targets: np.ndarray, *, c: float) -> SupportVectors:
    """A support vector machine a class.

    Parameters
    ----------
    rows : np.ndarray [shape=(n, n_inputs)] standardised
    targets : np.ndarray [shape=(n,), int] class numbers, each of them there
    c : what a row on the wrong side costs
    """
    from sklearn.svm import SVC

    gamma = 1.0 / max(1e-12, rows.shape[1] * float(rows.var()))
    classes = range(int(targets.max()) + 1)
    machines = [
        SVC(C=c, gamma=gamma, class_weight="balanced", cache_size=CACHE_MB).fit(rows, targets == one) for one in classes
    ]
    coefficients = np.zeros((len(rows), len(machines)))
    for number, machine in enumerate(machines):
        coefficients[machine.support_, number] = machine.dual_coef_[0]
    used = coefficients.any(axis=1)
    intercepts = np.array([machine.intercept_[0] for machine in machines])
    return SupportVectors(rows[used].astype(np.float32), coefficients[used], intercepts, np.array(gamma))


def fit_trees(rows: np.ndarray, targets: np.ndarray, *, seed: int, **numbers: Any) -> Trees:
    """Stochastic gradient boosting from a start at which every class is as likely.

    Parameters
    ----------
    numbers : scikit-learn's, of `GradientBoostingClassifier`
    """
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.utils.class_weight import compute_sample_weight

    machine = GradientBoostingClassifier(init="zero", random_state=seed % 2**32, **numbers)
    machine.fit(rows, targets, sample_weight=compute_sample_weight("balanced", targets))
    n_classes = int(targets.max()) + 1
    # With two classes there is one tree a round, for the second of them
    of_class = [number if n_classes > 2 else 1 for number in range(machine.estimators_.shape[1])]
    grown = [(number, tree.tree_) for each in machine.estimators_ for number, tree in zip(of_class, each, strict=True)]
    return _as_arrays(grown, n_classes, machine.learning_rate)


def _as_arrays(grown: list[tuple[int, Any]], n_classes: int, learning_rate: float) -> Trees:
    n_nodes = max(tree.node_count for _, tree in grown)
    feature, left, right = (np.zeros((len(grown), n_nodes), dtype=np.int32) for _ in range(3))
    threshold, value = np.zeros((len(grown), n_nodes)), np.zeros((len(grown), n_nodes))
    for row, (_, tree) in enumerate(grown):
        n, is_leaf = tree.node_count, tree.children_left < 0
        itself = np.arange(n)
        feature[row, :n] = np.where(is_leaf, 0, tree.feature)
        left[row, :n] = np.where(is_leaf, itself, tree.children_left)
        right[row, :n] = np.where(is_leaf, itself, tree.children_right)
        threshold[row, :n] = tree.threshold
        value[row, :n] = learning_rate * tree.value[:, 0, 0]
    of_class = np.array([number for number, _ in grown], dtype=np.int32)
    depth = max(tree.max_depth for _, tree in grown)
    return Trees(feature, left, right, threshold, value, of_class, np.array([n_classes, depth]))
