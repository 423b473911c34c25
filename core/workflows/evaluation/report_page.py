"""The report of a model at an AM target: a self-contained HTML file for screen and print.

It names no child and holds no recording, so it may be sent. Its numbers are those of the Evaluate screen. For staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.domain.certainty import Certainty
from core.domain.labels import Label, Split
from core.metrics.human_baseline import JudgePoint
from core.metrics.slices import Slice, SliceShare
from core.number_words import interval, interval_of_few, is_known, percent, trade_off
from core.sentences import report_sentences
from core.sentences.certainty_sentences import needed_sentence
from core.sentences.elsewhere_sentences import elsewhere_sentence
from core.sentences.promises import promise_sentence
from core.sentences.slice_sentences import unknown_slice_sentences
from core.templates import render
from core.workflows.evaluation import (
    elsewhere,
    human_baseline,
    model_evaluation,
    platform_volume,
    report_html,
    slices,
    threshold_choice,
    threshold_sweep,
)
from core.workflows.evaluation.model_evaluation import ModelReport
from core.workflows.evaluation.report_html import CurveDrawing, Figure, ReportTable
from db import session

TEMPLATE = Path(__file__).with_name("report_page.html")


def html(model_id: str | None = None, am_target: float = 0.10, *, certainty: Certainty | None = None) -> str:
    """The report of a model, by default the champion.

    Raises
    ------
    NotFound
        There is no such model, or none at all.
    Refused
        The target is no share, or validation has no Accepted recording to choose a threshold on.
    """
    model = model_evaluation.model_or_champion(model_id)
    with session.reading() as tx:
        threshold_choice.require_threshold(tx, model.id, am_target)
    report = model_evaluation.report(model.id, am_target, certainty=certainty)
    threshold = report.threshold
    judges, compared_slices = human_baseline.baseline_points(), slices.slices_at_threshold(model.id, threshold)
    return render(
        TEMPLATE,
        title=report_sentences.title(model.title, am_target),
        name=model.title,
        subtitle=report_sentences.subtitle(am_target, threshold, model.created_at, certainty=report.certainty),
        chosen_with=needed_sentence(report.needed) if report.needed else "",
        trade_off=trade_off(report.test.am, report.test.rcc),
        day=_day(report),
        figures=_figures(report),
        is_kept=report.promise is not None and report.promise.can_be_kept,
        promise=promise_sentence(report.promise),
        elsewhere=elsewhere_sentence(elsewhere.table_of(model.id)),
        drawing=_drawing(model.id, report, judges),
        certainty=report_sentences.certainty_sentence(report.test.accepted, report.test.rejected),
        cells=_cells(model.id, report),
        unknown=unknown_slice_sentences(compared_slices),
        worse=report_sentences.worse_slice_sentences(compared_slices),
        slices=_slices(compared_slices) if compared_slices else None,
        judges=_judges(judges) if judges else None,
        card=report_html.card_table(model.card.document),
        provenance=report_sentences.provenance_sentence(session.now(), model.title),
    )


def _day(report: ModelReport) -> str:
    """ "" where the volume of a day, or one of the shares, is not known."""
    volume = platform_volume.current_volume()
    if volume is None or not (is_known(report.test.am) and is_known(report.test.rcc)):
        return ""
    counts = platform_volume.daily_counts(volume, am=report.test.am, rcc=report.test.rcc)
    return report_sentences.daily_sentence(
        volume.readings_a_day, wrongly_refused=counts.wrongly_refused, let_through=counts.let_through
    )


def _figures(report: ModelReport) -> list[Figure]:
    test, summary = report.test, report.summary
    return [
        Figure("bad recordings caught · RCC", percent(test.rcc), interval(test.rcc_interval, of=test.rcc)),
        *(
            Figure(f"{label} caught", percent(caught.rcc), interval(caught.interval, of=caught.rcc))
            for label, caught in test.caught.items()
        ),
        Figure("good readings wrongly refused · AM", percent(test.am), interval(test.am_interval, of=test.am)),
        Figure("AM with disagreements, half each", percent(test.am_stream), f"{test.n_disagreed} disagreements"),
        Figure("f(0.10)", percent(summary.f10), interval(summary.f10_interval, of=summary.f10)),
        Figure("f(AMm) at AMm", percent(summary.f_am_m), percent(summary.am_m)),
    ]


def _drawing(model_id: str, report: ModelReport, judges: Sequence[JudgePoint]) -> CurveDrawing:
    lines = {}
    for split in (Split.VALIDATION, Split.TEST):
        points = threshold_sweep.curve_points(model_id, split)
        lines[split] = list(zip(points.am, points.rcc, strict=True))
    return report_html.draw_curve(
        lines[Split.VALIDATION],
        lines[Split.TEST],
        chosen=(report.test.am, report.test.rcc),
        judges=[(judge.am, judge.rcc) for judge in judges],
    )


def _cells(model_id: str, report: ModelReport) -> ReportTable:
    """Label x decision: by label where the sweep has this target, otherwise Noise and Speechless together."""
    sweep = threshold_sweep.sweep_thresholds(model_id, certainty=report.certainty)
    point = sweep.at(report.am_target)
    rows: list[tuple[str, int, int]]
    if point.threshold != report.threshold:
        counts = report.test.confusion
        rows = [
            ("Accepted", counts.accepted_kept, counts.accepted_refused),
            ("Noise or Speechless", counts.rejected_passed, counts.rejected_caught),
        ]
    else:
        totals, refused = sweep.totals[Split.TEST], point.test.refused
        rows = [(str(label), totals[label] - refused[label], refused[label]) for label in Label]
    return ReportTable(("people say", "not refused", "refused"), rows, numbers=(1, 2))


def _slices(compared_slices: Sequence[Slice]) -> ReportTable:
    rows: list[Sequence[str | int]] = [
        (
            f"{compared.kind}: {compared.name}",
            *_share(compared.am),
            *_share(compared.rcc),
            *(percent(share.rcc) for share in compared.caught.values()),
        )
        for compared in compared_slices
    ]
    columns = ("group", "good", "AM", "95 %", "bad", "RCC", "95 %", *compared_slices[0].caught)
    return ReportTable(columns, rows, numbers=tuple(range(1, len(columns))))


def _share(share: SliceShare) -> tuple[int, str, str]:
    return share.n, percent(share.value), interval_of_few(share.interval, share.n_children)


def _judges(judges: Sequence[JudgePoint]) -> ReportTable:
    rows = [
        (
            f"judge {number}",
            percent(judge.rcc),
            interval(judge.rcc_interval, of=judge.rcc),
            percent(judge.am),
            interval(judge.am_interval, of=judge.am),
            judge.accepted + judge.rejected,
        )
        for number, judge in enumerate(judges, start=1)
    ]
    return ReportTable(("against the others", "RCC", "95 %", "AM", "95 %", "recordings"), rows, numbers=(1, 2, 3, 4, 5))
