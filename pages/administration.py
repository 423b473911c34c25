"""Administration: people, keys, webhooks, erasing a child's data, backups, settings in force, and who did what."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from pages.components.action_result import show_last_result
from pages.components.api_keys import render_keys
from pages.components.audit import render_audit_log
from pages.components.backups import render_backups
from pages.components.erasure import is_preview_wanted, render_erasure
from pages.components.page_frame import ADMINISTRATORS, begin_page
from pages.components.people import render_accounts
from pages.components.settings_table import render_settings
from pages.components.webhooks import render_webhooks

account = begin_page(
    "Administration",
    roles=ADMINISTRATORS,
    subtitle="Accounts, keys for programs, webhooks, erasing a child's data, backups, the settings, and the audit log.",
)
show_last_result()
ERASE = "Erase a child"
default = ERASE if is_preview_wanted() else None
tabs = st.tabs(
    ["People", "Keys", "Webhooks", ERASE, "Backups", "Settings", "Audit"], key="administration-part", default=default
)
with tabs[0]:
    render_accounts(account)
with tabs[1]:
    render_keys()
with tabs[2]:
    render_webhooks()
with tabs[3]:
    render_erasure(account)
with tabs[4]:
    render_backups(account)
with tabs[5]:
    render_settings()
with tabs[6]:
    render_audit_log(Actor.of(account))
