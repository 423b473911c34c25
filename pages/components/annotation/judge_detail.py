"""One judge: the course of agreement with the others, with themselves, and the recordings heard differently."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.workflows.annotation import agreement_report
from core.workflows.annotation.agreement_report import Period
from pages.components import charts, formatting
from pages.components.playback.player import judgement_chips, playable, player
from pages.components.retrain.reliability_table import reliability_row, reliability_table

SHOWN = 30
REPEATED = {"Both judged": "Heard twice", "Same label": "Same again"}


def judge_detail(pairs: list[Any]) -> None:
    """Choose a judge; all of the below is about them, except how everybody agrees with themselves."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        judge = st.selectbox("Judge", agreement_report.judges(pairs), key="judge", bind="query-params")
    with right:
        by = st.segmented_control(
            "Time", [one.value for one in Period], default=Period.WEEK.value, required=True, key="by"
        )
    if judge is None:
        return
    over_time(pairs, judge, Period(by or Period.WEEK))
    with_themselves()
    heard_differently(pairs, judge)


def over_time(pairs: list[Any], judge: str, by: Period) -> None:
    moments = agreement_report.over_time(pairs, judge, by=by)
    if len(moments) > 1:
        figure = charts.over_time([(one.begins, one.figures.observed) for one in moments])
        alt = f"Share of labels equal to the other judge's, by {by.value}, of {judge}"
        st.plotly_chart(figure, key="over_time", config={"displayModeBar": False}, alt=alt)
    rows = [{f"{by.value.capitalize()} of": one.begins.isoformat()} | reliability_row(one.figures) for one in moments]
    reliability_table(rows, alt=f"Agreement of {judge} with the others, by {by.value}")


def with_themselves() -> None:
    """Every judge who heard recordings a second time without knowing it."""
    found = agreement_report.intra_judge_agreement()
    if not found:
        st.caption(
            "Nobody has heard a recording a second time yet. A share of hidden repeats is set under Judging rules; "
            "how far each judge agrees with themselves is then shown here."
        )
        return
    st.markdown("**The same judge, the same recording, later and without knowing**")
    rows = [{"Judge": one.name} | reliability_row(one.three_way) for one in found]
    rows = [{REPEATED.get(name, name): cell for name, cell in row.items()} for row in rows]
    reliability_table(rows, alt="Agreement of each judge with themselves")


def heard_differently(pairs: list[Any], judge: str) -> None:
    found = agreement_report.differing_recordings(pairs, judge, limit=SHOWN)
    if not found:
        st.success(f"{formatting.plain(judge)} and the others gave every recording the same label.")
        return
    st.markdown(f"**Where {formatting.plain(judge)} heard something else**, newest first")
    items = [
        playable(
            one.recording,
            chips=judgement_chips(one),
            note=" · ".join(given.comment for given in one.judgements if given.comment),
        )
        for one in found
    ]
    player(items, key="differs", rows=6)
