"""One judge: agreement with the others over time, with themselves, and the recordings labelled differently."""

from __future__ import annotations

import streamlit as st

from core.translation import mark
from core.workflows.annotation import agreement_report
from core.workflows.annotation.agreement_report import PairedLabels, Period
from pages.components import charts, formatting
from pages.components.annotation.agreement_table import Row, agreement_row, render_agreement_table
from pages.components.playback.playable_rows import joined_note, judgement_chips, playable
from pages.components.playback.player import render_player
from pages.components.words import say

SHOWN = 30
PERIODS = {Period.WEEK: mark("By week"), Period.DAY: mark("By day")}
FIRST_DAYS = {Period.WEEK: mark("Week of"), Period.DAY: mark("Day of")}
# columns of `agreement_row` for one judge
REPEATED = {mark("Both judged"): mark("Heard twice"), mark("Same label"): mark("Same again")}


def render_judge(pairs: PairedLabels) -> None:
    """Choose a judge; the sections below are about them, except the one on agreement with themselves: all judges."""
    with st.grid(2, min_column_width=260, vertical_alignment="bottom"):
        left, right = st.container(), st.container()
    with left:
        judge = st.selectbox(say("Judge"), agreement_report.judges(pairs), key="judge", bind="query-params")
    with right:
        period = st.segmented_control(
            say("Time"),
            [period.value for period in Period],
            default=Period.WEEK.value,
            required=True,
            format_func=lambda name: say(PERIODS[Period(name)]),
            key="by",
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
        alt = say("Share of the labels of {judge} that are equal to the other judge's, over time", judge=judge)
        st.plotly_chart(chart, key="over_time", config=charts.NO_TOOLBAR, alt=alt)
    column = say(FIRST_DAYS[period])
    rows: list[Row] = [
        {column: formatting.date_text(moment.begins), **agreement_row(moment.figures)} for moment in moments
    ]
    render_agreement_table(rows, alt=say("Agreement of {judge} with the others, over time", judge=judge))


def render_self_agreement() -> None:
    """Every judge who heard recordings a second time without knowing it."""
    by_judge = agreement_report.intra_judge_agreement()
    if not by_judge:
        st.caption(
            say(
                "Nobody has heard a recording a second time yet. A share of hidden repeats is set under Judging rules; "
                "how far each judge agrees with themselves is then shown here."
            )
        )
        return
    st.markdown(say("**The same judge, the same recording, later and without knowing**"))
    rows: list[Row] = [{say("Judge"): judge.name, **agreement_row(judge.three_way)} for judge in by_judge]
    renamed = {say(name): say(repeated) for name, repeated in REPEATED.items()}
    rows = [{renamed.get(name, name): cell for name, cell in row.items()} for row in rows]
    render_agreement_table(rows, alt=say("Agreement of each judge with themselves"))


def render_differing_recordings(pairs: PairedLabels, judge: str) -> None:
    """The recordings that another judge labelled differently, to be heard."""
    differing = agreement_report.differing_recordings(pairs, judge, limit=SHOWN)
    if not differing:
        st.success(say("{judge} and the others gave every recording the same label.", judge=formatting.plain(judge)))
        return
    st.markdown(say("**Where {judge} heard something else**, newest first", judge=formatting.plain(judge)))
    items = [
        playable(judged.recording, chips=judgement_chips(judged), note=joined_note(judged)) for judged in differing
    ]
    render_player(items, key="differs", rows=6)
