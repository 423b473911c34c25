"""The report of one model at one AM target: one HTML file that needs nothing else, reads well and prints well.

It names no child and holds no recording, so it may be sent. Its numbers are those of the Evaluate screen. For staff.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.domain.labels import Label, Split
from core.domain.models import Model
from core.errors import Refused
from core.metrics.human_baseline import JudgePoint
from core.number_words import interval, is_known, percent, trade_off
from core.templates import render
from core.workflows.evaluation import human_baseline, model_evaluation, platform_volume, slices, threshold_sweep
from core.workflows.evaluation import report_html as parts
from core.workflows.evaluation.model_evaluation import ModelReport
from core.workflows.evaluation.promise_words import promise_sentence
from core.workflows.evaluation.report_html import Figure, Picture, Table
from db import session

TEMPLATE = Path(__file__).with_name("report_page.html")


def html(model_id: str | None = None, am_target: float = 0.10) -> str:
    """The report.

    Raises
    ------
    NotFound
        There is no such model, or none at all.
    Refused
        The target is no share, or validation has no Accepted recording to choose a threshold on.
    """
    model = model_evaluation.model_or_champion(model_id)
    report = model_evaluation.report(model.id, am_target)
    if not is_known(report.threshold):
        raise Refused(f"{model.id} has no Accepted recording in validation, so no threshold can be chosen.")
    judges, groups = human_baseline.baseline_points(), slices.slices_at_threshold(model.id, report.threshold)
    return render(
        TEMPLATE,
        title=f"{model.name} at an AM target of {percent(am_target)}",
        name=model.name,
        subtitle=_subtitle(model, am_target, report.threshold),
        sentence=trade_off(report.test.am, report.test.rcc),
        day=_day(report),
        figures=_figures(report),
        is_kept=report.promise is not None and report.promise.can_be_kept,
        promise=promise_sentence(report.promise),
        picture=_curve(model.id, report, judges),
        how_sure=_how_sure(report),
        cells=_cells(model.id, am_target, report),
        worse=worse_in_words(groups),
        slices=_slices(groups) if groups else None,
        judges=_judges(judges) if judges else None,
        card=parts.card(model.card),
        made=f"Made {session.now():%Y-%m-%d %H:%M} UTC with Earshot from model {model.id}.",
    )


def _subtitle(model: Model, am_target: float, threshold: float) -> str:
    return (
        f"At most {percent(am_target)} of the good readings wrongly refused (AM target), threshold {threshold:.4f}, "
        f"found on validation children and frozen. Trained {model.created_at:%Y-%m-%d %H:%M} UTC."
    )


def _day(report: ModelReport) -> str:
    said = platform_volume.current_volume()
    if said is None or not (is_known(report.test.am) and is_known(report.test.rcc)):
        return ""
    day = platform_volume.daily_counts(said, am=report.test.am, rcc=report.test.rcc)
    return (
        f"On a day with {said.readings_a_day:,} readings: {day.asked_for_nothing:,.0f} good ones are wrongly "
        f"refused, {day.passed:,.0f} bad ones are let through."
    )


def _figures(report: ModelReport) -> list[Figure]:
    test, summary = report.test, report.summary
    return [
        Figure("bad recordings caught · RCC", percent(test.rcc), interval(test.rcc_interval)),
        Figure("good readings wrongly refused · AM", percent(test.am), interval(test.am_interval)),
        Figure("f(0.10)", percent(summary.f10), interval(summary.f10_interval)),
        Figure("f(AMm) at AMm", percent(summary.f_am_m), percent(summary.am_m)),
    ]


def _curve(model_id: str, report: ModelReport, judges: list[JudgePoint]) -> Picture:
    lines = {}
    for split in (Split.VALIDATION, Split.TEST):
        points = threshold_sweep.curve_points(model_id, split)
        lines[split] = list(zip(points.am, points.rcc, strict=True))
    chosen = (report.test.am, report.test.rcc)
    people = [(one.am, one.rcc) for one in judges]
    return parts.curve(lines[Split.VALIDATION], lines[Split.TEST], chosen=chosen, judges=people)


def _how_sure(report: ModelReport) -> str:
    return (
        f"Measured on {report.test.accepted:,} good readings and {report.test.rejected:,} bad recordings of the test "
        "children. Intervals hold 95 times of 100; recordings of one child count as belonging together."
    )


def _cells(model_id: str, am_target: float, report: ModelReport) -> Table:
    there = threshold_sweep.sweep_thresholds(model_id)
    rung = there.at(am_target)
    if rung.threshold != report.threshold:  # a target between two places of the handle
        counts = report.test.confusion
        rows = [
            ("Accepted", counts.accepted_kept, counts.accepted_refused),
            ("Noise or Speechless", counts.rejected_passed, counts.rejected_caught),
        ]
    else:
        totals = there.totals[Split.TEST]
        rows = [(str(one), totals[one] - rung.test.refused[one], rung.test.refused[one]) for one in Label]
    return Table(("people say", "not refused", "refused"), rows, numbers=(1, 2))


def _slices(found: list[Any]) -> Table:
    rows = [(f"{one.kind}: {one.name}", *_share(one.am), *_share(one.rcc)) for one in found]
    columns = ("group", "good", "AM", "95 %", "bad", "RCC", "95 %")
    return Table(columns, rows, numbers=(1, 2, 3, 4, 5, 6))


def _share(figure: Any) -> tuple[int, str, str]:
    return figure.n, percent(figure.value), interval(figure.interval)


def worse_in_words(found: list[Any]) -> list[str]:
    """A sentence for each figure by which a slice is treated significantly worse."""
    return [
        f"{one.kind} {one.name} is treated worse: {percent(part.value)} of its {kind} are {verb}, elsewhere "
        f"{percent(part.rest)} (p = {part.p:.3f})."
        for one in found
        for part, kind, verb in ((one.am, "good readings", "wrongly refused"), (one.rcc, "bad recordings", "caught"))
        if part.is_worse
    ]


def _judges(judges: list[JudgePoint]) -> Table:
    rows = [
        (
            f"judge {number}",
            percent(one.rcc),
            interval(one.rcc_interval),
            percent(one.am),
            interval(one.am_interval),
            one.accepted + one.rejected,
        )
        for number, one in enumerate(judges, start=1)
    ]
    return Table(("against the others", "RCC", "95 %", "AM", "95 %", "recordings"), rows, numbers=(1, 2, 3, 4, 5))
