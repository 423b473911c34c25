"""Support vectors and boosted trees as plain arrays, which score prepared rows without scikit-learn.

scikit-learn fits them; from then on they are arrays, and NumPy alone computes their scores. So a model folder holds
numbers and no pickled object: restoring a backup never runs code, another version of scikit-learn reads it as well, and
a decision does not wait for scikit-learn or TensorFlow to be imported.

Every scorer gives [shape=(n, n_classes)]: a class that scores higher is likelier; `calibration` makes p of it. Classes
weigh the same, however many recordings each has.

Source: Cortes and Vapnik (1995); Friedman (2002), "Stochastic gradient boosting".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray

SCORED_AT_ONCE = 512  # rows: the distances to every support vector are in memory together
CACHE_MB = 200


@dataclass(frozen=True)
class SupportVectors:
    """One class against the rest, a class at a time, with a radial kernel.

    vectors : [shape=(n_vectors, n_inputs), float32]
    coefficients : [shape=(n_vectors, n_classes)]; 0 where a class does not depend on a vector
    intercepts : [shape=(n_classes,)]
    gamma : [shape=()] of the kernel exp(-gamma * squared distance)

    The names of the fields are those of the arrays in a model folder.
    """

    vectors: FloatArray
    coefficients: Float64Array
    intercepts: Float64Array
    gamma: Float64Array

    @property
    def n_parameters(self) -> int:
        return int(self.vectors.size + self.coefficients.size + self.intercepts.size)

    def score(self, rows: FloatArray) -> Float64Array:
        """Signed distances of prepared rows [shape=(n, n_inputs)] from each class's boundary [shape=(n, n_classes)]."""
        groups = [rows[start : start + SCORED_AT_ONCE] for start in range(0, len(rows), SCORED_AT_ONCE)]
        scores = [self._kernel(group) @ self.coefficients + self.intercepts for group in groups]
        return np.concatenate(scores) if scores else np.zeros((0, len(self.intercepts)))

    def _kernel(self, rows: FloatArray) -> Float64Array:
        left, right = rows.astype(np.float64), self.vectors.astype(np.float64)
        squared = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2.0 * left @ right.T
        return np.asarray(np.exp(-self.gamma * np.maximum(squared, 0.0)))


@dataclass(frozen=True)
class Trees:
    """Boosted trees: a class's score is the sum over its trees of the leaf in which a row ends.

    feature, left, right : [shape=(n_trees, n_nodes), int32]; a leaf leads to itself
    threshold, value : [shape=(n_trees, n_nodes)]; to the left go values up to the threshold
    of_class : [shape=(n_trees,), int32]
    shape : [shape=(2,), int] classes, and steps from a root to the deepest leaf

    The names of the fields are those of the arrays in a model folder.
    """

    feature: IntArray
    left: IntArray
    right: IntArray
    threshold: Float64Array
    value: Float64Array
    of_class: IntArray
    shape: IntArray

    @property
    def n_parameters(self) -> int:
        """A threshold a fork and a value a leaf."""
        return int(self.value.size)

    def score(self, rows: FloatArray) -> Float64Array:
        """Sums of leaves of prepared rows [shape=(n, n_inputs)] for each class [shape=(n, n_classes)]."""
        n_classes, depth = (int(length) for length in self.shape)
        trees = np.arange(len(self.value))
        scores = np.zeros((len(rows), n_classes))
        for number, row in enumerate(rows.astype(np.float32)):
            node: IntArray = np.zeros(len(self.value), dtype=np.int32)
            for _ in range(depth):
                is_left = row[self.feature[trees, node]] <= self.threshold[trees, node]
                node = np.where(is_left, self.left[trees, node], self.right[trees, node])
            scores[number] = np.bincount(self.of_class, weights=self.value[trees, node], minlength=n_classes)
        return scores


Scorer = SupportVectors | Trees
SCORERS: Mapping[str, type[Scorer]] = {"svm": SupportVectors, "boosting": Trees}


def fit_support_vectors(
    rows: FloatArray, targets: IntArray, *, c: float, weights: Float64Array | None = None
) -> SupportVectors:
    """A support vector machine a class.

    Parameters
    ----------
    rows : [shape=(n, n_inputs)] standardised
    targets : [shape=(n,), int] class numbers, at least one row of each
    c : penalty of a row on the wrong side
    weights : [shape=(n,)] times the penalty of each row; None: 1
    """
    from sklearn.svm import SVC

    gamma = 1.0 / max(1e-12, rows.shape[1] * float(rows.var()))
    machines = [
        SVC(C=c, gamma=gamma, class_weight="balanced", cache_size=CACHE_MB).fit(rows, targets == number, weights)
        for number in range(int(targets.max()) + 1)
    ]
    coefficients = np.zeros((len(rows), len(machines)))
    for number, machine in enumerate(machines):
        coefficients[machine.support_, number] = machine.dual_coef_[0]
    is_used: BoolArray = np.any(coefficients != 0, axis=1)
    intercepts = np.array([machine.intercept_[0] for machine in machines])
    return SupportVectors(rows[is_used].astype(np.float32), coefficients[is_used], intercepts, np.array(gamma))


def fit_trees(
    rows: FloatArray, targets: IntArray, *, seed: int, weights: Float64Array | None = None, **parameters: float
) -> Trees:
    """Stochastic gradient boosting from a start at which every class is as likely.

    Parameters
    ----------
    rows, targets, weights : as in `fit_support_vectors`
    parameters : of scikit-learn's `GradientBoostingClassifier`
    """
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.utils.class_weight import compute_sample_weight

    machine = GradientBoostingClassifier(init="zero", random_state=seed % 2**32, **parameters)
    balanced = compute_sample_weight("balanced", targets)
    machine.fit(rows, targets, sample_weight=balanced if weights is None else balanced * weights)
    n_classes = int(targets.max()) + 1
    # With two classes there is one tree a round, for the second of them
    of_class = [number if n_classes > 2 else 1 for number in range(machine.estimators_.shape[1])]
    grown = [
        (number, tree.tree_) for trees in machine.estimators_ for number, tree in zip(of_class, trees, strict=True)
    ]
    return _as_arrays(grown, n_classes, machine.learning_rate)


class _GrownTree(Protocol):
    """What is used of scikit-learn's `sklearn.tree._tree.Tree`; a leaf has children -1."""

    node_count: int
    max_depth: int
    feature: IntArray
    children_left: IntArray
    children_right: IntArray
    threshold: Float64Array
    value: Float64Array


def _as_arrays(grown: list[tuple[int, _GrownTree]], n_classes: int, learning_rate: float) -> Trees:
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
