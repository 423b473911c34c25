"""Administration: people, programs, backups, data, health, jobs, settings, and who did what."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.translation import mark
from pages.components import screen_address
from pages.components.action_result import show_last_result
from pages.components.administration.exports import render_exports
from pages.components.administration.health import render_health
from pages.components.administration.jobs import render_jobs
from pages.components.administration.retention_overview import render_retention_overview
from pages.components.api_keys import render_keys
from pages.components.audit import render_audit_log
from pages.components.backups import render_backups
from pages.components.erasure import is_preview_wanted, render_erasure
from pages.components.page_frame import ADMINISTRATORS, begin_page
from pages.components.people import render_accounts
from pages.components.settings_table import render_settings
from pages.components.webhooks import render_webhooks
from pages.components.words import say

PEOPLE, PROGRAMS, DATA, BACKUPS = "people", "programs", "data", "backups"
HEALTH, JOBS, SETTINGS, AUDIT = "health", "jobs", "settings", "audit"
PARTS = {  # as they stand in the address
    PEOPLE: mark("People"),
    PROGRAMS: mark("Programs"),
    DATA: mark("Data"),
    BACKUPS: mark("Backups"),
    HEALTH: mark("Health"),
    JOBS: mark("Jobs"),
    SETTINGS: mark("Settings"),
    AUDIT: mark("Audit"),
}

account = begin_page(
    say("Administration"),
    roles=ADMINISTRATORS,
    subtitle=say("People and programs, backups and exports, what the server does, and who did what."),
)
show_last_result()
part = DATA if is_preview_wanted() else screen_address.choice_in_address("part", PARTS, PEOPLE)
tabs = dict(
    zip(
        PARTS,
        st.tabs(
            [say(title) for title in PARTS.values()],
            key="administration-part",
            default=say(PARTS[part]),
            on_change="rerun",
        ),
        strict=True,
    )
)
with tabs[PEOPLE]:
    render_accounts(account)
with tabs[PROGRAMS]:
    st.header(say("Keys for programs"), anchor=False)
    render_keys()
    st.header(say("Webhooks"), anchor=False)
    render_webhooks()
with tabs[DATA]:
    st.header(say("Exports"), anchor=False)
    render_exports(account)
    st.header(say("Retention"), anchor=False)
    render_retention_overview()
    st.header(say("Erase a child"), anchor=False)
    render_erasure(account)
with tabs[BACKUPS]:
    render_backups(account)
with tabs[HEALTH]:
    if tabs[HEALTH].open:  # what is away is waited for, a few seconds
        render_health()
with tabs[JOBS]:
    render_jobs(account)
with tabs[SETTINGS]:
    render_settings()
with tabs[AUDIT]:
    render_audit_log(Actor.of(account))
