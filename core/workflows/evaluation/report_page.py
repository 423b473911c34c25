"""The report of one model at one AM target: one HTML file that needs nothing else, reads well and prints well.

It names no child and holds no recording, so it may be sent. Its numbers are those of the Evaluate screen. For staff.
"""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from core.domain.labels import Label, Split
from core.domain.models import Model
from core.errors import Refused
from core.metrics.am_bound import AmUpperBound
from core.metrics.human_baseline import JudgePoint
from core.workflows.evaluation import human_baseline, model_evaluation, platform_volume, slices, threshold_sweep
from core.workflows.evaluation import report_html as parts
from core.workflows.evaluation.model_evaluation import ModelReport
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
    if math.isnan(report.threshold):
        raise Refused(f"{model.id} has no Accepted recording in validation, so no threshold can be chosen.")
    judges = human_baseline.baseline_points()
    filled = {
        "title": escape(f"{model.name} at an AM target of {parts.percent(am_target)}"),
        "name": escape(model.name),
        "subtitle": escape(_subtitle(model, am_target, report.threshold)),
        "sentence": escape(_sentence(report)),
        "day": _day(report),
        "figures": _figures(report),
        "promise_class": "kept" if report.promise and report.promise.can_be_kept else "broken",
        "promise": escape(_promise(report.promise)),
        "curve": _curve(model.id, report, judges),
        "how_sure": escape(_how_sure(report)),
        "cells": _cells(model.id, am_target, report),
        "slices": _slices(model.id, report.threshold),
        "judges": _judges(judges),
        "card": parts.card(model.card.document),
        "made": escape(f"Made {session.now():%Y-%m-%d %H:%M} UTC with Earshot from model {model.id}."),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(filled)


def _subtitle(model: Model, am_target: float, threshold: float) -> str:
    return (
        f"At most {parts.percent(am_target)} of the good readings asked again (AM target), threshold {threshold:.4f}, "
        f"found on validation children and frozen. Trained {model.created_at:%Y-%m-%d %H:%M} UTC."
    )


def _sentence(report: ModelReport) -> str:
    return (
        f"Of 100 good readings, {parts.whole(report.test.am)} are asked again; of 100 bad recordings, "
        f"{parts.whole(report.test.rcc)} are caught."
    )


def _day(report: ModelReport) -> str:
    said = platform_volume.current_volume()
    if said is None or math.isnan(report.test.am) or math.isnan(report.test.rcc):
        return ""
    day = platform_volume.daily_counts(said, am=report.test.am, rcc=report.test.rcc)
    words = (
        f"On a day with {said.readings_a_day:,} readings: {day.asked_for_nothing:,.0f} children read again for "
        f"nothing, {day.passed:,.0f} bad recordings pass."
    )
    return f"<p>{escape(words)}</p>"


def _figures(report: ModelReport) -> str:
    test, summary = report.test, report.summary
    return "".join(
        (
            parts.figure("bad recordings caught · RCC", parts.percent(test.rcc), parts.between(test.rcc_interval)),
            parts.figure("good readings asked again · AM", parts.percent(test.am), parts.between(test.am_interval)),
            parts.figure("f(0.10)", parts.percent(summary.f10), parts.between(summary.f10_interval)),
            parts.figure("f(AMm) at AMm", parts.percent(summary.f_am_m), parts.percent(summary.am_m)),
        )
    )


def _promise(promise: AmUpperBound | None) -> str:
    if promise is None:
        return "The test children have no Accepted recording: nothing can be promised."
    claim = f"With these {promise.n:,} Accepted recordings of {promise.n_children} test children, an AM of at most "
    target = parts.percent(promise.am_target)
    if promise.can_be_kept:
        return f"{claim}{target} can be promised: it is at most {parts.percent(promise.upper)}, 95 times of 100."
    more = (
        "No number of recordings could: the share refused is not below the target."
        if promise.needed is None
        else f"About {promise.needed:,} Accepted recordings could, if no larger share of them is refused."
    )
    return f"{claim}{target} cannot be promised: up to {parts.percent(promise.upper)} may be, 95 times of 100. {more}"


def _curve(model_id: str, report: ModelReport, judges: list[JudgePoint]) -> str:
    lines = {}
    for split in (Split.VALIDATION, Split.TEST):
        points = threshold_sweep.curve_points(model_id, split)
        lines[split] = list(zip(points.am, points.rcc, strict=True))
    is_known = not (math.isnan(report.test.am) or math.isnan(report.test.rcc))
    people = [(one.am, one.rcc) for one in judges if not (math.isnan(one.am) or math.isnan(one.rcc))]
    chosen = (report.test.am, report.test.rcc) if is_known else None
    return parts.curve(lines[Split.VALIDATION], lines[Split.TEST], chosen=chosen, judges=people)


def _how_sure(report: ModelReport) -> str:
    return (
        f"Measured on {report.test.accepted:,} good readings and {report.test.rejected:,} bad recordings of the test "
        "children. Intervals hold 95 times of 100; recordings of one child count as belonging together."
    )


def _cells(model_id: str, am_target: float, report: ModelReport) -> str:
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
    return parts.table(("people say", "let through", "asked again"), rows, numbers=(1, 2))


def _slices(model_id: str, threshold: float) -> str:
    found = slices.slices_at_threshold(model_id, threshold)
    if not found:
        return "<p>Nothing is known by which the recordings could be told apart.</p>"
    said = [f'<p class="worse">{escape(one)}</p>' for one in worse_in_words(found)]
    said = said or ["<p>No group is treated so much worse that it cannot be chance.</p>"]
    rows = [(f"{one.kind}: {one.name}", *_share(one.am), *_share(one.rcc)) for one in found]
    columns = ("group", "good", "AM", "95 %", "bad", "RCC", "95 %")
    return "".join(said) + parts.table(columns, rows, numbers=(1, 2, 3, 4, 5, 6))


def _share(figure: Any) -> tuple[int, str, str]:
    return figure.n, parts.percent(figure.value), parts.between(figure.interval)


def worse_in_words(found: list[Any]) -> list[str]:
    """A sentence for each figure by which a slice is treated significantly worse."""
    return [
        f"{one.kind} {one.name} is treated worse: {parts.percent(part.value)} of its {kind} are {verb}, elsewhere "
        f"{parts.percent(part.rest)} (p = {part.p:.3f})."
        for one in found
        for part, kind, verb in ((one.am, "good readings", "asked again"), (one.rcc, "bad recordings", "caught"))
        if part.is_worse
    ]


def _judges(judges: list[JudgePoint]) -> str:
    if not judges:
        return "<p>No two judges have heard the same recording.</p>"
    rows = [
        (
            f"judge {number}",
            parts.percent(one.rcc),
            parts.between(one.rcc_interval),
            parts.percent(one.am),
            parts.between(one.am_interval),
            one.accepted + one.rejected,
        )
        for number, one in enumerate(judges, start=1)
    ]
    columns = ("against the others", "RCC", "95 %", "AM", "95 %", "recordings")
    return parts.table(columns, rows, numbers=(1, 2, 3, 4, 5))
