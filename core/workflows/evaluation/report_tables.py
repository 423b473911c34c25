"""Figures and tables of the report's appendix, in the language of its reader."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.labels import Label, Split
from core.metrics.human_baseline import JudgePoint
from core.metrics.slices import Slice, SliceShare
from core.number_words import counted, interval, interval_of_few, percent
from core.sentences.slice_sentences import kind_words, name_words
from core.translation import mark, translate
from core.workflows.evaluation import threshold_sweep
from core.workflows.evaluation.model_figures import ModelReport
from core.workflows.evaluation.report_html import Figure, ReportTable

CAUGHT = {Label.NOISE: mark("Noise caught"), Label.SPEECHLESS: mark("Speechless caught")}
DECIDED = (mark("people say"), mark("not refused"), mark("refused"))
OF_A_GROUP = (mark("group"), mark("good"), "AM", "95 %", mark("bad"), "RCC", "95 %")
OF_A_JUDGE = (mark("against the others"), "RCC", "95 %", "AM", "95 %", mark("recordings"))


def figures(report: ModelReport, *, speaks: str) -> list[Figure]:
    """What the model does to the test children, each figure with its interval."""
    test, summary = report.test, report.summary
    return [
        _share(translate(speaks, "bad recordings caught · RCC"), test.rcc, test.rcc_interval, speaks),
        *(
            _share(translate(speaks, CAUGHT[label]), caught.rcc, caught.interval, speaks)
            for label, caught in test.caught.items()
        ),
        _share(translate(speaks, "good readings wrongly refused · AM"), test.am, test.am_interval, speaks),
        Figure(
            translate(speaks, "AM with disagreements, half each"),
            percent(test.am_stream, speaks=speaks),
            counted(test.n_disagreed, "disagreement", speaks=speaks),
        ),
        _share("f(0.10)", summary.f10, summary.f10_interval, speaks),
        Figure("f(AMm) / AMm", percent(summary.f_am_m, speaks=speaks), percent(summary.am_m, speaks=speaks)),
    ]


def _share(name: str, value: float, ends: tuple[float, float], speaks: str) -> Figure:
    return Figure(name, percent(value, speaks=speaks), interval(ends, of=value, speaks=speaks))


def decided_table(model_id: str, report: ModelReport, *, speaks: str) -> ReportTable:
    """Label x decision: by label where the sweep has this target, otherwise Noise and Speechless together."""
    sweep = threshold_sweep.sweep_thresholds(model_id, certainty=report.certainty)
    point = sweep.at(report.am_target)
    rows: list[tuple[str, int, int]]
    if point.threshold != report.threshold:
        counts = report.test.confusion
        rows = [
            (translate(speaks, "Accepted"), counts.accepted_kept, counts.accepted_refused),
            (translate(speaks, "Noise or Speechless"), counts.rejected_passed, counts.rejected_caught),
        ]
    else:
        totals, refused = sweep.totals[Split.TEST], point.test.refused
        rows = [(translate(speaks, label), totals[label] - refused[label], refused[label]) for label in Label]
    columns = tuple(translate(speaks, name) for name in DECIDED)
    return ReportTable(columns, rows, numbers=(1, 2))


def slices_table(compared_slices: Sequence[Slice], *, speaks: str) -> ReportTable:
    """Every group of recordings, with its shares."""
    rows: list[Sequence[str | int]] = [
        (
            f"{kind_words(compared.kind, speaks=speaks)}: {name_words(compared, speaks=speaks)}",
            *_slice_share(compared.am, speaks),
            *_slice_share(compared.rcc, speaks),
            *(percent(share.rcc, speaks=speaks) for share in compared.caught.values()),
        )
        for compared in compared_slices
    ]
    named = (translate(speaks, name) for name in OF_A_GROUP)
    columns = (*named, *(translate(speaks, name) for name in compared_slices[0].caught))
    return ReportTable(columns, rows, numbers=tuple(range(1, len(columns))))


def _slice_share(share: SliceShare, speaks: str) -> tuple[int, str, str]:
    between = interval_of_few(share.interval, share.n_children, speaks=speaks)
    return share.n, percent(share.value, speaks=speaks), between


def judges_table(judges: Sequence[JudgePoint], *, speaks: str) -> ReportTable:
    """Each judge against the others; nobody is named."""
    rows = [
        (
            translate(speaks, "judge {number}", number=number),
            percent(judge.rcc, speaks=speaks),
            interval(judge.rcc_interval, of=judge.rcc, speaks=speaks),
            percent(judge.am, speaks=speaks),
            interval(judge.am_interval, of=judge.am, speaks=speaks),
            judge.accepted + judge.rejected,
        )
        for number, judge in enumerate(judges, start=1)
    ]
    return ReportTable(tuple(translate(speaks, name) for name in OF_A_JUDGE), rows, numbers=(1, 2, 3, 4, 5))
