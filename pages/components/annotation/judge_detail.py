"""One judge: agreement with the others over time, with themselves, and the recordings labelled differently."""

from __future__ import annotations

import streamlit as st

from core.workflows.annotation import agreement_report
from core.workflows.annotation.agreement_report import PairedLabels, Period
from pages.components import charts, formatting
from pages.components.annotation.agreement_table import Row, agreement_row, render_agreement_table
from pages.components.playback.player import joined_note, judgement_chips, playable, render_player

SHOWN = 30
REPEATED = {"Both judged": "Heard twice", "Same label": "Same again"}  # columns of `agreement_row` for one judge


def render_judge(pairs: PairedLabels) -> None:
    """Choose a judge; the sections below are about them, except the one on agreement with themselves: all judges."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        judge = st.selectbox("Judge", agreement_report.judges(pairs), key="judge", bind="query-params")
    with right:
        period = st.segmented_control(
            "Time", [period.value for period in Period], default=Period.WEEK.value, required=True, key="by"
        )
    if judge is None:
        return
    render_over_time(pairs, judge, Period(period or Period.WEEK))
    render_self_agreement()
    render_differing_recordings(pairs, judge)


def render_over_time(pairs: PairedLabels, judge: str, period: Period) -> None:
    """Agreement with the others, by week or by day: as a chart and in numbers."""
    moments = agreement_report.over_time(pairs, judge, by=period)
    if len(moments) > 1:
        chart = charts.agreement_chart([(moment.begins, moment.figures.observed) for moment in moments])
        alt = f"Share of labels equal to the other judge's, by {period.value}, of {judge}"
        st.plotly_chart(chart, key="over_time", config=charts.NO_TOOLBAR, alt=alt)
    column = f"{period.value.capitalize()} of"
    rows: list[Row] = [{column: moment.begins.isoformat(), **agreement_row(moment.figures)} for moment in moments]
    render_agreement_table(rows, alt=f"Agreement of {judge} with the others, by {period.value}")


def render_self_agreement() -> None:
    """Every judge who heard recordings a second time without knowing it."""
    by_judge = agreement_report.intra_judge_agreement()
    if not by_judge:
        st.caption(
            "Nobody has heard a recording a second time yet. A share of hidden repeats is set under Judging rules; "
            "how far each judge agrees with themselves is then shown here."
        )
        return
    st.markdown("**The same judge, the same recording, later and without knowing**")
    rows: list[Row] = [{"Judge": judge.name, **agreement_row(judge.three_way)} for judge in by_judge]
    rows = [{REPEATED.get(name, name): cell for name, cell in row.items()} for row in rows]
    render_agreement_table(rows, alt="Agreement of each judge with themselves")


def render_differing_recordings(pairs: PairedLabels, judge: str) -> None:
    """The recordings that another judge labelled differently, to be heard."""
    differing = agreement_report.differing_recordings(pairs, judge, limit=SHOWN)
    if not differing:
        st.success(f"{formatting.plain(judge)} and the others gave every recording the same label.")
        return
    st.markdown(f"**Where {formatting.plain(judge)} heard something else**, newest first")
    items = [
        playable(judged.recording, chips=judgement_chips(judged), note=joined_note(judged)) for judged in differing
    ]
    render_player(items, key="differs", rows=6)
