"""The threshold that is in force in a source, and what becomes of it when another model is deployed.

A source's own threshold belongs to a model and an AM target. Once another one is deployed, every source that had its
own gets a new one without labels, marked as recomputed: p of another model mean something else, and judged labels say
nothing about them before somebody looks. A model that comes back finds the thresholds that were chosen for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.domain.actor import Actor
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import Split
from core.domain.models import OperatingPoint
from core.domain.sources import SourcePoint, SourceRecording, ThresholdBasis, ThresholdInForce
from core.errors import Refused
from core.json_values import finite_or_none
from core.metrics import source_threshold
from core.metrics.source_threshold import Reference, SourceThreshold
from core.workflows.deployment import missing_predictions
from core.workflows.evaluation import predictions
from core.workflows.jobs import cluster
from db import audit, deployments, session, source_points, source_recordings

TIMEOUT_S = 300.0
RECOMPUTED_REASON = "Another model or target was deployed"


@dataclass(frozen=True)
class SourceOnModel:
    """A source's recordings with their p, and what p are like where the model was validated."""

    recordings: tuple[SourceRecording, ...]
    reference: Reference

    @property
    def p(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([recording.p_accepted for recording in self.recordings], dtype=np.float64)


def threshold_in_force(tx: session.Connection, point: OperatingPoint, source: str) -> ThresholdInForce:
    """What decides in a source under a deployed operating point; without a source, what decides elsewhere."""
    own = source_points.in_force(tx, point, source=source) if source else []
    return ThresholdInForce(point, source, own[0] if own else None)


def own_thresholds() -> list[SourcePoint]:
    """The sources with a threshold of their own under the deployment in force."""
    with session.reading() as tx:
        now = deployments.newest(tx)
        return _own(tx, now.operating_point) if now else []


def on_model(tx: session.Connection, source: str, point: OperatingPoint) -> SourceOnModel:
    """A source as a model sees it.

    Raises
    ------
    Refused
        Validation lacks a class, so nothing can be compared.
    """
    validation = predictions.predictions_of_split(tx, point.model_id, Split.VALIDATION)
    is_accepted = validation.is_accepted
    if is_accepted.all() or not is_accepted.any():
        raise Refused(
            "{model_title} was validated on one class alone, so no source can be compared with that.",
            model_title=point.model_title,
        )
    reference = Reference(is_accepted, validation.p, point.am_target, point.threshold)
    return SourceOnModel(tuple(source_recordings.of_source(tx, source, point.model_id)), reference)


def carry_over(
    tx: session.Connection, before: OperatingPoint | None, now: OperatingPoint, *, actor: Actor
) -> list[SourcePoint]:
    """Recompute, without labels, the threshold of every source that had its own and has none for what is deployed now.

    A step of `deploy` and `roll_back`, which have asked whether the actor may.
    """
    if before is None or (before.model_id, before.am_target) == (now.model_id, now.am_target):
        return []
    known = {point.source for point in source_points.in_force(tx, now)}
    carried = []
    for old in _own(tx, before):
        if old.source in known:
            continue
        new = _recomputed(tx, old.source, now, actor)
        carried.append(new)
        detail = {"threshold": new.threshold, "model": new.model_id, "before": old.threshold, "basis": str(new.basis)}
        audit.record(tx, actor.account_id, actor.name, "recompute source threshold", new.source, detail)
    return carried


def predict_for_own(model_id: str) -> None:
    """Have a worker predict what a model lacks of the sources that have a threshold of their own."""
    sources = [point.source for point in own_thresholds()]
    if sources and has_missing(model_id, sources):
        cluster.run_on_worker(predict_sources, model_id, sources, timeout_s=TIMEOUT_S)


def has_missing(model_id: str, sources: list[str]) -> bool:
    """Whether a model lacks predictions for recordings of these sources."""
    with session.reading() as tx:
        return any(source_recordings.without_prediction(tx, source, model_id) for source in sources)


def predict_sources(model_id: str, sources: list[str]) -> None:
    """Predict what is missing of these sources, in a worker or where models may be loaded."""
    for source in sources:
        with session.reading() as tx:
            waiting = source_recordings.without_prediction(tx, source, model_id)
        missing_predictions.predict_and_store(model_id, waiting)


def figures_of(chosen: SourceThreshold) -> JsonObject:
    """What is stored with a threshold that was chosen without labels; NaN becomes null."""
    return {
        "share_accepted": finite_or_none(chosen.share_accepted),
        "misfit": finite_or_none(chosen.misfit),
        "expected_am": finite_or_none(chosen.expected_am),
        "expected_rcc": finite_or_none(chosen.expected_rcc),
        "rcc_lost": finite_or_none(chosen.rcc_lost),
    }


def _own(tx: session.Connection, point: OperatingPoint) -> list[SourcePoint]:
    return [chosen for chosen in source_points.in_force(tx, point) if chosen.is_own]


def _recomputed(tx: session.Connection, source: str, now: OperatingPoint, actor: Actor) -> SourcePoint:
    try:
        seen = on_model(tx, source, now)
        chosen = source_threshold.choose_without_labels(seen.p, seen.reference)
        threshold, figures = chosen.threshold if chosen.is_own else None, figures_of(chosen)
        n = chosen.n
    except Refused as error:
        threshold, figures, n = None, {"why": str(error)}, 0
    return source_points.add(
        tx,
        source,
        now,
        threshold=threshold,
        basis=ThresholdBasis.RECOMPUTED,
        n=n,
        n_judged=0,
        figures=object_of(json_of(figures)),
        account_id=actor.account_id,
        reason=RECOMPUTED_REASON,
    )
