"""Consent and retention: whose consent is known, what is kept how long, and what goes when."""

from __future__ import annotations

import streamlit as st

from core.domain.labels import Role
from core.translation import translate
from core.workflows.maintenance import retention_outlook
from pages.components.action_result import show_last_result, showing_errors
from pages.components.current_account import current_account
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.privacy.children_table import render_children
from pages.components.privacy.rule_form import render_rule_form
from pages.components.privacy.source_table import render_outlook, render_sources
from pages.components.privacy.undo import render_undo

looking = current_account()
speaks = looking.speaks if looking else "en"
account = begin_page(
    translate(speaks, "Consent and retention"),
    roles=STAFF,
    subtitle=translate(speaks, "Whose consent is known, what is kept how long, and what goes when."),
)
show_last_result()
render_undo(account)
with showing_errors():
    sources, children = retention_outlook.by_source(), retention_outlook.by_child()
    if children or sources:
        render_outlook(sources, children, account)
    else:
        render_empty_state(
            translate(speaks, "No recordings yet"),
            translate(speaks, "How long they will be kept can be set before the first one comes in."),
            screen="recordings.py",
            link=translate(speaks, "Import recordings"),
        )
    by_source, by_child = st.tabs(
        [translate(speaks, "Kept how long"), translate(speaks, "Children and consent")], key="privacy-part"
    )
    with by_source:
        render_sources(sources, account)
        if account.role is Role.ADMIN:
            render_rule_form(sources, account)
        else:
            st.caption(translate(speaks, "Administrators set how long recordings are kept."))
    with by_child:
        render_children(children, account)
