"""The decision in force: which model, at which threshold, since when, by whom and why.

The threshold is taken on the validation children and frozen; a later retraining changes nothing until somebody deploys.
"""

from __future__ import annotations

import math

from core.errors import Conflict, NotFound, Refused
from core.labels import Split
from core.measuring import operating_point
from core.workflows import decisions
from core.workflows.actor import Actor
from db import audit, deployments, models, session
from db.records import Deployment


def use(model_id: str, am_target: float, *, reason: str = "", actor: Actor) -> Deployment:
    """Choose the operating point of a model on validation for an AM target, and deploy it.

    Raises
    ------
    NotFound
        No such model.
    Refused
        The target is no share between 0 and 1, or validation has no Accepted recording to choose on.
    """
    with session.writing() as tx:
        if models.get(tx, model_id) is None:
            raise NotFound(f"There is no model {model_id!r}; `report` and the Evaluate screen name those there are.")
        validation = decisions.of(tx, model_id, Split.VALIDATION)
        choice = operating_point.choose(validation.is_accepted, validation.p, am_target=am_target)
        if math.isnan(choice.threshold):
            raise Refused(f"{model_id} has no Accepted recording in validation, so no threshold can be chosen.")
        point = deployments.add_operating_point(
            tx,
            model_id,
            am_target=am_target,
            threshold=choice.threshold,
            account_id=actor.account_id,
            reason=reason,
        )
        deployments.add(tx, point, account_id=actor.account_id, reason=reason)
        detail = {"am_target": am_target, "threshold": choice.threshold, "reason": reason}
        audit.record(tx, actor.account_id, actor.name, "deploy", model_id, detail)
        return _in_force(deployments.newest(tx))


def roll_back(*, reason: str = "", actor: Actor) -> Deployment:
    """Put the operating point before the present one back in force, by adding a row. A second time goes one further.

    Raises
    ------
    Conflict
        There is nothing to go back to.
    """
    with session.writing() as tx:
        current = deployments.newest(tx)
        if current is None:
            raise Conflict("Nothing is deployed, so there is nothing to roll back.")
        earlier = deployments.before(tx, current)
        if earlier is None:
            raise Conflict("This is the first operating point that was ever deployed; there is none before it.")
        why = reason or f"Rolled back from {current.operating_point.model_id}"
        deployments.add(tx, earlier.operating_point.id, account_id=actor.account_id, reason=why)
        detail = {"from": current.operating_point.model_id, "threshold": earlier.operating_point.threshold}
        audit.record(tx, actor.account_id, actor.name, "roll back", earlier.operating_point.model_id, detail)
        return _in_force(deployments.newest(tx))


def deployed() -> Deployment | None:
    """What decides now, or None while nothing was ever deployed."""
    with session.reading() as tx:
        return deployments.newest(tx)


def history(limit: int = 50) -> list[Deployment]:
    """Newest first."""
    with session.reading() as tx:
        return deployments.newest_first(tx, limit=limit)


def can_roll_back() -> bool:
    """Whether an operating point was in force before the present one."""
    with session.reading() as tx:
        current = deployments.newest(tx)
        return current is not None and deployments.before(tx, current) is not None


def _in_force(deployment: Deployment | None) -> Deployment:
    if deployment is None:
        raise NotFound("Nothing is deployed.")
    return deployment
