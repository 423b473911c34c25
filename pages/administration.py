"""Administration: people, erasing a child's data, settings in force, and who did what."""

from __future__ import annotations

import json
from datetime import UTC

import pandas as pd
import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.workflows.accounts import audit_log
from core.workflows.maintenance import erasure
from pages.components.action_result import show_last_result, showing_errors
from pages.components.page_frame import ADMINISTRATORS, begin_page
from pages.components.people import render_accounts
from pages.components.settings_table import render_settings

ENTRIES_A_PAGE = 50
EVERY_ACTION = "Everything"


def erase(administrator: Account) -> None:
    """Erase one child, for good; asks for the pseudonym twice."""
    st.markdown(
        "Removes every recording of a child: the sound, what was computed from it, its judgements, and its place in "
        "the lists that models learned from. Models that were trained on it stay; the answer names them, so that you "
        "can retrain without it. **This cannot be undone**, and a backup made earlier still holds the data."
    )
    with st.form("erase", clear_on_submit=True, width=520):
        pseudonym = st.text_input("Pseudonym of the child", key="erase-child", autocomplete="off")
        again = st.text_input("The same again, to confirm", key="erase-again", autocomplete="off")
        is_sent = st.form_submit_button("Erase for good", icon=":material/delete_forever:", type="primary")
    if not is_sent:
        return
    if not pseudonym or pseudonym != again:
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


def log() -> None:
    """The audit, newest first, by action."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        action = st.selectbox("Show", [EVERY_ACTION, *audit_log.actions()], key="audit-action", width=260)
        place = st.empty()
    chosen = None if action == EVERY_ACTION else action
    total = audit_log.entries(action=chosen, limit=0).total
    number = 1
    if total > ENTRIES_A_PAGE:
        number = place.pagination(-(-total // ENTRIES_A_PAGE), key=f"audit-page-{action}")
    entries = audit_log.entries(action=chosen, limit=ENTRIES_A_PAGE, offset=(number - 1) * ENTRIES_A_PAGE).items
    rows = [
        {
            "When": entry.at.replace(tzinfo=UTC),
            "Who": entry.actor,
            "What": entry.action,
            "To what": entry.subject,
            "Details": json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        }
        for entry in entries
    ]
    if not rows:
        st.info("Nothing is recorded yet.", icon=":material/history:")
        return
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        alt="Who did what, when",
        column_config={
            "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone=st.context.timezone)
        },
    )
    st.caption(f"{total} entries. Nothing here can be changed or removed.")


account = begin_page(
    "Administration",
    roles=ADMINISTRATORS,
    subtitle="People, a child's right to be forgotten, settings, and the record.",
)
show_last_result()
tabs = st.tabs(["People", "Erase a child", "Settings", "Audit"], key="administration-part")
with tabs[0]:
    render_accounts(account)
with tabs[1]:
    erase(account)
with tabs[2]:
    render_settings()
with tabs[3]:
    log()
