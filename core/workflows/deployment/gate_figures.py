"""A challenger and the model in force on the same test children: each at its threshold, and how they differ.

Recordings that were drawn in class count with the weights of the snapshot that is compared on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray, StringArray
from core.domain.certainty import Certainty
from core.domain.labels import Label, Split
from core.domain.models import Model, PairedProbability
from core.domain.snapshots import UnlabelledRecording
from core.metrics import clustered_shares, operating_point, paired_difference
from core.metrics.paired_difference import ShareDifference
from core.workflows.deployment.gate_comparison import GateComparison, GatedModel
from core.workflows.evaluation import threshold_choice
from db import challenges, deployments, session


@dataclass(frozen=True)
class GatedPair:
    """The recordings of a split that both models have predictions for; arrays [shape=(n,)]."""

    children: IntArray
    labels: StringArray
    is_accepted: BoolArray
    p_challenger: Float64Array
    p_champion: Float64Array
    weights: Float64Array

    @staticmethod
    def of(rows: Sequence[PairedProbability]) -> GatedPair:
        return GatedPair(
            np.array([row.child_id for row in rows], dtype=np.int64),
            np.array([row.label.value for row in rows], dtype=str),
            np.array([row.label is Label.ACCEPTED for row in rows], dtype=bool),
            np.array([row.p_first for row in rows], dtype=np.float64),
            np.array([row.p_second for row in rows], dtype=np.float64),
            np.array([row.weight for row in rows], dtype=np.float64),
        )

    def differences(self, t_challenger: float, t_champion: float) -> paired_difference.PairedDifferences:
        """Challenger minus champion."""
        return paired_difference.paired_differences(
            self.children,
            self.is_accepted,
            self.p_challenger,
            t_challenger,
            self.p_champion,
            t_champion,
            weights=self.weights,
        )


def without_prediction(
    tx: session.Connection, challenger: Model, champion: Model
) -> dict[str, list[UnlabelledRecording]]:
    """The recordings that each of the two still lacks predictions for, by its id."""
    snapshot_id = _snapshot(challenger, champion)
    return {model.id: challenges.without_prediction(tx, snapshot_id, model.id) for model in (challenger, champion)}


def compare(
    tx: session.Connection, challenger: Model, champion: Model, am_target: float, certainty: Certainty | None
) -> GateComparison:
    """The two on the test children of the newer one's snapshot; without a certainty, at the one in force."""
    if certainty is None:
        now = deployments.newest(tx)
        certainty = now.operating_point.certainty if now else Certainty.EVEN
    snapshot_id = _snapshot(challenger, champion)
    test = GatedPair.of(challenges.of_both(tx, snapshot_id, challenger.id, champion.id, Split.TEST))
    thresholds = [
        threshold_choice.threshold_in_use(tx, model.id, am_target, certainty=certainty)
        for model in (challenger, champion)
    ]
    differences = test.differences(*thresholds)
    missing = without_prediction(tx, challenger, champion).values()
    return GateComparison(
        challenger=_side(challenger, test, test.p_challenger, thresholds[0]),
        champion=_side(champion, test, test.p_champion, thresholds[1]),
        am_target=am_target,
        certainty=certainty,
        rcc=differences.rcc,
        am=differences.am,
        rcc_noise=_of_kind(test, Label.NOISE, thresholds),
        rcc_speechless=_of_kind(test, Label.SPEECHLESS, thresholds),
        left_out=len({recording.recording_id for of_model in missing for recording in of_model}),
        snapshot_id=snapshot_id,
    )


def _snapshot(challenger: Model, champion: Model) -> int:
    """Of the newer model."""
    return max((challenger, champion), key=lambda model: model.created_at).snapshot_id


def _of_kind(test: GatedPair, label: Label, thresholds: Sequence[float]) -> ShareDifference:
    """The difference in RCC of one kind of rejected recording."""
    among = test.labels == label.value
    if not among.any() or any(math.isnan(threshold) for threshold in thresholds):
        return paired_difference.NOT_KNOWN
    child_index, _ = clustered_shares.child_indices(test.children, len(test.labels))
    refused = np.stack([test.p_challenger < thresholds[0], test.p_champion < thresholds[1]], axis=1)
    return paired_difference.share_difference(child_index[among], refused[among], weights=test.weights[among])


def _side(model: Model, test: GatedPair, p: Float64Array, threshold: float) -> GatedModel:
    if math.isnan(threshold):
        return GatedModel(model.id, model.title, threshold, math.nan, math.nan, threshold)
    figures = operating_point.figures_at_threshold(test.is_accepted, p, threshold=threshold, weights=test.weights)
    return GatedModel(model.id, model.title, threshold, figures.rcc, figures.am, threshold)
