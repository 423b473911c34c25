"""AM in class, week by week, with its intervals and its target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import plotly.graph_objects as go
import streamlit as st

from core.domain.accounts import Account
from core.number_words import day_words
from core.sentences import live_sentences
from core.translation import translate
from core.workflows.deployment.live_figures import LiveFigures, LiveReport
from pages.components.charts import GREY, NO_TOOLBAR, with_layout
from pages.components.colours import ACCEPTED, REFUSED

LEAST_WEEKS = 2
HEIGHT_PX = 260


def render_weeks(report: LiveReport, account: Account) -> None:
    """The chart, from two weeks with a judged good reading on."""
    speaks, target = account.speaks, report.deployment.operating_point.am_target
    weeks = [(date.fromisoformat(week), each) for week, each in sorted(report.by_week.items()) if each.am.n]
    known = {day_words(week, speaks=speaks): each for week, each in weeks}
    if len(known) < LEAST_WEEKS:
        return
    alt = "; ".join(f"{week}: {live_sentences.share_words(each.am, speaks)}" for week, each in known.items())
    st.plotly_chart(
        weeks_chart(known, am_target=target, speaks=speaks),
        key="live-weeks-chart",
        config=NO_TOOLBAR,
        alt=translate(speaks, "AM in class by week: {weeks}", weeks=alt),
    )


def weeks_chart(weeks: Mapping[str, LiveFigures], *, am_target: float, speaks: str) -> go.Figure:
    """A point a week with its 95 % interval, and a line at the target. A point without a bar: too few children."""
    shares = [each.am for each in weeks.values()]
    ends = [(share.value, share.value) if math.isnan(share.interval[0]) else share.interval for share in shares]
    figure = go.Figure()
    figure.add_scatter(
        x=list(weeks),
        y=[share.value for share in shares],
        text=[live_sentences.share_words(share, speaks) for share in shares],
        error_y={
            "type": "data",
            "symmetric": False,
            "color": GREY,
            "array": [high - share.value for share, (_, high) in zip(shares, ends, strict=True)],
            "arrayminus": [share.value - low for share, (low, _) in zip(shares, ends, strict=True)],
        },
        mode="markers",
        name=translate(speaks, "AM in class, by week"),
        marker={"color": [REFUSED if low > am_target else ACCEPTED for low, _ in ends], "size": 10},
        hovertemplate="%{x}<br>%{text}<extra></extra>",
    )
    figure.add_hline(y=am_target, line={"color": REFUSED, "width": 1.5, "dash": "dash"})
    line = {"color": REFUSED, "width": 1.5, "dash": "dash"}
    figure.add_scatter(x=[None], y=[None], mode="lines", name=translate(speaks, "target"), line=line)
    figure.update_xaxes(type="category")
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return with_layout(figure, height_px=HEIGHT_PX)
