"""What runs now, with its progress."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.jobs import Job
from core.errors import EarshotError
from core.workflows.jobs import job_status
from pages.components.job_words import job_screen, progress_text
from pages.components.words import say

LOOK_EVERY_S = 2.0


def render_running(jobs: Sequence[Job]) -> None:
    """A bar for each job that is queued or running; the screen runs again when one has ended."""
    live = [job.id for job in jobs if job_status.is_live(job)]
    if live:
        st.fragment(run_every=LOOK_EVERY_S)(_bars)(live)


def _bars(job_ids: Sequence[str]) -> None:
    for job_id in job_ids:
        try:
            job = job_status.get_job(job_id)
        except EarshotError:  # gone with a restore
            st.rerun(scope="app")
        if not job_status.is_live(job):
            st.rerun(scope="app")
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.progress(min(1.0, job_status.progress_share(job)), text=progress_text(job))
            st.page_link(f"{job_screen(job.kind)}.py", label=say("Look"), icon=":material/arrow_forward:")
