"""Adapting to a source: drawing recordings for judges, and putting a threshold of its own in force."""

from __future__ import annotations

from core.domain.actor import Actor
from core.domain.json_types import JsonObject
from core.domain.models import OperatingPoint
from core.domain.permissions import Permission
from core.domain.sources import SourcePoint, ThresholdBasis
from core.errors import Refused
from core.json_values import finite_or_none
from core.metrics import judged_source, recalibration, source_threshold
from core.metrics.judged_source import JudgedSource
from core.workflows.accounts import authorisation
from core.workflows.deployment import adaptation_basis, source_thresholds
from core.workflows.jobs import cluster
from db import audit, recording_counts, session, source_draws, source_points

DRAWN = 80  # recordings, when nobody says otherwise: the middle of what pays (60 to 120)
LEAST_DRAWN, MOST_DRAWN = recalibration.RULE.least, 400
SEED = 2019
TIMEOUT_S = source_thresholds.TIMEOUT_S
OTHER_CERTAINTY = "Deployed with another certainty"


def sources() -> list[str]:
    """Every source that recordings name, in alphabetical order."""
    with session.reading() as tx:
        return recording_counts.sources(tx)


def predict(source: str, *, actor: Actor) -> None:
    """Have a worker compute the predictions that the deployed model lacks for a source; nothing where none is missing.

    Raises
    ------
    Unavailable
        No worker answers.
    """
    authorisation.require_first(actor, Permission.DEPLOY)
    with session.reading() as tx:
        model_id = adaptation_basis.deployed(tx).model_id
    if source_thresholds.has_missing(model_id, [source]):
        cluster.run_on_worker(source_thresholds.predict_sources, model_id, [source], timeout_s=TIMEOUT_S)


def draw(source: str, n: int = DRAWN, *, actor: Actor) -> int:
    """Have two judges judge n recordings of a source first, spread over p; how many are drawn now.

    Recordings that two judges have judged already count among them.

    Raises
    ------
    Refused
        `n` cannot be, or the source has too few recordings with a p.
    """
    if not LEAST_DRAWN <= n <= MOST_DRAWN:
        raise Refused(
            "{n} recordings cannot be drawn: expected {least_drawn} to {most_drawn}.",
            n=n,
            least_drawn=LEAST_DRAWN,
            most_drawn=MOST_DRAWN,
        )
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        point = adaptation_basis.deployed(tx)
        adaptation_basis.require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        adaptation_basis.require_enough(seen, source)
        places = judged_source.spread_draw(seen.p, n, seed=SEED)
        chosen = [seen.recordings[place].recording_id for place in places]
        source_draws.draw(tx, source, chosen, account_id=actor.account_id)
        audit.record(tx, actor.account_id, actor.name, "draw for source", source, {"recordings": len(chosen)})
        return len(source_draws.drawn(tx, source))


def adapt(source: str, *, with_labels: bool, reason: str = "", actor: Actor) -> SourcePoint:
    """Put a threshold of its own in force in a source: without labels, or with those of the drawn recordings.

    Raises
    ------
    NotFound, Refused
        As `preview`; too few recordings have a p, or too few are judged.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        point = adaptation_basis.deployed(tx)
        adaptation_basis.require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        adaptation_basis.require_enough(seen, source)
        if with_labels:
            places = adaptation_basis.judged_places(seen, set(source_draws.drawn(tx, source)))
            judged = adaptation_basis.threshold_with_labels(seen, places, point.certainty)
            threshold, basis, figures = judged.threshold, ThresholdBasis.JUDGED, _judged_figures(judged)
        else:
            places = []
            chosen = source_threshold.choose_without_labels(seen.p, seen.reference)
            threshold, basis = chosen.threshold, ThresholdBasis.UNLABELLED
            figures = source_thresholds.figures_of(chosen)
        new = source_points.add(
            tx,
            source,
            point,
            threshold=threshold,
            basis=basis,
            n=len(seen.recordings),
            n_judged=len(places),
            figures=figures,
            account_id=actor.account_id,
            reason=reason.strip(),
        )
        detail = {"threshold": threshold, "basis": str(basis), "model": point.model_id, "reason": reason.strip()}
        audit.record(tx, actor.account_id, actor.name, "adapt source", source, detail)
        return new


def follow_certainty(
    tx: session.Connection, before: OperatingPoint | None, now: OperatingPoint, *, actor: Actor
) -> list[SourcePoint]:
    """Choose judged thresholds anew where the same model and target are deployed with another certainty.

    A step of `deploy` and `roll_back`, which have asked whether the actor may. A source whose judged recordings are
    gone keeps what it has.
    """
    if before is None or (before.model_id, before.am_target) != (now.model_id, now.am_target):
        return []
    if before.certainty is now.certainty:
        return []
    judged = [point for point in source_points.in_force(tx, now) if point.basis is ThresholdBasis.JUDGED]
    return [new for point in judged if (new := _chosen_anew(tx, point, now, actor)) is not None]


def _chosen_anew(tx: session.Connection, own: SourcePoint, now: OperatingPoint, actor: Actor) -> SourcePoint | None:
    try:
        seen = source_thresholds.on_model(tx, own.source, now)
        places = adaptation_basis.judged_places(seen, set(source_draws.drawn(tx, own.source)))
        judged = adaptation_basis.threshold_with_labels(seen, places, now.certainty)
    except Refused:
        return None
    new = source_points.add(
        tx,
        own.source,
        now,
        threshold=judged.threshold,
        basis=ThresholdBasis.JUDGED,
        n=len(seen.recordings),
        n_judged=len(places),
        figures=_judged_figures(judged),
        account_id=actor.account_id,
        reason=OTHER_CERTAINTY,
    )
    detail = {"threshold": new.threshold, "before": own.threshold, "basis": str(new.basis), "model": now.model_id}
    audit.record(tx, actor.account_id, actor.name, "recompute source threshold", own.source, detail)
    return new


def use_common(source: str, *, reason: str = "", actor: Actor) -> SourcePoint:
    """Put the common threshold back in force in a source."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        point = adaptation_basis.deployed(tx)
        adaptation_basis.require_known(tx, source)
        new = source_points.add(
            tx,
            source,
            point,
            threshold=None,
            basis=ThresholdBasis.COMMON,
            n=0,
            n_judged=0,
            figures={},
            account_id=actor.account_id,
            reason=reason.strip(),
        )
        audit.record(tx, actor.account_id, actor.name, "use common threshold", source, {"reason": reason.strip()})
        return new


def _judged_figures(judged: JudgedSource) -> JsonObject:
    low, high = judged.am_interval
    return {
        "am": finite_or_none(judged.am),
        "am_low": finite_or_none(low),
        "am_high": finite_or_none(high),
        "am_stream": finite_or_none(judged.am_stream),
        "am_common": finite_or_none(judged.am_common),
        "certainty": judged.certainty.value if judged.certainty else None,
        "rcc": finite_or_none(judged.rcc),
        "rcc_lost": finite_or_none(judged.rcc_common - judged.rcc),
    }
