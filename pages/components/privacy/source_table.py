"""What is kept how long, source by source, and what goes soon."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Account
from core.domain.retention import ChildRetention, SourceRetention
from core.sentences import retention_sentences
from core.translation import translate
from core.workflows.maintenance import retention_outlook
from pages.components import formatting
from pages.components.markdown import plain


def render_outlook(sources: Sequence[SourceRetention], children: Sequence[ChildRetention], account: Account) -> None:
    """Figures at a glance, and a sentence for each source of which something goes within a week."""
    speaks = account.speaks
    without = sum(not child.consent for child in children)
    with st.grid(3, min_column_width=190):
        st.metric(translate(speaks, "Children"), formatting.grouped(len(children)), border=True)
        st.metric(translate(speaks, "Without consent"), formatting.grouped(without), border=True)
        soon = sum(outlook.within_week for outlook in sources)
        st.metric(translate(speaks, "Go within 7 days"), formatting.grouped(soon), border=True)
    lines = [plain(retention_sentences.goes_soon(speaks, outlook)) for outlook in sources if outlook.within_week]
    if lines:
        st.warning("  \n".join(lines), icon=":material/auto_delete:")


def render_sources(sources: Sequence[SourceRetention], account: Account) -> None:
    """A row a source, and when the server last looked."""
    speaks = account.speaks
    if not sources:
        return
    st.dataframe(
        [_as_row(outlook, speaks) for outlook in sources],
        hide_index=True,
        alt=translate(speaks, "What is kept how long, by source"),
        key="sources-table",
    )
    runs = retention_outlook.runs()
    if runs:
        words = translate(
            speaks,
            "The server looked on {day}: {n} recordings went, {postponed} wait for a judge or a job.",
            day=runs[0].day,
            n=runs[0].recordings,
            postponed=runs[0].postponed,
        )
        st.caption(words)


def _as_row(outlook: SourceRetention, speaks: str) -> dict[str, str | int]:
    keeping_time = retention_sentences.keeping_time(speaks, outlook.rule)
    by_default = translate(speaks, "{kept} (default)", kept=keeping_time)
    return {
        translate(speaks, "Source"): retention_sentences.source_name(speaks, outlook.source),
        translate(speaks, "Recordings"): outlook.recordings,
        translate(speaks, "Children"): outlook.children,
        translate(speaks, "Without consent"): outlook.children_without_consent,
        translate(speaks, "Kept"): keeping_time if outlook.has_own_rule or outlook.rule is None else by_default,
        translate(speaks, "First goes on"): formatting.date_text(outlook.next_at.date())
        if outlook.next_at
        else formatting.DASH,
        translate(speaks, "Within 7 days"): outlook.within_week,
        translate(speaks, "Within 30 days"): outlook.within_month,
    }
