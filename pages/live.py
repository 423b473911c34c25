"""Live: what is decided in class, how right that is by the labels of drawn recordings, and what is drawn."""

from __future__ import annotations

import streamlit as st

from core.translation import mark, translate
from core.workflows.deployment import live_alarms, live_figures
from pages.components import screen_address
from pages.components.action_result import show_last_result, showing_errors
from pages.components.current_account import current_account
from pages.components.empty_state import render_empty_state
from pages.components.live.alarm_view import render_alarm
from pages.components.live.decisions_view import render_decisions
from pages.components.live.drift_view import render_drift
from pages.components.live.judged_view import render_figures, render_judged
from pages.components.live.plan_view import render_plan
from pages.components.live.threshold_view import render_other_threshold
from pages.components.page_frame import STAFF, begin_page

JUDGED, DECISIONS, THRESHOLD, DRIFT, PLAN = "judged", "decisions", "threshold", "drift", "plan"
TABS = {
    JUDGED: mark("As judged"),
    DECISIONS: mark("Last decisions"),
    THRESHOLD: mark("Another threshold"),
    DRIFT: mark("Sound"),
    PLAN: mark("What judges hear"),
}

looking = current_account()
speaks = looking.speaks if looking else "en"
account = begin_page(
    translate(speaks, "Live"),
    roles=STAFF,
    subtitle=translate(speaks, "What is decided in class, and how right it is by what judges hear of it."),
)
show_last_result()
with showing_errors():
    report, alarm = live_figures.report(), live_alarms.look()
    if report is None or alarm is None:
        render_empty_state(
            translate(speaks, "Nothing is deployed yet"),
            translate(speaks, "When a model and a threshold are deployed, this screen shows what they do in class."),
            screen="evaluate.py",
            link=translate(speaks, "To Evaluate"),
        )
        st.stop()
    render_alarm(report, alarm, account)
    render_figures(report, account)
    st.session_state.setdefault("live-tab", screen_address.choice_in_address("tab", TABS, JUDGED))
    tab = st.segmented_control(
        translate(speaks, "View"),
        list(TABS),
        format_func=lambda name: translate(speaks, TABS[name]),
        required=True,
        key="live-tab",
        label_visibility="collapsed",
    )
    screen_address.put_in_address("tab", tab or JUDGED)
    if tab == DECISIONS:
        render_decisions(account)
    elif tab == THRESHOLD:
        render_other_threshold(report, account)
    elif tab == DRIFT:
        render_drift(account)
    elif tab == PLAN:
        render_plan(account)
    else:
        render_judged(report, account)
