"""Administration: accounts, erasing a child's data, the settings, and the audit log."""

from __future__ import annotations

import json
from datetime import UTC

import pandas as pd
import streamlit as st

from core.domain.accounts import Account, AuditEntry
from core.domain.actor import Actor
from core.workflows.accounts import audit_log
from core.workflows.maintenance import erasure
from pages.components import formatting
from pages.components.action_result import show_last_result, showing_errors
from pages.components.page_frame import ADMINISTRATORS, begin_page
from pages.components.pager import chosen_begin, render_pagination
from pages.components.people import render_accounts
from pages.components.settings_table import render_settings

PAGE_SIZE = 50
EVERY_ACTION = "Everything"


def render_erasure(administrator: Account) -> None:
    """Erase one child, for good; the pseudonym is typed twice."""
    st.markdown(
        "Removes every recording of a child: the sound, what was computed from it, its judgements, and its place in "
        "the lists that models learned from. Models that were trained on it stay; the answer names them, so that you "
        "can retrain without it. **This cannot be undone**, and a backup made earlier still holds the data."
    )
    with st.form("erase", clear_on_submit=True, width=520):
        pseudonym = st.text_input("Pseudonym of the child", key="erase-child", autocomplete="off")
        repeated = st.text_input("The same again, to confirm", key="erase-again", autocomplete="off")
        is_sent = st.form_submit_button("Erase for good", icon=":material/delete_forever:", type="primary")
    if not is_sent:
        return
    if not pseudonym or pseudonym != repeated:
        st.error("Type the same pseudonym in both fields. Nothing was erased.", icon=":material/error:")
        return
    with showing_errors():
        erased = erasure.erase_child(pseudonym, actor=Actor.of(administrator))
        st.success(
            f"{erased.recordings} recordings and {erased.judgements} judgements are gone.",
            title="Erased",
            icon=":material/check:",
        )
        if erased.models:
            st.info(
                f"Trained with this child's recordings: {', '.join(erased.models)}.", icon=":material/model_training:"
            )


def render_audit_log() -> None:
    """The audit log, newest first, of all actions or of one."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        choice = st.selectbox("Show", [EVERY_ACTION, *audit_log.actions()], key="audit-action", width=260)
        place = st.empty()
    action, page_key = None if choice == EVERY_ACTION else choice, f"audit-page-{choice}"
    total = audit_log.entries(action=action, limit=0).total
    render_pagination(total, PAGE_SIZE, page_key, place=place)
    entries = audit_log.entries(action=action, limit=PAGE_SIZE, offset=chosen_begin(PAGE_SIZE, page_key)).items
    if not entries:
        st.info("Nothing is recorded yet.", icon=":material/history:")
        return
    st.dataframe(
        pd.DataFrame([_row(entry) for entry in entries]),
        hide_index=True,
        height="content",
        alt="Who did what, when",
        column_config={
            "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone=st.context.timezone)
        },
    )
    st.caption(f"{formatting.counted(total, 'entry', 'entries')}. Nothing here can be changed or removed.")


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "When": entry.at.replace(tzinfo=UTC),
        "Who": entry.actor,
        "What": entry.action,
        "To what": entry.subject,
        "Details": json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    }


account = begin_page(
    "Administration",
    roles=ADMINISTRATORS,
    subtitle="Accounts, erasing a child's data, the settings, and the audit log.",
)
show_last_result()
tabs = st.tabs(["People", "Erase a child", "Settings", "Audit"], key="administration-part")
with tabs[0]:
    render_accounts(account)
with tabs[1]:
    render_erasure(account)
with tabs[2]:
    render_settings()
with tabs[3]:
    render_audit_log()
