"""Every cell of label x decision at a threshold: how many recordings it holds, and the recordings to listen to.

In a cell the worst come first: the most clearly wrong, or the most narrowly right. That is the lowest p of an Accepted
recording and the highest p of a rejected one, whichever way it is decided. For staff: it shows labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray
from core.domain.judgements import JudgedRecording
from core.domain.labels import Label, Split
from core.workflows.evaluation import predictions
from core.workflows.evaluation.predictions import SplitPredictions
from db import deployments, judged_recordings, session
from db import models as models_table


@dataclass(frozen=True)
class Cell:
    """The recordings of a label that a threshold refuses, or does not refuse."""

    label: Label
    is_refused: bool

    @property
    def name(self) -> str:
        """Its key in addresses and buttons: `accepted_refused`, `noise_passed`."""
        return f"{self.label.lower()}_{'refused' if self.is_refused else 'passed'}"

    @property
    def is_wrong(self) -> bool:
        """Whether the threshold decides against the label."""
        return self.is_refused is not self.label.is_rejected


CELLS = {cell.name: cell for label in Label for cell in (Cell(label, True), Cell(label, False))}


@dataclass(frozen=True)
class DeployedProbability:
    """p of Accepted that the deployed model gives a recording, None where it has none, and its threshold."""

    p_accepted: float | None
    threshold: float


@dataclass(frozen=True)
class DecidedRecording:
    """A recording with its label and a model's probabilities; those of Noise and Speechless are None where unknown.

    in_force : of the deployed model; None where nothing is deployed, or where this model is the deployed one
    """

    judged: JudgedRecording
    label: Label
    p_accepted: float
    p_noise: float | None
    p_speechless: float | None
    in_force: DeployedProbability | None


@dataclass(frozen=True)
class CellPage:
    """`total` counts the whole cell, `items` holds a page of it."""

    total: int
    items: tuple[DecidedRecording, ...]


def recordings_of_cell(
    model_id: str, threshold: float, cell: Cell, *, split: Split = Split.TEST, offset: int = 0, limit: int = 20
) -> CellPage:
    """A page of a cell, worst first."""
    with session.reading() as tx:
        rows = predictions.predictions_of_split(tx, model_id, split)
        is_inside = (rows.labels == str(cell.label)) & ((rows.p < threshold) == cell.is_refused)
        page = page_of_recordings(tx, model_id, rows, is_inside, offset=offset, limit=limit)
    return CellPage(int(is_inside.sum()), page)


def page_of_recordings(
    tx: session.Connection,
    model_id: str,
    rows: SplitPredictions,
    is_inside: BoolArray,
    *,
    offset: int = 0,
    limit: int = 20,
) -> tuple[DecidedRecording, ...]:
    """A page of the recordings of a split that are inside of a part, worst first.

    Parameters
    ----------
    is_inside : [shape=(n,)], beside `rows`
    """
    inside = np.flatnonzero(is_inside)
    badness = np.where(rows.is_accepted[inside], rows.p[inside], 1.0 - rows.p[inside])
    page = inside[np.lexsort((rows.recordings[inside], badness))][offset : offset + limit]
    return load_decided(tx, model_id, {int(rows.recordings[index]): rows.label_of(index) for index in page})


def load_decided(tx: session.Connection, model_id: str, labels: dict[int, Label]) -> tuple[DecidedRecording, ...]:
    """The recordings of these ids, each with the label beside it, in this order; those that are gone are left out."""
    judged = judged_recordings.by_ids(tx, labels)
    shares = models_table.shares_of(tx, model_id, labels)
    in_force = _of_deployed_model(tx, model_id, list(labels))
    return tuple(
        DecidedRecording(judged[recording_id], label, *shares[recording_id], in_force.get(recording_id))
        for recording_id, label in labels.items()
        if recording_id in judged and recording_id in shares
    )


def _of_deployed_model(
    tx: session.Connection, model_id: str, recording_ids: Sequence[int]
) -> dict[int, DeployedProbability]:
    deployment = deployments.newest(tx)
    if deployment is None or deployment.operating_point.model_id == model_id:
        return {}
    point = deployment.operating_point
    shares = models_table.shares_of(tx, point.model_id, recording_ids)
    return {
        recording_id: DeployedProbability(
            shares[recording_id][0] if recording_id in shares else None, threshold=point.threshold
        )
        for recording_id in recording_ids
    }
