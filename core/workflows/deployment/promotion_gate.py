"""The gate: a model is held against the one in force before it may decide about children.

Both are looked at on the test children of the newer snapshot of the two, at the AM target in force or asked for, each
at a threshold that is found anew on that snapshot's validation children: a cut-off is never inherited. A child never
moves between splits, so neither has learned from these children. The challenger is refused when it is clearly worse:
it catches fewer bad recordings, or asks more good readings again, by more than the paired interval leaves to chance;
and where it loses much on children too few to tell. Staff may promote it all the same, with a reason. What came of it
is kept with its figures, refusals as well.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Split
from core.domain.models import Challenge, Model, PairedProbability
from core.domain.permissions import Permission
from core.errors import Conflict, EarshotError, NotFound
from core.metrics import operating_point, paired_difference
from core.workflows.accounts import authorisation
from core.workflows.deployment import missing_predictions
from core.workflows.deployment.gate_comparison import GateComparison, GatedModel
from core.workflows.jobs import cluster
from core.workflows.jobs.running_job import RunningJob, Step
from db import challenges, deployments, models, session

STEP, USUAL_S = "Against the model in force", 3.0
TIMEOUT_S = 300.0
TRIES = 5

log = logging.getLogger(__name__)


def compare_with_champion(model_id: str, am_target: float) -> GateComparison | None:
    """How a model does against the one in force, from what both have said; None where it needs no challenge.

    It needs none while nothing is in force, and when it is the one in force.

    Raises
    ------
    NotFound
        No such model.
    """
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        return None if pair is None else _compared(tx, *pair, am_target)


def has_all_predictions(model_id: str) -> bool:
    """Whether both have been asked about every recording that they are compared on."""
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        if pair is None:
            return True
        return not any(challenges.without_prediction(tx, _snapshot(*pair), one.id) for one in pair)


def predict_missing(model_id: str, *, actor: Actor = COMMAND_LINE) -> None:
    """Have a worker ask both about what they have not been asked about; nothing to do when that was done before.

    Raises
    ------
    Unavailable
        No worker answers.
    NotAllowed
        The actor may not deploy: asking models takes a worker's time.
    """
    authorisation.require_first(actor, Permission.DEPLOY)
    if not has_all_predictions(model_id):
        cluster.run_on_worker(_ask, model_id, timeout_s=TIMEOUT_S)


def record_challenge(model_id: str, am_target: float) -> Challenge | None:
    """Hold a model against the one in force and keep what came of it; None where it needs no challenge.

    Raises
    ------
    Conflict
        Another model was put into force each time that a comparison was done.
    """
    for _ in range(TRIES):
        with session.reading() as tx:
            pair = _pair(tx, model_id)
            if pair is None:
                return None
            compared = _compared(tx, *pair, am_target)
        with session.writing() as tx:
            now = deployments.newest(tx)
            if now is not None and now.operating_point.model_id == compared.champion.id:
                return _kept(tx, compared)
    raise Conflict(f"Other models are put into force again and again; compare {model_id} once that has settled.")


def after_training(trained: Sequence[Model], job: RunningJob, step: Step) -> None:
    """The last word of a retraining: every new model against the one in force, at the AM target in force."""
    with session.reading() as tx:
        now = deployments.newest(tx)
    if now is None:
        step.reused("Nothing is in force yet: every model is offered")
        return
    outcomes = []
    for number, one in enumerate(trained):
        job.check()
        _ask(one.id)
        challenge = record_challenge(one.id, now.operating_point.am_target)
        outcomes += [challenge] if challenge else []
        step.advance(number + 1, len(trained))
    offered = sum(one.is_offered for one in outcomes)
    step.set(note=f"{offered} of {len(outcomes)} not worse than {now.operating_point.model_id}")


def challenge_history(limit: int = 50) -> list[Challenge]:
    """Newest first."""
    with session.reading() as tx:
        return challenges.newest_first(tx, limit=limit)


def _pair(tx: Any, model_id: str) -> tuple[Model, Model] | None:
    """The challenger and the one in force; None where there is nothing to compare."""
    challenger = models.get(tx, model_id)
    if challenger is None:
        raise NotFound(f"There is no model {model_id!r}; `report` and the Evaluate screen name those there are.")
    now = deployments.newest(tx)
    if now is None or now.operating_point.model_id == model_id:
        return None
    champion = models.get(tx, now.operating_point.model_id)
    return None if champion is None else (challenger, champion)


def _snapshot(challenger: Model, champion: Model) -> int:
    return max((challenger, champion), key=lambda one: one.created_at).snapshot_id


def _ask(model_id: str) -> None:
    """In a worker, or where TensorFlow may be loaded. One that cannot be loaded any more stays silent."""
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        missing = (
            {}
            if pair is None
            else {one.id: challenges.without_prediction(tx, _snapshot(*pair), one.id) for one in pair}
        )
    for one, some in missing.items():
        try:
            missing_predictions.predict_and_store(one, some)
        except EarshotError as error:  # its folder is gone, it learned from other features, ...: `left_out` says so
            log.warning("%s cannot be asked: %s", one, error)


def _compared(tx: Any, challenger: Model, champion: Model, am_target: float) -> GateComparison:
    snapshot_id = _snapshot(challenger, champion)
    validation, test = (
        challenges.of_both(tx, snapshot_id, challenger.id, champion.id, split)
        for split in (Split.VALIDATION, Split.TEST)
    )
    truth, one, other = _arrays(validation)
    thresholds = [operating_point.choose_threshold(truth, p, am_target=am_target).threshold for p in (one, other)]
    truth, one, other = _arrays(test)
    children = np.array([row.child_id for row in test], dtype=np.int64)
    found = paired_difference.paired_differences(children, truth, one, thresholds[0], other, thresholds[1])
    sides = [
        _side(model, truth, p, threshold)
        for model, p, threshold in zip((challenger, champion), (one, other), thresholds, strict=True)
    ]
    left_out = {row.recording_id for model in (challenger, champion) for row in _not_asked(tx, snapshot_id, model)}
    return GateComparison(sides[0], sides[1], am_target, found.rcc, found.am, len(left_out))


def _not_asked(tx: Any, snapshot_id: int, model: Model) -> list[Any]:
    return challenges.without_prediction(tx, snapshot_id, model.id)


def _arrays(rows: list[PairedProbability]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether it is Accepted, p of the one, p of the other."""
    truth = np.array([Label(row.label) is Label.ACCEPTED for row in rows], dtype=bool)
    return truth, np.array([row.p_first for row in rows]), np.array([row.p_second for row in rows])


def _side(model: Model, truth: np.ndarray, p: np.ndarray, threshold: float) -> GatedModel:
    if math.isnan(threshold):
        return GatedModel(model.id, model.name, threshold, math.nan, math.nan)
    at = operating_point.figures_at_threshold(truth, p, threshold=threshold)
    return GatedModel(model.id, model.name, threshold, at.rcc, at.am)


def _kept(tx: Any, found: GateComparison) -> Challenge:
    """The row of this comparison; the same one twice is one row."""
    ids = (found.challenger.id, found.champion.id)
    before = challenges.newest(tx, *ids, found.am_target)
    if before is not None and before.figures == found.as_figures():
        return before
    return challenges.add(
        tx,
        challenger_id=ids[0],
        champion_id=ids[1],
        am_target=found.am_target,
        is_offered=found.is_offered,
        figures=found.as_figures(),
    )
