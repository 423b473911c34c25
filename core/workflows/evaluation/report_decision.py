"""The decision that a report is about: who put this model at this target in force, when and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.domain.certainty import Certainty
from core.domain.models import Deployment
from db import deployments, session

PAST_LOOKED_AT = 1000  # deployments


@dataclass(frozen=True)
class ReportedDecision:
    """The newest deployment of a model at a target; None where nobody has decided so.

    is_in_force : whether it decides now
    """

    deployment: Deployment | None
    is_in_force: bool


def decision_about(
    tx: session.Connection, model_id: str, am_target: float, *, certainty: Certainty
) -> ReportedDecision:
    """The newest deployment of the model at this target and certainty, in force or of before."""
    past = deployments.newest_first(tx, limit=PAST_LOOKED_AT)
    fitting = (each for each in past if _is_about(each, model_id, am_target, certainty))
    newest, now = next(fitting, None), deployments.newest(tx)
    is_in_force = newest is not None and now is not None and now.operating_point.id == newest.operating_point.id
    return ReportedDecision(newest, is_in_force)


def _is_about(deployment: Deployment, model_id: str, am_target: float, certainty: Certainty) -> bool:
    point = deployment.operating_point
    return point.model_id == model_id and math.isclose(point.am_target, am_target) and point.certainty is certainty
