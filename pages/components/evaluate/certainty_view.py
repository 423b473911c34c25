"""The certainty of a trade-off: the bound of AM, the judges, the curves, the published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import streamlit as st

from core.domain.labels import Split
from core.domain.models import Model
from core.sentences import certainty_sentences
from core.sentences.promises import AmUpperBound, fewest_sentence, promise_sentence
from core.workflows.evaluation import model_evaluation
from core.workflows.evaluation.human_baseline import JudgePoint
from core.workflows.evaluation.model_figures import ModelReport
from core.workflows.evaluation.operating_curves import CurveData
from core.workflows.evaluation.threshold_sweep import SweepPoint
from core.workflows.paper import paper_comparison
from pages.components import charts, formatting
from pages.components.markdown import bold
from pages.components.system_names import spec_title
from pages.components.words import language, say, say_count


class FiguresOfPaper(Protocol):
    """The paper's figures of one system, computed here or published."""

    @property
    def f10(self) -> float: ...

    @property
    def f15(self) -> float: ...

    @property
    def f_am_m(self) -> float: ...

    @property
    def am_m(self) -> float: ...


def certainty_view(
    model: Model, rung: SweepPoint, curves: Mapping[Split, CurveData], judges: Sequence[JudgePoint]
) -> None:
    """The bound, both charts, the judges and the table.

    Parameters
    ----------
    judges : each judge's own AM and RCC, to stand beside the model's
    """
    report = model_evaluation.report(model.id, rung.am_target, certainty=rung.certainty)
    st.markdown(_certainty_text(rung))
    st.markdown(_intervals_text(report))
    if report.promise:
        st.markdown(describe_bound(report.promise))
    published = {_published_title(name): best for name, best in paper_comparison.published_best().items()}
    _render_charts(rung, curves, judges, published)
    render_human_baseline(judges)
    rows = [
        _row(
            f"**{formatting.plain(model.title)}**",
            report.summary,
            formatting.interval(report.summary.f10_interval, of=report.summary.f10),
        )
    ]
    rows += [_row(formatting.plain(name), figures, formatting.DASH) for name, figures in published.items()]
    st.table(rows, border="horizontal", alt=say("Figures beside the published ones"))
    st.caption(
        say("f(x): bad recordings caught when x of the good readings are wrongly refused. On the test children, exact.")
    )


def _render_charts(
    rung: SweepPoint,
    curves: Mapping[Split, CurveData],
    judges: Sequence[JudgePoint],
    published: Mapping[str, FiguresOfPaper],
) -> None:
    with st.grid(2, min_column_width=300, gap="medium"):
        left, right = st.container(), st.container()
    with left:
        st.markdown(bold(say("Caught against wrongly refused")))
        chosen = None if rung.test.am is None or rung.test.rcc is None else (rung.test.am, rung.test.rcc)
        points = {name: (figures.am_m, figures.f_am_m) for name, figures in published.items()}
        chart = charts.rcc_against_am_chart(curves, chosen=chosen, published=points, judges=judges)
        alt = say("Share of bad recordings caught against share of good readings wrongly refused")
        st.plotly_chart(chart, key="rcc_am", config=charts.NO_TOOLBAR, alt=alt)
    with right:
        st.markdown(bold("g(t) = RCC(t) − AM(t)"))
        chart = charts.threshold_chart(curves[Split.TEST], threshold=rung.threshold)
        alt = say("g of the threshold, with its maximum marked")
        st.plotly_chart(chart, key="g_of_t", config=charts.NO_TOOLBAR, alt=alt)


def render_human_baseline(judges: Sequence[JudgePoint]) -> None:
    """Each judge as if a model: the figures that people reach."""
    if not judges:
        return
    st.markdown(bold(say("What people reach")))
    rows = [
        {
            say("Judge"): formatting.plain(judge.judge),
            say("Caught (RCC)"): _share_text(judge.rcc, judge.rcc_interval),
            say("Wrongly refused (AM)"): _share_text(judge.am, judge.am_interval),
            say("Accepted by the others"): formatting.grouped(judge.accepted),
            say("Rejected by the others"): formatting.grouped(judge.rejected),
        }
        for judge in judges
    ]
    st.table(rows, border="horizontal", alt=say("Each judge against the others"))
    st.caption(
        say(
            "Each judge against the others, on every recording that two have heard, of all children: no judge has "
            "learned from them. A judge's figures also suffer from the others' mistakes, and recordings that judges "
            "differ on are missing from the model's curve until they are settled: the comparison favours the model a "
            "little."
        )
    )


def _published_title(name: str) -> str:
    """A name of `published_best`, such as `paper: MFCC RNN mean`."""
    features, network, system = name.removeprefix("paper: ").split(" ", 2)
    return say("paper: {system}", system=spec_title(features.lower(), network.lower(), system))


def _share_text(share: float, ends: tuple[float, float]) -> str:
    return f"{formatting.percent(share)} ({formatting.interval(ends, of=share)})"


def describe_bound(promise: AmUpperBound) -> str:
    """What can be promised, by how many recordings, and the effect of several recordings a child."""
    clusters = say(
        "Recordings of one child resemble each other (design effect {effect}): if each were of another child, the "
        "bound would be {bound}. 95 times of 100 the bound holds.",
        effect=formatting.decimal(promise.design_effect, 2),
        bound=formatting.percent(promise.upper_if_alone),
    )
    speaks = language()
    sentences = promise_sentence(promise, speaks=speaks), fewest_sentence(promise, speaks=speaks), clusters
    return " ".join(filter(None, sentences))


def _certainty_text(rung: SweepPoint) -> str:
    if rung.needed is not None:
        return certainty_sentences.needed_sentence(rung.needed, language())
    return say(
        "The threshold was chosen on the validation children: {target}. What follows is of the test children, who had "
        "no part in that.",
        target=certainty_sentences.target_words(rung.am_target, rung.certainty, language()),
    )


def _intervals_text(report: ModelReport) -> str:
    test = report.test
    return say(
        "Measured on {good} and {bad} of the test children. Intervals of 95 %, for other children of the same kind: "
        "**{am}** wrongly refused (AM), **{rcc}** caught (RCC).",
        good=say_count("{n} good reading", "{n} good readings", test.accepted),
        bad=say_count("{n} bad recording", "{n} bad recordings", test.rejected),
        am=formatting.interval(test.am_interval, of=test.am),
        rcc=formatting.interval(test.rcc_interval, of=test.rcc),
    )


def _row(name: str, figures: FiguresOfPaper, interval: str) -> dict[str, str]:
    best = (formatting.percent(figures.f_am_m, digits=0), formatting.percent(figures.am_m, digits=0))
    return {
        say("Figure"): name,
        "f(0.10)": formatting.percent(figures.f10),
        say("95 %"): interval,
        "f(0.15)": formatting.percent(figures.f15),
        "f(AMm) / AMm": " / ".join(best),
    }
