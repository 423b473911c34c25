"""A month in class through the HTTP API, the queue and two desks: the microphones change in week three."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from bench import live_month
from bench.live_world import ClassWorld
from core.workflows.deployment import live_figures, live_plan
from db import schema, session

SCHOOL = ClassWorld(
    sources=("school",),
    children=24,
    recordings_a_week=150,
    likeness=0.05,
    shift_week=3,
    shifted_am=0.5,
    judge_error=0.0,
)


def test_the_alarm_comes_in_week_three_and_not_before(database: Path) -> None:
    live_plan._rates.cache_clear()
    with live_month.school(SCHOOL, judgements=160, seed=3) as school:
        weeks = [bool(live_month.live_through(school, number).alarms) for number in (1, 2, 3)]
        report = live_figures.report()
        with session.reading() as tx:
            n_samples = tx.execute(select(func.count()).select_from(schema.live_samples)).scalar_one()
    assert weeks == [False, False, True]
    assert 150 < n_samples < 350  # 80 a week are planned, of 150
    assert report.n_judged == report.n_drawn == n_samples
    assert report.recent.am.interval[0] > 0.10
    live_plan._rates.cache_clear()
