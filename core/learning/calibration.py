"""Calibration: scores of one or several models to probabilities that match frequencies.

Of all recordings with p(Accepted) = 0.8, people should accept 80 %. A model's own scores seldom do: a support vector
machine gives distances, boosted trees are too sure. The logarithm of a class's odds is modelled as a weighted sum of
what each model scores for the class, plus a bias of the class:

    log p(class) = sum over models of weight * score(class) + bias(class) - log(sum of the same over all classes)

With one model that is Platt's scaling for several classes (temperature and bias); with several it is the weighted
product of experts, fused late. So few numbers are learnt that a hundred recordings fix them, from recordings of
children whom none of the models had learnt from (`cross_fitting`). A weak penalty (`PULL`) on the distance from equal
weights and no bias decides where recordings are fewer still.

Source: Platt (1999), "Probabilistic outputs for support vector machines"; Guo et al. (2017), "On calibration of modern
neural networks"; Hinton (2002) on products of experts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array, FloatArray, IntArray
from core.errors import Refused

PULL = 1.0  # penalty on the squared distance from the starting values, in units of one recording's log loss
LEAST_P = 1e-6  # log p is taken of no less: no single model can rule a class out for ever


@dataclass(frozen=True)
class Calibration:
    """weights : one a model, >= 0; biases : one a class; n : recordings that they were learnt from (0: none)."""

    weights: tuple[float, ...]
    biases: tuple[float, ...]
    n: int

    def apply(self, scores: Float64Array) -> Float64Array:
        """Probabilities [shape=(n, n_classes)] from scores [shape=(n_models, n, n_classes)]."""
        return softmax(np.tensordot(self.weights, scores, axes=1) + np.array(self.biases))


def fit(scores: Float64Array, targets: IntArray) -> Calibration:
    """The weights and biases under which the recordings' classes are likeliest (maximum likelihood, with the penalty).

    Parameters
    ----------
    scores : [shape=(n_models, n, n_classes)]
        What each model scores for each class, of recordings it has not learnt from: logarithms of p (`log_p`), or
        anything that rises with it. Without recordings, equal weights that add up to 1, and no bias.
    targets : [shape=(n,), int] class numbers

    Raises
    ------
    Refused
        Scores and classes differ in number, or a score is NaN or infinite.
    """
    n_models, n, n_classes = _checked(scores, targets)
    start = np.concatenate([np.full(n_models, 1.0 / n_models), np.zeros(n_classes)])
    if not n:
        return _as_calibration(start, n_models, n)
    from scipy.optimize import minimize

    bounds = [(0.0, None)] * n_models + [(None, None)] * n_classes
    one_hot = np.eye(n_classes)[targets]
    optimum = minimize(_loss, start, (scores, one_hot, start), method="L-BFGS-B", jac=True, bounds=bounds)
    return _as_calibration(optimum.x, n_models, n)


def log_p(p: FloatArray) -> Float64Array:
    """Logarithms of probabilities, held away from 0."""
    return np.asarray(np.log(np.clip(p, LEAST_P, 1.0)))


def softmax(logits: Float64Array) -> Float64Array:
    """Along the last axis, without overflow; not SciPy's, whose import alone takes longer than a scorer's start may."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _loss(
    numbers: Float64Array, scores: Float64Array, one_hot: Float64Array, start: Float64Array
) -> tuple[float, Float64Array]:
    """Log loss of all recordings together, with the penalty; and its gradient."""
    n_models = len(scores)
    p = softmax(np.tensordot(numbers[:n_models], scores, axes=1) + numbers[n_models:])
    distance = numbers - start
    loss = -np.log(np.clip((p * one_hot).sum(axis=1), 1e-300, None)).sum() + PULL * (distance**2).sum()
    excess = p - one_hot
    gradient = np.concatenate([np.tensordot(scores, excess, axes=2), excess.sum(axis=0)]) + 2.0 * PULL * distance
    return float(loss), gradient


def _as_calibration(numbers: Float64Array, n_models: int, n: int) -> Calibration:
    return Calibration(_rounded(numbers[:n_models]), _rounded(numbers[n_models:]), n)


def _rounded(numbers: Sequence[float] | Float64Array) -> tuple[float, ...]:
    """To ten digits, as the card holds them: what is loaded is what was fitted."""
    return tuple(round(float(number), 10) for number in numbers)


def _checked(scores: Float64Array, targets: IntArray) -> tuple[int, int, int]:
    if scores.ndim != 3 or scores.shape[1] != len(targets) or not len(scores):
        raise Refused(f"Scores of shape {scores.shape} for {len(targets)} recordings: expected (models, n, classes).")
    if not np.isfinite(scores).all():
        raise Refused("Scores that are not all numbers (NaN or infinite) cannot be calibrated.")
    n_models, n, n_classes = scores.shape
    return n_models, n, n_classes
