"""How sure a trade-off is, and how the model compares with what was published: intervals, curves, one table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.labels import Split
from core.workflows import comparing, evaluating
from pages.parts import charts, words
from pages.parts.operating_curve import Rung

NO_TOOLBAR = {"displayModeBar": False}


def comparison(model: Any, am: float, rung: Rung, curves: dict[Split, Any]) -> None:
    """The lower half of the Evaluate screen.

    Parameters
    ----------
    curves : per split, `evaluating.CurveData`
    """
    st.subheader("How sure that is, and how it compares", anchor=False)
    report = evaluating.report(model.id, am)
    st.markdown(_how_sure(report))
    left, right = st.columns(2, gap="medium")
    published = comparing.published_best()
    with left:
        st.markdown("**Caught against asked again**")
        at = None if rung.test.am is None or rung.test.rcc is None else (rung.test.am, rung.test.rcc)
        figure = charts.rcc_against_am(
            curves, chosen=at, published={name: (row.am_m, row.f_am_m) for name, row in published.items()}
        )
        alt = "Share of bad recordings caught against share of good readings asked again"
        st.plotly_chart(figure, key="rcc_am", config=NO_TOOLBAR, alt=alt)
    with right:
        st.markdown("**g(t) = RCC(t) − AM(t)**")
        figure = charts.g_of_threshold(curves[Split.TEST], threshold=rung.threshold)
        st.plotly_chart(figure, key="g_of_t", config=NO_TOOLBAR, alt="g of the threshold, with its maximum marked")
    st.table(
        _table(model.name, report.summary, published), border="horizontal", alt="Figures beside the published ones"
    )
    st.caption("f(x): bad recordings caught when x of the good readings are asked again. On the test children, exact.")


def _how_sure(report: Any) -> str:
    return (
        f"Measured on {words.counted(report.test.accepted, 'good reading')} and "
        f"{words.counted(report.test.rejected, 'bad recording')} of the test children. With other children of the same "
        f"kind, **{words.interval(report.test.am_interval)}** would be asked again (AM) and "
        f"**{words.interval(report.test.rcc_interval)}** caught (RCC), 95 times of 100."
    )


def _table(name: str, ours: Any, published: dict[str, Any]) -> list[dict[str, str]]:
    return [_row(f"**{words.plain(name)}**", ours, words.interval(ours.f10_interval))] + [
        _row(words.plain(label), figures, words.DASH) for label, figures in published.items()
    ]


def _row(name: str, figures: Any, interval: str) -> dict[str, str]:
    best = (words.percent(figures.f_am_m, digits=0), words.percent(figures.am_m, digits=0))
    return {
        "": name,
        "f(0.10)": words.percent(figures.f10),
        "95 %": interval,
        "f(0.15)": words.percent(figures.f15),
        "f(AMm) / AMm": " / ".join(best),
    }
