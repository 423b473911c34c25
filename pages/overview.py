"""Overview: what comes first, what runs, what is warned of, what else there is to do, and what decides now."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.next_action import NextAction, next_actions
from core.domain.standing_warnings import WarningKind
from core.workflows.annotation import judging_progress
from core.workflows.jobs import job_status
from core.workflows.overview import warning_watch, work_state
from core.workflows.training import label_counts
from pages.components.action_result import show_last_result
from pages.components.overview.in_force import render_counts, render_in_force, render_quiet
from pages.components.overview.next_card import render_further, render_next
from pages.components.overview.running_jobs import render_running
from pages.components.overview.warning_list import render_dismiss_button, render_warnings
from pages.components.page_frame import STAFF, begin_page
from pages.components.words import say

account = begin_page(say("Overview"), roles=STAFF, subtitle=say("The state of the work, and what to do next."))
show_last_result()
progress, labels = judging_progress.count_progress(), label_counts.count_labels()
warnings, jobs = warning_watch.standing_warnings(account.role), job_status.newest_of_each_kind()
work = work_state.work_figures(progress, labels, warnings, jobs)
actions = next_actions(work, account.role)
# a backup that is missing is the action itself: its warning is dismissed there, and not shown twice
leads = NextAction.BACK_UP in actions[:1]
lead = next((each for each in warnings if leads and each.warning.kind is WarningKind.BACKUP), None)
beside = partial(render_dismiss_button, lead.warning, account) if lead else None
render_next(actions, work, beside=beside)
if not progress.recordings:
    st.stop()
render_running(jobs)
render_warnings([each for each in warnings if each is not lead], account)
render_counts(progress)
if actions[1:]:
    with st.grid(min(2, len(actions) - 1), min_column_width=320):
        render_further(actions, work)
render_in_force()
render_quiet(progress, labels)
