"""Adapting to a source: what its own threshold would be, drawing recordings for judges, and putting it in force."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from core.domain.actor import Actor
from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.models import OperatingPoint
from core.domain.permissions import Permission
from core.domain.sources import SourcePoint, ThresholdBasis, ThresholdInForce
from core.errors import NotFound, Refused
from core.json_values import finite_or_none, known_interval, without_nan
from core.metrics import judged_source, source_threshold
from core.metrics.judged_source import JudgedSource as JudgedSource  # for screens
from core.metrics.source_threshold import RULE
from core.metrics.source_threshold import SourceThreshold as SourceThreshold
from core.sentences.certainty_sentences import source_certainty_words
from core.workflows.accounts import authorisation
from core.workflows.deployment import source_thresholds
from core.workflows.deployment.source_thresholds import SourceOnModel
from core.workflows.jobs import cluster
from db import audit, deployments, recording_counts, session, source_draws, source_points, source_recordings

DRAWN = 80  # recordings, when nobody says otherwise: the middle of what pays (60 to 120)
LEAST_DRAWN, MOST_DRAWN = judged_source.RULE.least, 400
SEED = 2019
LEAST = RULE.least  # recordings of a source with a p, to choose anything
TIMEOUT_S = source_thresholds.TIMEOUT_S
OTHER_CERTAINTY = "Deployed with another certainty"


@dataclass(frozen=True)
class AdaptationPreview:
    """What a source has in force, and what it could have.

    n : recordings that the deployed model has a p of and did not learn from; n_missing : those without a p yet
    n_drawn, n_judged : recordings that were drawn for judges, and of them those that two judges judged
    judged : None while too few are judged, and then `judged_obstacle` says why
    """

    in_force: ThresholdInForce
    n: int
    n_missing: int
    unlabelled: SourceThreshold
    n_drawn: int
    n_judged: int
    judged: JudgedSource | None
    judged_obstacle: str

    def as_json(self) -> JsonObject:
        """What `adapt --json` prints; NaN becomes null."""
        now, point = self.in_force, self.in_force.point
        return object_of(
            json_of(
                without_nan(
                    {
                        "source": now.source,
                        "model": point.model_id,
                        "am_target": point.am_target,
                        "threshold_common": point.threshold,
                        "threshold": now.threshold,
                        "basis": str(now.basis),
                        "certainty": now.certainty.value if now.certainty else None,
                        "certainty_words": source_certainty_words(now.certainty, now.basis),
                        "recordings": self.n,
                        "without_prediction": self.n_missing,
                        "unlabelled": asdict(self.unlabelled) | {"rcc_lost": self.unlabelled.rcc_lost},
                        "drawn": self.n_drawn,
                        "judged": self.n_judged,
                        "judged_threshold": self._judged_as_json(),
                        "judged_obstacle": self.judged_obstacle or None,
                    }
                )
            )
        )

    def _judged_as_json(self) -> dict[str, object] | None:
        if self.judged is None:
            return None
        needed = self.judged.needed
        return {
            **asdict(self.judged),
            "certainty": self.judged.certainty.value if self.judged.certainty else None,
            "needed": None if needed is None else asdict(needed) | {"certainty": needed.certainty.value},
            **known_interval("am_interval", self.judged.am_interval, of=self.judged.am),
            **known_interval("rcc_interval", self.judged.rcc_interval, of=self.judged.rcc),
        }


def sources() -> list[str]:
    """Every source that recordings name, in alphabetical order."""
    with session.reading() as tx:
        return recording_counts.sources(tx)


def preview(source: str) -> AdaptationPreview:
    """What a source could have, from the predictions that are there; changes nothing.

    Raises
    ------
    NotFound
        Nothing is deployed, or no recording names this source.
    Refused
        Validation lacks a class.
    """
    with session.reading() as tx:
        point = _deployed(tx)
        _require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        in_force = source_thresholds.threshold_in_force(tx, point, source)
        drawn = set(source_draws.drawn(tx, source))
        n_missing = len(source_recordings.without_prediction(tx, source, point.model_id))
    judged, obstacle = _judged_or_why(seen, drawn, point.certainty)
    return AdaptationPreview(
        in_force=in_force,
        n=len(seen.recordings),
        n_missing=n_missing,
        unlabelled=source_threshold.choose_without_labels(seen.p, seen.reference),
        n_drawn=len(drawn),
        n_judged=len(_judged_places(seen, drawn)),
        judged=judged,
        judged_obstacle=obstacle,
    )


def predict(source: str, *, actor: Actor) -> None:
    """Have a worker compute the predictions that the deployed model lacks for a source; nothing where none is missing.

    Raises
    ------
    Unavailable
        No worker answers.
    """
    authorisation.require_first(actor, Permission.DEPLOY)
    with session.reading() as tx:
        model_id = _deployed(tx).model_id
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
        point = _deployed(tx)
        _require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        _require_enough(seen, source)
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
        point = _deployed(tx)
        _require_known(tx, source)
        seen = source_thresholds.on_model(tx, source, point)
        _require_enough(seen, source)
        if with_labels:
            places = _judged_places(seen, set(source_draws.drawn(tx, source)))
            judged = _with_labels(seen, places, point.certainty)
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
        places = _judged_places(seen, set(source_draws.drawn(tx, own.source)))
        judged = _with_labels(seen, places, now.certainty)
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
        point = _deployed(tx)
        _require_known(tx, source)
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


def _deployed(tx: session.Connection) -> OperatingPoint:
    now = deployments.newest(tx)
    if now is None:
        raise NotFound("No model is deployed, so no source can have a threshold; deploy one on the Evaluate screen.")
    return now.operating_point


def _require_known(tx: session.Connection, source: str) -> None:
    known = recording_counts.sources(tx)
    if source not in known:
        named = ", ".join(repr(name) for name in known[:10]) or "none"
        raise NotFound(
            "No recording names the source {source!r}; there are: {named}.",
            source=source,
            named=named,
        )


def _require_enough(seen: SourceOnModel, source: str) -> None:
    if len(seen.recordings) < LEAST:
        raise Refused(
            "{source!r} has {n_recordings} recordings that the deployed model has predicted and did "
            "not learn from: at least {least} are needed, some hundreds are better. Import more of "
            "them.",
            source=source,
            n_recordings=len(seen.recordings),
            least=LEAST,
        )


def _judged_places(seen: SourceOnModel, drawn: set[int]) -> list[int]:
    pairs = enumerate(seen.recordings)
    return [place for place, labelled in pairs if labelled.recording_id in drawn and labelled.vote is not None]


def _with_labels(seen: SourceOnModel, places: list[int], certainty: Certainty) -> JudgedSource:
    of_judged = [seen.recordings[place] for place in places]
    return judged_source.choose_with_labels(
        seen.p,
        np.array(places, dtype=np.int64),
        np.array([labelled.vote for labelled in of_judged], dtype=np.float64),
        np.array([labelled.child_id for labelled in of_judged], dtype=np.int64),
        am_target=seen.reference.am_target,
        common=seen.reference.threshold,
        certainty=certainty,
    )


def _judged_or_why(seen: SourceOnModel, drawn: set[int], certainty: Certainty) -> tuple[JudgedSource | None, str]:
    try:
        return _with_labels(seen, _judged_places(seen, drawn), certainty), ""
    except Refused as error:
        return None, str(error)


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
