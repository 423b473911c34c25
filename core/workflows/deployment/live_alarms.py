"""The alarm that AM in class is above its target: looked for every ten minutes, and whenever somebody opens the screen.

Once raised it stands until something else is deployed. All sources together have the chance of false alarms that staff
chose; the sources share as much once more.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import Label
from core.domain.live import LiveAlarm, SampledRecording
from core.domain.models import Deployment
from core.metrics import live_alarm, live_shares
from core.metrics.live_alarm import AlarmEvidence
from core.workflows.deployment import live_figures, live_plan
from db import audit, deployments, live_alarms, session

WATCHER = "live"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AlarmState:
    """What the labels of drawn decisions say against "AM is at most the target".

    alarms : that were raised since the deployment, the one of all sources first
    capital : of the bettors against it, who began with 1; needed : at which an alarm is raised
    """

    alarms: tuple[LiveAlarm, ...]
    capital: float
    needed: float


def look() -> AlarmState | None:
    """The alarm now; a new one is stored and stands from then on. None while nothing is deployed."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        judged = _judged(tx, deployment) if deployment else []
        known = live_alarms.of_deployment(tx, deployment.id) if deployment else []
    if deployment is None:
        return None
    level = live_plan.current_plan().false_alarms
    of_all = _evidence(judged, deployment)
    raised = [_alarm(None, judged, of_all, deployment)] if of_all.is_raised(level) else []
    by_source: dict[str, list[SampledRecording]] = {}
    for each in judged:
        by_source.setdefault(each.sample.source, []).append(each)
    for source, of_source in by_source.items():
        of_this = _evidence(of_source, deployment)
        if len(by_source) > 1 and of_this.is_raised(level / len(by_source)):
            raised.append(_alarm(source, of_source, of_this, deployment))
    new = [alarm for alarm in raised if alarm.source not in {each.source for each in known}]
    if new:
        known = _stored(new, deployment)
    return AlarmState(tuple(_ordered(known)), of_all.capital, 1.0 / level)


def raised() -> list[LiveAlarm]:
    """The alarms that stand since the deployment in force, the one of all sources first; looks for no new one."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        return _ordered(live_alarms.of_deployment(tx, deployment.id)) if deployment else []


def _ordered(alarms: Sequence[LiveAlarm]) -> list[LiveAlarm]:
    return sorted(alarms, key=lambda alarm: (alarm.source is not None, alarm.source or ""))


def _judged(tx: session.Connection, deployment: Deployment) -> list[SampledRecording]:
    drawn = live_figures.samples_since(tx, deployment, deployment.deployed_at)
    return [each for each in drawn if each.label is not None]


def _evidence(judged: Sequence[SampledRecording], deployment: Deployment) -> AlarmEvidence:
    target = min(0.99, max(0.001, deployment.operating_point.am_target))
    sample = live_figures.judged_sample(judged)
    is_good = np.array([label is Label.ACCEPTED for label in sample.labels], dtype=bool)
    floor = np.array([each.sample.floor for each in judged], dtype=np.float64)
    paid = live_alarm.payoffs(is_good, sample.is_refused, sample.probability, floor, am_target=target)
    weeks = [live_figures.week_number(each.sample.decided_at, deployment.deployed_at) for each in judged]
    return live_alarm.evidence(paid, sample.children, np.array(weeks, dtype=np.int64), am_target=target)


def _alarm(
    source: str | None, judged: Sequence[SampledRecording], against: AlarmEvidence, deployment: Deployment
) -> LiveAlarm:
    am = live_shares.figures_of(live_figures.judged_sample(judged)).am
    return LiveAlarm(deployment.id, source, session.now(), against.highest, am.value, am.n)


def _stored(new: Sequence[LiveAlarm], deployment: Deployment) -> list[LiveAlarm]:
    with session.writing() as tx:
        for alarm in new:
            if live_alarms.add(tx, alarm):
                where = "all sources" if alarm.source is None else f"source {alarm.source!r}"
                detail = {"am": alarm.am, "am_target": deployment.operating_point.am_target}
                audit.record(tx, None, WATCHER, "alarm in class", where, detail)
                log.warning("AM in class is above its target: %s, estimated %.3f.", where, alarm.am)
        return live_alarms.of_deployment(tx, deployment.id)
