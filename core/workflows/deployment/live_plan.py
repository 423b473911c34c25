"""What judges hear of the class: how many judgements a week, which sources agreed, how likely each decision is drawn.

Nothing of a source is drawn unless it agreed, its recordings go by a retention rule, and staff have given judgements
for it.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cachetools import TTLCache, cached
from pydantic import TypeAdapter

from core.config import settings
from core.domain.actor import Actor
from core.domain.decisions import LONGEST_SOURCE
from core.domain.json_types import json_of, object_of
from core.domain.live import LiveConsent, SourceCount
from core.domain.live_sampling import (
    ENOUGH_DECISIONS,
    USUAL_WEEK,
    LivePlan,
    SamplingRate,
    plan_rate,
    share_budget,
)
from core.domain.names import normal_form
from core.domain.permissions import Permission
from core.domain.recordings import LONGEST_CONSENT
from core.errors import Refused
from core.workflows.accounts import authorisation
from db import audit, decisions, deployments, live_consents, protocols, retention, session
from db.commit_hooks import StoredChanges

KIND = "live"
WEEK, DAY = timedelta(days=7), timedelta(days=1)
PAST = 400  # decisions of a source that shape its allocation
RATES_HOLD_S = 600.0
LIVE_TARGET = 0.10  # shapes the allocation while nothing is deployed

_PLAN = TypeAdapter(LivePlan)
_STORED = StoredChanges()


class SamplingObstacle(StrEnum):
    """Why nothing of a source is drawn."""

    NO_BUDGET = "no budget"
    NO_CONSENT = "no consent"
    NO_RETENTION = "no retention"


@dataclass(frozen=True)
class SourcePlan:
    """What is drawn of a source.

    consent : None where it never had one
    days : that its recordings are kept; None: until somebody erases them, and then none is drawn
    decisions : of the last week; recordings : that will be drawn of as many
    """

    source: str
    consent: LiveConsent | None
    days: int | None
    decisions: int
    recordings: float
    obstacle: SamplingObstacle | None
    rate: SamplingRate | None


def current_plan() -> LivePlan:
    """What staff have chosen; nothing is sampled before that."""
    with session.reading() as tx:
        return _plan(tx)


def set_plan(plan: LivePlan, *, actor: Actor) -> None:
    """Choose how many judgements a week go to recordings from class, and how seldom an alarm may be false."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.PLAN_SAMPLES)
        document = object_of(json_of(asdict(plan)))
        stored = protocols.newest(tx, KIND)
        if stored is not None and stored[1] == document:
            return
        protocols.add(tx, KIND, document, account_id=actor.account_id, at=session.now())
        audit.record(tx, actor.account_id, actor.name, "set live plan", KIND, document)
        _STORED.expect(tx)


def set_consent(source: str, reference: str, *, actor: Actor) -> None:
    """Write what shows that a source agreed that some of its recordings are kept and heard; empty: it does no more.

    Raises
    ------
    Refused
        The source has no name, or something is too long.
    """
    authorisation.require_first(actor, Permission.RECORD_CONSENT)
    source, reference = normal_form(source), normal_form(reference)
    if not source or len(source) > LONGEST_SOURCE:
        raise Refused(
            "A source has a name of 1 to {longest_source} characters; this has {n_source}.",
            longest_source=LONGEST_SOURCE,
            n_source=len(source),
        )
    if len(reference) > LONGEST_CONSENT:
        raise Refused(
            "A consent reference has at most {longest_consent} characters; this has {n_reference}.",
            longest_consent=LONGEST_CONSENT,
            n_reference=len(reference),
        )
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.RECORD_CONSENT)
        before = live_consents.in_force(tx).get(source)
        if (before.reference if before else "") == reference:
            return
        live_consents.add(tx, source, reference, account_id=actor.account_id)
        action = "record consent of source" if reference else "remove consent of source"
        audit.record(tx, actor.account_id, actor.name, action, source)
        _STORED.expect(tx)


def source_plans() -> list[SourcePlan]:
    """Every source that was decided on within a week or has a consent, by its name."""
    with session.reading() as tx:
        return _source_plans(tx, session.now(), _plan(tx))


def plans_with(tx: session.Connection, judgements_a_week: int, now: datetime) -> list[SourcePlan]:
    """The same as they would be with so many judgements."""
    return _source_plans(tx, now, LivePlan(judgements_a_week))


def rate_of(source: str) -> SamplingRate | None:
    """How likely decisions on recordings of a source are drawn now; None: none is. Computed anew every ten minutes."""
    now = session.now().replace(minute=session.now().minute // 10 * 10, second=0, microsecond=0)
    return _rates(settings().database, now, _STORED.number).get(source)


@cached(TTLCache(8, ttl=RATES_HOLD_S), lock=threading.Lock())
def _rates(_database: str, now: datetime, _stored: int) -> dict[str, SamplingRate]:
    with session.reading() as tx:
        return {plan.source: plan.rate for plan in _source_plans(tx, now, _plan(tx)) if plan.rate is not None}


def _source_plans(tx: session.Connection, now: datetime, chosen: LivePlan) -> list[SourcePlan]:
    consents, rules = live_consents.in_force(tx), retention.rules(tx)
    since = now - WEEK
    counted = {count.source: count for count in decisions.counts_since(tx, since, of_programs=True)}
    first = decisions.first_since(tx, since)
    weekly = {name: _weekly(counted.get(name), first, now) for name in {*counted, *consents}}
    deployed = deployments.newest(tx)
    am_target = deployed.operating_point.am_target if deployed else LIVE_TARGET
    days = {name: rule.days if (rule := rules.rule_for(name)) else None for name in weekly}
    obstacles = {name: _obstacle(chosen, consents.get(name), days[name]) for name in weekly}
    is_drawn = {name: weekly[name] for name, obstacle in obstacles.items() if obstacle is None}
    shares = share_budget(chosen.recordings_a_week, is_drawn)
    return [
        SourcePlan(
            source=name,
            consent=consents.get(name),
            days=days[name],
            decisions=counted[name].n if name in counted else 0,
            recordings=shares.get(name, 0.0),
            obstacle=obstacles[name],
            rate=_rate(tx, name, since, shares[name], weekly[name], am_target) if name in shares else None,
        )
        for name in sorted(weekly)
    ]


def _rate(
    tx: session.Connection, source: str, since: datetime, wanted: float, weekly: float, am_target: float
) -> SamplingRate:
    past = decisions.past(tx, source, since=since, limit=PAST)
    usable = past if len(past) >= ENOUGH_DECISIONS else []
    return plan_rate(usable, wanted=wanted, decisions=weekly, am_target=min(0.99, max(0.01, am_target)))


def _weekly(count: SourceCount | None, first: datetime | None, now: datetime) -> float:
    """Decisions a week: as many as since the first of the last seven days; the usual number while too few came."""
    n = count.n if count else 0
    of_days = n * (WEEK / min(WEEK, max(DAY, now - first))) if first else 0.0
    return of_days if n >= ENOUGH_DECISIONS else max(float(USUAL_WEEK), of_days)


def _obstacle(plan: LivePlan, consent: LiveConsent | None, days: int | None) -> SamplingObstacle | None:
    if consent is None or not consent.is_given:
        return SamplingObstacle.NO_CONSENT
    if days is None:
        return SamplingObstacle.NO_RETENTION
    return None if plan.judgements_a_week else SamplingObstacle.NO_BUDGET


def _plan(tx: session.Connection) -> LivePlan:
    stored = protocols.newest(tx, KIND)
    return _PLAN.validate_python(stored[1]) if stored else LivePlan()
