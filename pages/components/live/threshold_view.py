"""What another threshold would have done this week, by dragging: counts of everything, AM and RCC by what is judged."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.number_words import percent
from core.sentences import live_sentences
from core.translation import translate
from core.workflows.deployment import live_figures
from core.workflows.deployment.live_figures import LiveReport
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
    now, other = week.at(in_force), week.at(float(chosen))
    rows = [
        (translate(speaks, "Accepted"), *(f"{each.accepted:,}" for each in (now, other))),
        (translate(speaks, "Refused"), *(f"{each.refused:,}" for each in (now, other))),
        (translate(speaks, "Share refused"), *(percent(each.refused / len(week.p)) for each in (now, other))),
        ("AM", *(live_sentences.share_words(each.figures.am, speaks) for each in (now, other))),
        ("RCC", *(live_sentences.share_words(each.figures.rcc, speaks) for each in (now, other))),
        (
            translate(speaks, "RCC of Noise"),
            *(live_sentences.share_words(each.figures.rcc_noise, speaks) for each in (now, other)),
        ),
        (
            translate(speaks, "RCC of Speechless"),
            *(live_sentences.share_words(each.figures.rcc_speechless, speaks) for each in (now, other)),
        ),
    ]
    names = (
        translate(speaks, "This week"),
        translate(speaks, "At {threshold}, in force", threshold=f"{in_force:.3f}"),
        translate(speaks, "At {threshold}", threshold=f"{chosen:.3f}") + " ",
    )
    st.dataframe(
        [dict(zip(names, row, strict=True)) for row in rows],
        hide_index=True,
        alt=translate(speaks, "What another threshold would have done this week"),
        key="live-threshold-table",
    )
