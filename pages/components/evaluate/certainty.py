"""How sure a trade-off is, and what it is worth: promise, judges, curves, what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.domain.labels import Split
from core.metrics.am_bound import AmUpperBound
from core.workflows.evaluation import model_evaluation
from core.workflows.evaluation.promise_words import fewest_sentence, promise_sentence
from core.workflows.paper import paper_comparison
from pages.components import charts, formatting

NO_TOOLBAR = {"displayModeBar": False}


def certainty_view(model: Any, rung: Any, curves: dict[Split, Any], judges: Sequence[Any]) -> None:
    """All of it.

    Parameters
    ----------
    rung : `core.workflows.evaluation.threshold_sweep.SweepPoint`
    curves : per split, `evaluating.CurveData`
    judges : `core.metrics.human_baseline.JudgePoint`
    """
    report = model_evaluation.report(model.id, rung.am_target)
    st.markdown(_how_sure(report))
    if report.promise:
        st.markdown(describe_bound(report.promise))
    left, right = st.columns(2, gap="medium")
    published = paper_comparison.published_best()
    with left:
        st.markdown("**Caught against asked again**")
        at = None if rung.test.am is None or rung.test.rcc is None else (rung.test.am, rung.test.rcc)
        beside = {name: (row.am_m, row.f_am_m) for name, row in published.items()}
        figure = charts.rcc_against_am(curves, chosen=at, published=beside, judges=judges)
        alt = "Share of bad recordings caught against share of good readings asked again"
        st.plotly_chart(figure, key="rcc_am", config=NO_TOOLBAR, alt=alt)
    with right:
        st.markdown("**g(t) = RCC(t) − AM(t)**")
        figure = charts.g_of_threshold(curves[Split.TEST], threshold=rung.threshold)
        st.plotly_chart(figure, key="g_of_t", config=NO_TOOLBAR, alt="g of the threshold, with its maximum marked")
    human_ceiling(judges)
    st.table(
        _table(formatting.plain(model.name), report.summary, published),
        border="horizontal",
        alt="Figures beside the published ones",
    )
    st.caption("f(x): bad recordings caught when x of the good readings are asked again. On the test children, exact.")


def human_ceiling(judges: Sequence[Any]) -> None:
    """Each judge as a model: what people reach."""
    if not judges:
        return
    st.markdown("**What people reach**")
    rows = [
        {
            "Judge": formatting.plain(one.judge),
            "Caught (RCC)": f"{formatting.percent(one.rcc)} ({formatting.interval(one.rcc_interval)})",
            "Asked again (AM)": f"{formatting.percent(one.am)} ({formatting.interval(one.am_interval)})",
            "Accepted by the others": f"{one.accepted:,}",
            "Rejected by the others": f"{one.rejected:,}",
        }
        for one in judges
    ]
    st.table(rows, border="horizontal", alt="Each judge against the others")
    st.caption(
        "Each judge against the others, on every recording that two have heard, of all children: no judge has learned "
        "from them. A judge pays here for the others' mistakes as well, and recordings that judges differ on are "
        "missing from the model's curve until they are settled: the model is measured a little more kindly than people."
    )


def describe_bound(promise: AmUpperBound) -> str:
    """What can be promised, by how many recordings, and what it means that they come in children."""
    return " ".join(filter(None, [promise_sentence(promise), fewest_sentence(promise), _clusters(promise)]))


def _clusters(promise: AmUpperBound) -> str:
    return (
        f"Recordings of one child resemble each other (design effect {promise.design_effect:.2f}): were each of "
        f"another child, the bound would be {formatting.percent(promise.upper_if_alone)}. 95 times of 100 the bound "
        f"holds."
    )


def _how_sure(report: Any) -> str:
    return (
        f"Measured on {formatting.counted(report.test.accepted, 'good reading')} and "
        f"{formatting.counted(report.test.rejected, 'bad recording')} of the test children. With other children of "
        f"the same "
        f"kind, **{formatting.interval(report.test.am_interval)}** would be asked again (AM) and "
        f"**{formatting.interval(report.test.rcc_interval)}** caught (RCC), 95 times of 100."
    )


def _table(name: str, ours: Any, published: dict[str, Any]) -> list[dict[str, str]]:
    return [_row(f"**{formatting.plain(name)}**", ours, formatting.interval(ours.f10_interval))] + [
        _row(formatting.plain(label), figures, formatting.DASH) for label, figures in published.items()
    ]


def _row(name: str, figures: Any, interval: str) -> dict[str, str]:
    best = (formatting.percent(figures.f_am_m, digits=0), formatting.percent(figures.am_m, digits=0))
    return {
        "": name,
        "f(0.10)": formatting.percent(figures.f10),
        "95 %": interval,
        "f(0.15)": formatting.percent(figures.f15),
        "f(AMm) / AMm": " / ".join(best),
    }
