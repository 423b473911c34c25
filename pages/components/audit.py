"""The audit log: who did what, when, from where, and whether the log is as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC

import pandas as pd
import streamlit as st

from core.domain.actor import Actor
from core.domain.audit import AuditEntry
from core.workflows.accounts import audit_log
from core.workflows.evaluation import model_evaluation
from pages.components import formatting
from pages.components.action_result import showing_errors
from pages.components.pager import choose_begin, render_page_buttons

PAGE_SIZE = 50
EVERY_ACTION = "Everything"
PROBLEMS_SHOWN = 10


def render_audit_log(actor: Actor) -> None:
    """The entries, newest first, by action; and a button that looks through the chain."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        choice = st.selectbox("Show", [EVERY_ACTION, *audit_log.actions(actor=actor)], key="audit-action", width=260)
        action, page_key = None if choice == EVERY_ACTION else choice, f"audit-from-{choice}"
        begin = choose_begin("From entry", page_key)
        page = audit_log.entries(action=action, begin=begin, limit=PAGE_SIZE, actor=actor)
        render_page_buttons(page.bounds, page_key)
    if not page.items:
        st.info("Nothing is recorded yet.", icon=":material/history:")
        return
    titles = model_evaluation.titles()
    st.dataframe(
        pd.DataFrame([_as_row(entry, titles) for entry in page.items]),
        hide_index=True,
        height="content",
        alt="Who did what, when",
        column_config={
            "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone=st.context.timezone)
        },
    )
    more = "More than " if page.has_more else ""
    st.caption(
        f"{more}{formatting.counted(page.total, 'entry', 'entries')}. Nothing here can be changed or removed; "
        "a change that got past the database shows."
    )
    if st.button("Look whether the log was changed", icon=":material/verified:", key="audit-verify"):
        with showing_errors():
            _verify(actor)


def _verify(actor: Actor) -> None:
    report = audit_log.verify(actor=actor)
    if report.is_intact:
        st.success(
            f"All {report.n_entries} entries are as they were written; {report.n_redacted} were redacted by erasures. "
            f"Head of the chain: `{report.head}`",
            icon=":material/verified:",
        )
        return
    shown = "  \n".join(f"Entry {problem.entry_id}: {problem.fault}" for problem in report.problems[:PROBLEMS_SHOWN])
    st.error(shown, title="The log was changed", icon=":material/error:")


def _as_row(entry: AuditEntry, titles: Mapping[str, str]) -> dict[str, object]:
    """titles : what screens call each model, by the id that the log names."""
    detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
    for model_id, title in titles.items():
        detail = detail.replace(json.dumps(model_id), json.dumps(title, ensure_ascii=False))
    return {
        "Entry": entry.id,
        "When": entry.at.replace(tzinfo=UTC),
        "Who": entry.actor,
        "What": entry.action,
        "To what": titles.get(entry.subject, entry.subject),
        "From": entry.address,
        "Details": detail,
    }
