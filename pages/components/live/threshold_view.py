"""What another threshold would have done this week, by dragging: counts of everything, AM and RCC by what is judged."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.number_words import decimal, percent
from core.sentences import live_sentences
from core.translation import grouped, translate
from core.workflows.deployment import live_figures
from core.workflows.deployment.live_figures import LiveReport, ThresholdEffect
from pages.components.empty_state import render_empty_state

STEP = 0.005


@st.fragment
def render_other_threshold(report: LiveReport, account: Account) -> None:
    """A handle for the threshold, and two columns: as it was, and as it would have been."""
    speaks, week = account.speaks, live_figures.last_week()
    if week is None or not week.p:
        render_empty_state(
            translate(speaks, "Nothing was decided this week"),
            translate(speaks, "With the decisions of seven days, other thresholds can be tried here."),
        )
        return
    in_force = report.deployment.operating_point.threshold
    st.caption(
        translate(
            speaks,
            "Nothing is changed here. Numbers of recordings are exact, from the stored decisions; AM and RCC are "
            "estimated from those that judges heard. Thresholds that sources have of their own are left out.",
        )
    )
    chosen = st.slider(
        translate(speaks, "Threshold"),
        0.0,
        1.0,
        value=round(round(in_force / STEP) * STEP, 3),
        step=STEP,
        format="%.3f",
        key="live-threshold",
        width=620,
    )
    names = (
        translate(speaks, "This week"),
        translate(speaks, "At {threshold}, in force", threshold=decimal(in_force, 3, speaks=speaks)),
        translate(speaks, "At {threshold}", threshold=decimal(float(chosen), 3, speaks=speaks)) + " ",
    )
    rows = _rows((week.at(in_force), week.at(float(chosen))), speaks)
    st.dataframe(
        [dict(zip(names, (name, *values), strict=True)) for name, values in rows.items()],
        hide_index=True,
        alt=translate(speaks, "What another threshold would have done this week"),
        key="live-threshold-table",
    )


def _rows(effects: tuple[ThresholdEffect, ThresholdEffect], speaks: str) -> dict[str, list[str]]:
    """What each row shows of the two thresholds, by its name."""
    shares = {
        "AM": [each.figures.am for each in effects],
        "RCC": [each.figures.rcc for each in effects],
        translate(speaks, "RCC of Noise"): [each.figures.rcc_noise for each in effects],
        translate(speaks, "RCC of Speechless"): [each.figures.rcc_speechless for each in effects],
    }
    return {
        translate(speaks, "Accepted"): [grouped(each.accepted, speaks) for each in effects],
        translate(speaks, "Refused"): [grouped(each.refused, speaks) for each in effects],
        translate(speaks, "Share refused"): [percent(each.refused / each.n, speaks=speaks) for each in effects],
        **{name: [live_sentences.share_words(share, speaks) for share in both] for name, both in shares.items()},
    }
