"""Administration: people, erasing a child's data, settings in force, and who did what."""

from __future__ import annotations

import streamlit as st

from pages.components.action_result import show_result
from pages.components.audit import audit_part
from pages.components.erasure import erasure_part
from pages.components.evaluate.settings_table import settings_in_force
from pages.components.page_frame import ADMINISTRATORS, begin_page
from pages.components.people import people

account = begin_page(
    "Administration",
    roles=ADMINISTRATORS,
    subtitle="People, a child's right to be forgotten, settings, and the record.",
)
show_result()
tabs = st.tabs(["People", "Erase a child", "Settings", "Audit"], key="administration-part")
with tabs[0]:
    people(account)
with tabs[1]:
    erasure_part(account)
with tabs[2]:
    settings_in_force()
with tabs[3]:
    audit_part()
