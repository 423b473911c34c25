"""The decision in force: which model, at which threshold, since when, by whom and why.

The threshold is chosen on the model's validation children and frozen; a later retraining changes nothing until somebody
deploys. Another model than the one in force first passes the gate (`promotion_gate`); staff may overrule it, with a
reason. Sources with a threshold of their own get a new one for the new model (`source_thresholds`).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject
from core.domain.models import Challenge, Deployment, OperatingPoint
from core.domain.permissions import Permission
from core.domain.webhooks import WebhookEvent
from core.errors import Conflict, NotFound, Refused
from core.sentences.gate_sentences import gate_sentence
from core.workflows.accounts import authorisation
from core.workflows.deployment import promotion_gate, source_adaptation, source_thresholds
from core.workflows.deployment.gate_comparison import GateComparison
from core.workflows.evaluation import threshold_choice
from core.workflows.webhooks import events
from db import audit, deployments, models, session


def deploy(
    model_id: str,
    am_target: float,
    *,
    certainty: Certainty = Certainty.EVEN,
    reason: str = "",
    anyway: bool = False,
    actor: Actor,
) -> Deployment:
    """Choose the operating point of a model on validation for an AM target, and deploy it.

    A model that is not the one in force is compared with it at this target. Where one of them lacks predictions for the
    recordings that they are compared on, a worker computes these first; that takes seconds.

    Parameters
    ----------
    certainty : with which the threshold keeps the target
    anyway : deploy a model that lost; a reason is then required

    Raises
    ------
    NotFound
        No such model.
    Refused
        The target is no share between 0 and 1, validation has no Accepted recording to choose on or too few children
        for the certainty, or the model is clearly worse than the one in force.
    Conflict
        Somebody deployed another model meanwhile.
    """
    promotion_gate.predict_missing(model_id, actor=actor)
    if certainty.has_margin:  # too few children is the reason, before a comparison blames the model
        with session.reading() as tx:
            threshold_choice.require_threshold(tx, model_id, am_target, certainty=certainty)
    source_thresholds.predict_for_own(model_id)
    challenge = promotion_gate.record_challenge(model_id, am_target, certainty=certainty)
    if challenge is not None and not challenge.is_offered:
        _require_reason(challenge, reason=reason, anyway=anyway, actor=actor)
    with session.reading() as tx:
        threshold = threshold_choice.require_threshold(tx, model_id, am_target, certainty=certainty).threshold
    chosen = _ChosenPoint(model_id, am_target, threshold, certainty, reason)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        before = deployments.newest(tx)
        _require_same_champion(challenge, before, model_id)
        _require_deployable(tx, model_id)
        now = _put_new_point_in_force(tx, chosen, challenge, actor)
        earlier = before.operating_point if before else None
        source_thresholds.carry_over(tx, earlier, now.operating_point, actor=actor)
        source_adaptation.follow_certainty(tx, earlier, now.operating_point, actor=actor)
        events.announce_deployment(tx, WebhookEvent.DEPLOYED, now)
        return now


@dataclass(frozen=True)
class _ChosenPoint:
    model_id: str
    am_target: float
    threshold: float
    certainty: Certainty
    reason: str


def _put_new_point_in_force(
    tx: session.Connection, chosen: _ChosenPoint, challenge: Challenge | None, actor: Actor
) -> Deployment:
    """Store the operating point and its deployment, with an entry in the audit log."""
    point = deployments.add_operating_point(
        tx,
        chosen.model_id,
        am_target=chosen.am_target,
        threshold=chosen.threshold,
        account_id=actor.account_id,
        reason=chosen.reason,
        certainty=chosen.certainty,
    )
    deployments.add(tx, point, account_id=actor.account_id, reason=chosen.reason)
    detail: JsonObject = {"am_target": chosen.am_target, "threshold": chosen.threshold, "reason": chosen.reason}
    detail |= {"certainty": chosen.certainty.value}
    detail |= {"challenge": challenge.id} if challenge else {}
    action = "deploy" if challenge is None or challenge.is_offered else "deploy anyway"
    audit.record(tx, actor.account_id, actor.name, action, chosen.model_id, detail)
    return _in_force(deployments.newest(tx))


def roll_back(*, reason: str = "", actor: Actor) -> Deployment:
    """Put the operating point before the present one back in force, by adding a row. A second time goes one further.

    Raises
    ------
    Conflict
        There is nothing to go back to.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        current = deployments.newest(tx)
        if current is None:
            raise Conflict("Nothing is deployed, so there is nothing to roll back.")
        earlier = deployments.before(tx, current)
        if earlier is None:
            raise Conflict("This is the first operating point that was ever deployed; there is none before it.")
        why = reason or f"Rolled back from {current.operating_point.model_title}"
        return _put_in_force(tx, current, earlier.operating_point, action="roll back", reason=why, actor=actor)


def deploy_again(operating_point_id: int, *, reason: str = "", actor: Actor) -> Deployment:
    """Put an operating point that was in force once back in force, by adding a row: forward after a roll back.

    Raises
    ------
    NotFound
        It was never in force, or its model was withdrawn since.
    Conflict
        It is in force.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DEPLOY)
        current, wanted = deployments.newest(tx), deployments.of_point(tx, operating_point_id)
        if current is None or wanted is None:
            raise NotFound("This operating point was never in force, or its model was withdrawn.")
        if current.operating_point.id == operating_point_id:
            raise Conflict("This operating point is in force.")
        why = reason or f"Instead of {current.operating_point.model_title}"
        return _put_in_force(tx, current, wanted.operating_point, action="deploy again", reason=why, actor=actor)


def current_deployment() -> Deployment | None:
    """The deployment in force, or None while nothing was ever deployed."""
    with session.reading() as tx:
        return deployments.newest(tx)


def previous_deployment() -> Deployment | None:
    """The deployment that a roll-back would restore; None where there is none."""
    with session.reading() as tx:
        current = deployments.newest(tx)
        return None if current is None else deployments.before(tx, current)


def following_deployment() -> Deployment | None:
    """The deployment that was rolled back from, to go forward to; None where there is none."""
    with session.reading() as tx:
        current = deployments.newest(tx)
        return None if current is None else deployments.following(tx, current)


def past_deployments(limit: int = 20) -> list[Deployment]:
    """What was in force when, newest first; the first one is in force now, if its model still decides."""
    with session.reading() as tx:
        return deployments.newest_first(tx, limit=limit)


def _put_in_force(
    tx: session.Connection, current: Deployment, point: OperatingPoint, *, action: str, reason: str, actor: Actor
) -> Deployment:
    """Let an operating point of before decide from now on."""
    deployments.add(tx, point.id, account_id=actor.account_id, reason=reason)
    detail = {"from": current.operating_point.model_id, "threshold": point.threshold}
    audit.record(tx, actor.account_id, actor.name, action, point.model_id, detail)
    now = _in_force(deployments.newest(tx))
    source_thresholds.carry_over(tx, current.operating_point, now.operating_point, actor=actor)
    source_adaptation.follow_certainty(tx, current.operating_point, now.operating_point, actor=actor)
    is_rolled_back = action == "roll back"
    events.announce_deployment(tx, WebhookEvent.ROLLED_BACK if is_rolled_back else WebhookEvent.DEPLOYED, now)
    return now


def _in_force(deployment: Deployment | None) -> Deployment:
    if deployment is None:
        raise NotFound("Nothing is deployed.")
    return deployment


def _require_deployable(tx: session.Connection, model_id: str) -> None:
    model = models.get(tx, model_id)
    if model is None:
        raise NotFound(
            "There is no model {model_id!r}; somebody has just deleted it.",
            model_id=model_id,
        )
    if model.withdrawn_at is not None:
        raise Conflict(
            "{title} was withdrawn when a child that it had learned from was erased; retrain.",
            title=model.title,
        )


def _require_reason(challenge: Challenge, *, reason: str, anyway: bool, actor: Actor) -> None:
    """Let a model that lost pass for a reason, and refuse it otherwise; the refusal is recorded."""
    if anyway and reason.strip():
        return
    with session.writing() as tx:
        detail = {"challenge": challenge.id, "champion": challenge.champion_id, "am_target": challenge.am_target}
        audit.record(tx, actor.account_id, actor.name, "deploy refused", challenge.challenger_id, detail)
    compared = GateComparison.of(challenge.figures)
    if anyway:
        names = compared.challenger.name, compared.champion.name
        raise Refused(
            "Say why {challenger} shall decide though it lost against {champion}.",
            challenger=names[0],
            champion=names[1],
        )
    outcome = gate_sentence(
        compared.verdict,
        rcc=compared.rcc,
        am=compared.am,
        noise=compared.rcc_noise,
        speechless=compared.rcc_speechless,
    )
    raise Refused(
        "{name} is not offered. {outcome} It can be deployed all the same, with a reason: "
        "--anyway --reason, or on the Retrain screen.",
        name=compared.challenger.name,
        outcome=outcome,
    )


def _require_same_champion(challenge: Challenge | None, now: Deployment | None, model_id: str) -> None:
    """Refuse what was compared with a model that is no longer in force."""
    in_force = now.operating_point.model_id if now else None
    if in_force not in (model_id, challenge.champion_id if challenge else None):
        name = now.operating_point.model_title if now else "Nothing"
        raise Conflict(
            "{name} was deployed meanwhile; look again, and compare with that one.",
            name=name,
        )
