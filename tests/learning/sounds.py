"""Synthetic recordings as rows of numbers: three classes to tell apart, of children with voices of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.domain.labels import Label

LABELS = (Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS)
N_VALUES = 6


@dataclass(frozen=True)
class Corpus:
    features: list[np.ndarray]
    labels: list[Label]
    children: list[str]

    @property
    def none_for_validation(self) -> np.ndarray:
        return np.zeros(len(self.labels), dtype=bool)


def some(*, n_children: int = 12, each: int = 9, seed: int = 0, spread: float = 0.8) -> Corpus:
    """Recordings of every child in every class, the same for the same numbers."""
    rng = np.random.default_rng(seed)
    centres = 2.0 * np.eye(3, N_VALUES)
    features, labels, children = [], [], []
    for child in range(n_children):
        voice = rng.normal(0, 0.5, N_VALUES)
        for number in range(each):
            features.append((centres[number % 3] + voice + rng.normal(0, spread, N_VALUES)).astype(np.float32))
            labels.append(LABELS[number % 3])
            children.append(f"child-{child:02d}")
    return Corpus(features, labels, children)
