"""Every cell of what people said x what a threshold does: how many recordings it holds, and the recordings to be heard.

In a cell the worst come first: what is decided wrongly by the most, or rightly by the least. That is the lowest p of an
Accepted recording and the highest p of a rejected one, whichever way it is decided. For staff: it tells labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.judgements import JudgedRecording
from core.domain.labels import Label, Split
from core.workflows.evaluation import predictions
from core.workflows.evaluation.predictions import SplitPredictions
from db import deployments, judged_recordings, session
from db import models as models_table


@dataclass(frozen=True)
class Cell:
    """What people said of a recording, and whether the threshold refuses it."""

    label: Label
    is_refused: bool

    @property
    def name(self) -> str:
        """As addresses and buttons call it: `accepted_refused`, `noise_passed`."""
        return f"{self.label.lower()}_{'refused' if self.is_refused else 'passed'}"

    @property
    def is_wrong(self) -> bool:
        """Whether the threshold decides against the people."""
        return self.is_refused is not self.label.is_rejected


CELLS = {cell.name: cell for label in Label for cell in (Cell(label, True), Cell(label, False))}


@dataclass(frozen=True)
class DeployedProbability:
    """What the deployed model gives for a recording, None where it was not asked, and its threshold."""

    p_accepted: float | None
    threshold: float


@dataclass(frozen=True)
class DecidedRecording:
    """One recording with what people said, what this model gives (None where it cannot tell), and the deployed one.

    `in_force` is None where nothing is deployed, or where this model is the deployed one.
    """

    judged: JudgedRecording
    label: Label
    p_accepted: float
    p_noise: float | None
    p_speechless: float | None
    in_force: DeployedProbability | None


@dataclass(frozen=True)
class CellPage:
    """`total` counts the whole cell, `items` holds one page of it."""

    total: int
    items: tuple[DecidedRecording, ...]


def recordings_of_cell(
    model_id: str, threshold: float, cell: Cell, *, split: Split | str = Split.TEST, offset: int = 0, limit: int = 20
) -> CellPage:
    """One page of a cell, worst first."""
    with session.reading() as tx:
        there = predictions.predictions_of_split(tx, model_id, Split(split))
        inside = (there.labels == str(cell.label)) & ((there.p < threshold) == cell.is_refused)
        return CellPage(int(inside.sum()), page_of_recordings(tx, model_id, there, inside, offset=offset, limit=limit))


def page_of_recordings(
    tx: Any, model_id: str, there: SplitPredictions, inside: np.ndarray, *, offset: int = 0, limit: int = 20
) -> tuple[DecidedRecording, ...]:
    """Some of the recordings of a split as a page, worst first."""
    places = np.flatnonzero(inside)
    badness = np.where(there.is_accepted[places], there.p[places], 1.0 - there.p[places])
    worst = places[np.lexsort((there.recordings[places], badness))][offset : offset + limit]
    labels = {int(there.recordings[place]): Label(str(there.labels[place])) for place in worst}
    return load_decided(tx, model_id, labels)


def load_decided(tx: Any, model_id: str, labels: dict[int, Label]) -> tuple[DecidedRecording, ...]:
    """Recordings by their number, with the label that the model's snapshot gives each; in the order given."""
    judged = judged_recordings.by_ids(tx, labels)
    shares = models_table.shares_of(tx, model_id, labels)
    other = _in_force(tx, model_id, list(labels))
    return tuple(
        DecidedRecording(judged[one], label, *shares[one], other.get(one))
        for one, label in labels.items()
        if one in judged and one in shares
    )


def _in_force(tx: Any, model_id: str, ids: Sequence[int]) -> dict[int, DeployedProbability]:
    now = deployments.newest(tx)
    if now is None or now.operating_point.model_id == model_id:
        return {}
    shares = models_table.shares_of(tx, now.operating_point.model_id, ids)
    return {
        one: DeployedProbability(shares[one][0] if one in shares else None, now.operating_point.threshold)
        for one in ids
    }
