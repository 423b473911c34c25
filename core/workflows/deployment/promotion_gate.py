"""The gate: a new model is compared with the one in force before it is deployed.

Both are looked at on the test children of the newer snapshot of the two, at the AM target and the certainty in force or
chosen ones, each at the threshold that it decides with, or would: the one in force, which is frozen, and the one that a
deployment takes, chosen on the model's own validation children. So a model has one threshold on all screens. A child
never moves between splits, so neither has learned from these children. The challenger is refused when it is clearly
worse: it catches fewer bad recordings, or fewer of Noise or of Speechless alone, or wrongly refuses more good readings,
by more than the paired interval leaves to chance; and where it loses much on children too few to tell. Staff may
promote it all the same, with a reason. The outcome is recorded with its figures, refusals as well.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.certainty import Certainty
from core.domain.models import Challenge, Model
from core.domain.permissions import Permission
from core.domain.snapshots import UnlabelledRecording
from core.errors import Conflict, EarshotError, NotFound
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.deployment import gate_figures, missing_predictions
from core.workflows.deployment.gate_comparison import GateComparison
from core.workflows.jobs import cluster
from core.workflows.jobs.running_job import RunningJob, Step
from db import challenges, deployments, models, session

STEP, USUAL_S = "Against the model in force", 3.0
TIMEOUT_S = 300.0
TRIES = 5

log = logging.getLogger(__name__)


def compare_with_champion(
    model_id: str, am_target: float, *, certainty: Certainty | None = None
) -> GateComparison | None:
    """How a model does against the one in force, from the predictions of both; None where it needs no challenge.

    It needs none while nothing is in force, and when it is the one in force. Without a certainty, at the one in force.

    Raises
    ------
    NotFound
        No such model.
    """
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        return None if pair is None else gate_figures.compare(tx, *pair, am_target, certainty)


def has_all_predictions(model_id: str) -> bool:
    """Whether both have predictions for every recording that they are compared on."""
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        if pair is None:
            return True
        return not any(gate_figures.without_prediction(tx, *pair).values())


def predict_missing(model_id: str, *, actor: Actor = COMMAND_LINE) -> None:
    """Have a worker compute the predictions that either of the two lacks; nothing where none is missing.

    Raises
    ------
    Unavailable
        No worker answers.
    NotAllowed
        The actor may not deploy: predictions take a worker's time.
    """
    authorisation.require_first(actor, Permission.DEPLOY)
    if not has_all_predictions(model_id):
        cluster.run_on_worker(_predict, model_id, timeout_s=TIMEOUT_S)


def record_challenge(model_id: str, am_target: float, *, certainty: Certainty | None = None) -> Challenge | None:
    """Compare a model with the one in force and record the outcome; None where it needs no challenge.

    Without a certainty, at the one in force.

    Raises
    ------
    Conflict
        Another model was deployed each time that a comparison was done.
    """
    for _ in range(TRIES):
        with session.reading() as tx:
            pair = _pair(tx, model_id)
            if pair is None:
                return None
            compared = gate_figures.compare(tx, *pair, am_target, certainty)
        with session.writing() as tx:
            now = deployments.newest(tx)
            if now is not None and now.operating_point.model_id == compared.champion.id:
                return _record(tx, compared)
    raise Conflict("Other models are deployed again and again; compare the new one once that has settled.")


def after_training(trained: Sequence[Model], job: RunningJob, step: Step) -> None:
    """The last step of a retraining: every new model against the one in force, at the AM target in force."""
    with session.reading() as tx:
        now = deployments.newest(tx)
    if now is None:
        step.reused(Message("Nothing is in force yet: every model is offered"))
        return
    outcomes = []
    for number, model in enumerate(trained, start=1):
        job.check()
        _predict(model.id)
        point = now.operating_point
        challenge = record_challenge(model.id, point.am_target, certainty=point.certainty)
        outcomes += [challenge] if challenge else []
        step.advance(number, len(trained))
    offered = sum(challenge.is_offered for challenge in outcomes)
    values = {"offered": offered, "n": len(outcomes), "model": now.operating_point.model_title}
    step.note(Message("{offered} of {n} not worse than {model}", values))


def challenge_history(limit: int = 50) -> list[Challenge]:
    """Newest first."""
    with session.reading() as tx:
        return challenges.newest_first(tx, limit=limit)


def _pair(tx: session.Connection, model_id: str) -> tuple[Model, Model] | None:
    """The challenger and the one in force; None where there is nothing to compare."""
    challenger = models.get(tx, model_id)
    if challenger is None:
        raise NotFound(
            "There is no model {model_id!r}; `report` and the Evaluate screen name those there are.",
            model_id=model_id,
        )
    now = deployments.newest(tx)
    if now is None or now.operating_point.model_id == model_id:
        return None
    champion = models.get(tx, now.operating_point.model_id)
    return None if champion is None else (challenger, champion)


def _predict(model_id: str) -> None:
    """In a worker, or where TensorFlow may be loaded. A model that cannot be loaded any more gets no predictions."""
    missing: dict[str, list[UnlabelledRecording]] = {}
    with session.reading() as tx:
        pair = _pair(tx, model_id)
        if pair is not None:
            missing = gate_figures.without_prediction(tx, *pair)
    for id_of_model, recordings in missing.items():
        try:
            missing_predictions.predict_and_store(id_of_model, recordings)
        except EarshotError as error:  # its folder is gone, it learned from other features, ...: `left_out` counts them
            log.warning("%s cannot predict: %s", id_of_model, error)


def _record(tx: session.Connection, compared: GateComparison) -> Challenge:
    """The row of this comparison; the same comparison twice is one row."""
    challenger_id, champion_id = compared.challenger.id, compared.champion.id
    before = challenges.newest(tx, challenger_id, champion_id, compared.am_target)
    if before is not None and before.figures == compared.as_figures():
        return before
    return challenges.add(
        tx,
        challenger_id=challenger_id,
        champion_id=champion_id,
        am_target=compared.am_target,
        is_offered=compared.is_offered,
        figures=compared.as_figures(),
    )
