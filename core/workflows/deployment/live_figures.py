"""What judges' labels of drawn decisions say of the class since the deployment, and what the plan will let them see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import nan

import numpy as np

from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import JudgingState, Label
from core.domain.live import SampledRecording, SourceCount
from core.domain.live_sampling import week_of
from core.domain.models import Deployment
from core.json_values import without_nan
from core.metrics import live_outlook, live_shares
from core.metrics.live_shares import JudgedSample
from core.metrics.live_shares import LiveFigures as LiveFigures  # for screens
from core.workflows.deployment import live_plan
from core.workflows.deployment.live_plan import WEEK
from db import decisions, deployments, live_samples, session

RECENT = timedelta(days=28)
WEEKS_SHOWN = 12
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """What the plan will be able to see of AM: half of the expected interval after one week and after four; or NaN."""

    recordings_a_week: float
    half_width_week: float
    half_width_month: float


@dataclass(frozen=True)
class LiveReport:
    """The class since a deployment.

    today : counts of each source since midnight, UTC
    recent : of the last 28 days; by_week : by the week's first day, the newest first
    n_drawn, n_judged, n_disagreed : samples in 28 days; of them with a label, and with judges who differ, without one
    n_unnamed : of them, of children that the platform did not name
    """

    deployment: Deployment
    today: tuple[SourceCount, ...]
    recent: LiveFigures
    by_week: Mapping[str, LiveFigures]
    by_source: Mapping[str, LiveFigures]
    by_language: Mapping[str, LiveFigures]
    n_drawn: int
    n_judged: int
    n_disagreed: int
    n_unnamed: int
    outlook: Outlook

    def as_json(self) -> JsonObject:
        """What `live status --json` prints; NaN becomes null."""
        point = self.deployment.operating_point
        plain = {
            "model": point.model_id,
            "since": self.deployment.deployed_at.isoformat(),
            "am_target": point.am_target,
            "today": [asdict(count) for count in self.today],
            "recent": asdict(self.recent),
            "by_week": {name: asdict(figures) for name, figures in self.by_week.items()},
            "by_source": {name: asdict(figures) for name, figures in self.by_source.items()},
            "by_language": {name: asdict(figures) for name, figures in self.by_language.items()},
            "drawn": self.n_drawn,
            "judged": self.n_judged,
            "disagreed": self.n_disagreed,
            "unnamed_children": self.n_unnamed,
            "outlook": asdict(self.outlook),
        }
        return object_of(json_of(without_nan(plain)))


@dataclass(frozen=True)
class ThresholdEffect:
    """What a threshold would have done to the decisions of a week: counts of all, AM and RCC by the judged ones."""

    threshold: float
    accepted: int
    refused: int
    figures: LiveFigures

    @property
    def n(self) -> int:
        return self.accepted + self.refused


@dataclass(frozen=True)
class LiveWeek:
    """What was decided in the last seven days: p of everything, and what is judged of it."""

    p: tuple[float, ...]
    sample: JudgedSample
    sample_p: tuple[float, ...]

    def at(self, threshold: float) -> ThresholdEffect:
        """What this threshold would have done."""
        n_refused = sum(p < threshold for p in self.p)
        decided = self.sample.refused_below(np.array(self.sample_p), threshold)
        return ThresholdEffect(threshold, len(self.p) - n_refused, n_refused, live_shares.figures_of(decided))


def report() -> LiveReport | None:
    """The class since the deployment that is in force; None while nothing is."""
    now = session.now()
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment is None:
            return None
        today = decisions.counts_since(tx, now.replace(hour=0, minute=0, second=0, microsecond=0))
        drawn = samples_since(tx, deployment, deployment.deployed_at)
    recent = [each for each in drawn if each.sample.decided_at >= now - RECENT]
    judged = [each for each in recent if each.label is not None]
    sample = judged_sample(judged)
    every = [each for each in drawn if each.label is not None]
    return LiveReport(
        deployment=deployment,
        today=tuple(today),
        recent=live_shares.figures_of(sample),
        by_week=_by_week(every, deployment.deployed_at),
        by_source=live_shares.figures_by(sample, [each.sample.source for each in judged]),
        by_language=live_shares.figures_by(sample, [each.language for each in judged]),
        n_drawn=len(recent),
        n_judged=len(judged),
        n_disagreed=sum(each.state is JudgingState.DISAGREED for each in recent),
        n_unnamed=sum(not each.sample.names_child for each in recent),
        outlook=outlook(live_plan.current_plan().judgements_a_week, now),
    )


def last_week() -> LiveWeek | None:
    """What was decided in the last seven days since the deployment; None while nothing is deployed."""
    now = session.now()
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment is None:
            return None
        since = max(now - WEEK, deployment.deployed_at)
        p = decisions.p_since(tx, since, deployment.operating_point.model_id)
        judged = [each for each in samples_since(tx, deployment, since) if each.label is not None]
    return LiveWeek(tuple(p), judged_sample(judged), tuple(each.sample.p_accepted for each in judged))


def outlook(judgements_a_week: int, now: datetime | None = None) -> Outlook:
    """What so many judgements a week will be able to see, if decisions are like those of the last week."""
    at = now or session.now()
    with session.reading() as tx:
        plans = [plan for plan in live_plan.plans_with(tx, judgements_a_week, at) if plan.rate is not None]
        past = [(plan, decisions.past(tx, plan.source, since=at - WEEK, limit=live_plan.PAST)) for plan in plans]
    p, refused, probability = [], [], []
    for plan, of_source in past:
        for each in of_source:
            p.append(each.p_accepted)
            refused.append(each.is_refused)
            probability.append(plan.rate.probability(each.p_accepted, is_refused=each.is_refused) if plan.rate else nan)
    n_week = float(sum(plan.decisions for plan in plans))
    am = next((plan.rate.am_target for plan in plans if plan.rate), nan)
    halves = [
        live_outlook.am_half_width(
            np.array(p), np.array(refused, dtype=bool), np.array(probability), decisions=weeks * n_week, am=am
        )
        for weeks in (1, 4)
    ]
    return Outlook(sum(plan.recordings for plan in plans), *halves)


def samples_since(tx: session.Connection, deployment: Deployment, at: datetime) -> list[SampledRecording]:
    """The samples of a deployment from a time on, in the order of the decisions."""
    return live_samples.since(tx, max(at, deployment.deployed_at), deployment.operating_point.model_id)


def judged_sample(judged: Sequence[SampledRecording]) -> JudgedSample:
    """Samples with a label, as the measures take them."""
    return JudgedSample(
        children=np.array([each.child_id for each in judged], dtype=np.int64),
        labels=[each.label or Label.SPEECHLESS for each in judged],
        is_refused=np.array([each.sample.is_refused for each in judged], dtype=bool),
        probability=np.array([each.sample.probability for each in judged], dtype=np.float64),
    )


def week_number(at: datetime, deployed_at: datetime) -> int:
    """The week since the deployment, from 1."""
    return week_of(max(0.0, (at - deployed_at) / DAY))


def _by_week(judged: Sequence[SampledRecording], deployed_at: datetime) -> dict[str, LiveFigures]:
    weeks = [week_number(each.sample.decided_at, deployed_at) for each in judged]
    newest = sorted(Counter(weeks), reverse=True)[:WEEKS_SHOWN]
    sample, numbers = judged_sample(judged), np.array(weeks)
    return {
        (deployed_at + (week - 1) * WEEK).date().isoformat(): live_shares.figures_of(sample.among(numbers == week))
        for week in newest
    }
