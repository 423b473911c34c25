"""What was asked today, and AM and RCC as judged: at a glance, by week, by source, by language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from core.domain.accounts import Account
from core.number_words import day_words, percent, short_percent
from core.sentences import live_sentences
from core.sentences.retention_sentences import source_name
from core.translation import grouped, translate
from core.workflows.deployment.live_figures import LiveFigures, LiveReport
from pages.components.empty_state import render_empty_state
from pages.components.live.week_chart import render_weeks


def render_figures(report: LiveReport, account: Account) -> None:
    """Today's decisions, and AM and RCC of the last 28 days."""
    speaks, recent = account.speaks, report.recent
    n, refused = sum(count.n for count in report.today), sum(count.refused for count in report.today)
    target = short_percent(report.deployment.operating_point.am_target, speaks=speaks)
    with st.grid(4, min_column_width=150):
        st.metric(translate(speaks, "Decided today"), grouped(n, speaks), border=True)
        st.metric(
            translate(speaks, "Refused today"),
            grouped(refused, speaks),
            border=True,
            help=percent(refused / n, speaks=speaks) if n else None,
        )
        st.metric(
            translate(speaks, "AM in class, 28 days"),
            percent(recent.am.value, speaks=speaks),
            border=True,
            help=translate(
                speaks, "Of 100 good readings, how many were wrongly refused. Target: {target}.", target=target
            ),
        )
        st.metric(
            translate(speaks, "RCC in class, 28 days"),
            percent(recent.rcc.value, speaks=speaks),
            border=True,
            help=translate(speaks, "Of 100 bad recordings, how many were caught."),
        )


def render_judged(report: LiveReport, account: Account) -> None:
    """Three tables, and what the figures rest on."""
    speaks = account.speaks
    _render_today(report, speaks)
    if not report.n_drawn and not report.by_week:
        render_empty_state(
            translate(speaks, "Judges have heard nothing from class yet"),
            translate(
                speaks,
                "Once a source has agreed and judgements are planned, a small share of what is decided goes to judges, "
                "blind, among the others. Their labels show what AM and RCC really are. Begin at What judges hear.",
            ),
        )
        return
    render_weeks(report, account)
    st.caption(_rests_on(report, speaks))
    by_week = {day_words(date.fromisoformat(week), speaks=speaks): each for week, each in report.by_week.items()}
    _table(translate(speaks, "Week from"), by_week, speaks, key="live-weeks")
    by_source = {source_name(speaks, name): figures for name, figures in report.by_source.items()}
    _table(translate(speaks, "Source"), by_source, speaks, key="live-sources")
    unknown = translate(speaks, "not known")
    by_language = {name or unknown: figures for name, figures in report.by_language.items()}
    _table(translate(speaks, "Language"), by_language, speaks, key="live-languages")


def _render_today(report: LiveReport, speaks: str) -> None:
    if not report.today:
        st.caption(translate(speaks, "No program has asked for a decision today (UTC)."))
        return
    st.dataframe(
        [
            {
                translate(speaks, "Source"): source_name(speaks, count.source),
                translate(speaks, "Decided today"): count.n,
                translate(speaks, "Accepted"): count.accepted,
                translate(speaks, "Refused"): count.refused,
                translate(speaks, "Share refused"): percent(count.refused / count.n, speaks=speaks),
            }
            for count in report.today
        ],
        hide_index=True,
        alt=translate(speaks, "What was decided today, by source"),
        key="live-today",
    )


def _rests_on(report: LiveReport, speaks: str) -> str:
    words = translate(
        speaks,
        "{judged} of {drawn} recordings drawn in 28 days have a label, {disagreed} wait for staff because judges "
        "differ. A recording that was drawn with a chance of 1 in 50 stands for 50 decisions. In brackets: what 95 of "
        "100 other groups of children would show.",
        judged=grouped(report.n_judged, speaks),
        drawn=grouped(report.n_drawn, speaks),
        disagreed=grouped(report.n_disagreed, speaks),
    )
    if not report.n_unnamed:
        return words
    unnamed = translate(
        speaks,
        "Of {n} the platform names no child: each counts as a child of its own, so the intervals may be too narrow.",
        n=grouped(report.n_unnamed, speaks),
    )
    return f"{words} {unnamed}"


def _table(first: str, rows: Mapping[str, LiveFigures], speaks: str, *, key: str) -> None:
    if not rows:
        return
    st.dataframe(
        [
            {
                first: name,
                "AM": live_sentences.share_words(figures.am, speaks),
                "RCC": live_sentences.share_words(figures.rcc, speaks),
                translate(speaks, "RCC of Noise"): live_sentences.share_words(figures.rcc_noise, speaks),
                translate(speaks, "RCC of Speechless"): live_sentences.share_words(figures.rcc_speechless, speaks),
                translate(speaks, "Good, bad judged"): f"{figures.am.n}, {figures.rcc.n}",
                translate(speaks, "Children"): max(figures.am.n_children, figures.rcc.n_children),
            }
            for name, figures in rows.items()
        ],
        hide_index=True,
        alt=translate(speaks, "AM and RCC as judged"),
        key=key,
    )
