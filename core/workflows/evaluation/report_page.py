"""The report of a model at an AM target: a self-contained HTML file for screen and print.

Two pages of A4 for whoever answers for the decision (who, why, what it means for 100 children, the curve, groups,
limits), then an appendix with all figures. It names no child and no judge and holds no recording, so it may be sent.
Its numbers are those of the Evaluate screen. For staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.domain.models import Model
from core.errors import Refused
from core.metrics.human_baseline import JudgePoint
from core.number_words import decimal, is_known, trade_off
from core.sentences import report_sentences, report_summary
from core.sentences.certainty_sentences import needed_sentence
from core.sentences.elsewhere_sentences import elsewhere_sentence
from core.sentences.promises import promise_sentence
from core.sentences.report_words import report_words
from core.sentences.slice_sentences import unknown_slice_sentences
from core.templates import render
from core.translation import DEFAULT_LANGUAGE, LANGUAGES
from core.workflows.evaluation import (
    elsewhere,
    human_baseline,
    model_evaluation,
    operating_curves,
    platform_volume,
    report_decision,
    report_html,
    report_tables,
    slices,
    threshold_choice,
)
from core.workflows.evaluation.model_figures import ModelReport
from core.workflows.evaluation.report_html import CurveDrawing
from db import session

TEMPLATE = Path(__file__).with_name("report_page.html")
GROUPS_IN_FRONT = 2  # sentences of each kind on the first two pages; the appendix has all


def html(
    model_id: str | None = None,
    am_target: float = 0.10,
    *,
    certainty: Certainty | None = None,
    speaks: str = DEFAULT_LANGUAGE,
) -> str:
    """The report of a model, by default the champion, in the language of its reader.

    Raises
    ------
    NotFound
        There is no such model, or none at all.
    Refused
        The target is no share, validation has no Accepted recording to choose a threshold on, or Earshot does not speak
        that language.
    """
    if speaks not in LANGUAGES:
        raise Refused(f"Earshot does not speak {speaks!r}; it speaks {', '.join(LANGUAGES)}.")
    model = model_evaluation.model_or_champion(model_id)
    with session.reading() as tx:
        threshold_choice.require_threshold(tx, model.id, am_target)
    report = model_evaluation.report(model.id, am_target, certainty=certainty)
    judges = human_baseline.baseline_points()
    return render(
        TEMPLATE,
        language=speaks,
        words=report_words(speaks),
        title=report_sentences.title(model.title, am_target, speaks=speaks),
        name=model.title,
        drawing=_drawing(model.id, report, judges),
        **_front(model, report, speaks),
        **_groups(model.id, report.threshold, speaks),
        **_appendix(model, report, judges, speaks),
    )


def _front(model: Model, report: ModelReport, speaks: str) -> dict[str, object]:
    """The decision, who, why, what it means, and the limits."""
    test = report.test
    with session.reading() as tx:
        decided = report_decision.decision_about(tx, model.id, report.am_target, certainty=report.certainty)
    who, why = report_summary.who_and_why(decided.deployment, speaks=speaks)
    return {
        "decision": report_summary.decision_sentence(
            decided.deployment,
            is_in_force=decided.is_in_force,
            am_target=report.am_target,
            certainty=report.certainty,
            speaks=speaks,
        ),
        "who": who,
        "why": why,
        "threshold": decimal(report.threshold, 4, speaks=speaks),
        "trade_off": trade_off(test.am, test.rcc, speaks=speaks),
        "day": _day(report, speaks),
        "refused": report_summary.refused_sentence(test.am, test.am_interval, speaks=speaks),
        "caught": report_summary.caught_sentence(test.rcc, test.rcc_interval, speaks=speaks),
        "n_refused": _of_hundred(test.am),
        "n_through": _of_hundred(1 - test.rcc),
        "chosen_with": needed_sentence(report.needed, speaks) if report.needed else "",
        "limits": _limits(model.id, report, speaks),
    }


def _limits(model_id: str, report: ModelReport, speaks: str) -> Sequence[str]:
    test = report.test
    return report_summary.limits(
        certainty=report.certainty,
        promise=promise_sentence(report.promise, speaks=speaks),
        measured=report_sentences.certainty_sentence(test.accepted, test.rejected, speaks=speaks),
        elsewhere=elsewhere_sentence(elsewhere.table_of(model_id), speaks=speaks),
        n_disagreed=test.n_disagreed,
        am_stream=test.am_stream,
        speaks=speaks,
    )


def _groups(model_id: str, threshold: float, speaks: str) -> dict[str, object]:
    compared = slices.slices_at_threshold(model_id, threshold)
    unknown = unknown_slice_sentences(compared, speaks=speaks)
    worse = report_sentences.worse_slice_sentences(compared, speaks=speaks)
    return {
        "unknown": unknown,
        "worse": worse,
        "groups_in_front": GROUPS_IN_FRONT,
        "slices": report_tables.slices_table(compared, speaks=speaks) if compared else None,
    }


def _appendix(model: Model, report: ModelReport, judges: Sequence[JudgePoint], speaks: str) -> dict[str, object]:
    return {
        "subtitle": report_sentences.subtitle(
            report.am_target, report.threshold, model.created_at, certainty=report.certainty, speaks=speaks
        ),
        "figures": report_tables.figures(report, speaks=speaks),
        "cells": report_tables.decided_table(model.id, report, speaks=speaks),
        "judges": report_tables.judges_table(judges, speaks=speaks) if judges else None,
        "card": report_html.card_table(model.card.document),
        "provenance": report_sentences.provenance_sentence(session.now(), model.title, speaks=speaks),
    }


def _of_hundred(share: float) -> int:
    return round(100 * share) if is_known(share) else 0


def _day(report: ModelReport, speaks: str) -> str:
    """ "" where the volume of a day, or one of the shares, is not known."""
    volume = platform_volume.current_volume()
    if volume is None or not (is_known(report.test.am) and is_known(report.test.rcc)):
        return ""
    counts = platform_volume.daily_counts(volume, am=report.test.am, rcc=report.test.rcc)
    return report_sentences.daily_sentence(
        volume.readings_a_day,
        wrongly_refused=counts.wrongly_refused,
        let_through=counts.let_through,
        speaks=speaks,
    )


def _drawing(model_id: str, report: ModelReport, judges: Sequence[JudgePoint]) -> CurveDrawing:
    lines = {}
    for split in (Split.VALIDATION, Split.TEST):
        points = operating_curves.curve_points(model_id, split)
        lines[split] = list(zip(points.am, points.rcc, strict=True))
    return report_html.draw_curve(
        lines[Split.VALIDATION],
        lines[Split.TEST],
        chosen=(report.test.am, report.test.rcc),
        judges=[(judge.am, judge.rcc) for judge in judges],
    )
