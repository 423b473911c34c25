"""Every job, of whatever kind: what runs with its progress, what ended and how, with buttons to cancel and to go on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.jobs import Job, JobState
from core.sentences.job_sentences import error_words
from core.workflows.jobs import job_status
from core.workflows.maintenance import module_fetch_job
from core.workflows.paper import cross_validation
from core.workflows.retraining import learning_curve, retraining
from core.workflows.search import hyperparameter_search
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.job_words import CURVE, FETCH, job_name, job_screen, job_state, progress_text
from pages.components.markdown import plain
from pages.components.words import language, say

PAGE_SIZE = 20
PAGE = "jobs-page"  # the session's key
LOOK_EVERY_S = 2.0
RESUME: dict[str, Callable[..., Job]] = {
    job_status.RETRAIN: retraining.resume,
    job_status.PAPER: cross_validation.resume,
    job_status.SEARCH: hyperparameter_search.resume,
    CURVE: learning_curve.resume,
    FETCH: module_fetch_job.resume,
}
STOPPED = (JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED)
COLOURS = {
    JobState.SUCCEEDED: "green",
    JobState.FAILED: "red",
    JobState.INTERRUPTED: "orange",
    JobState.CANCELLED: "gray",
    JobState.QUEUED: "blue",
    JobState.RUNNING: "blue",
}


def render_jobs(account: Account) -> None:
    """Newest first, a page at a time."""
    page = int(st.session_state.get(PAGE, 1))  # a job is long: there are never so many that pages shift while one reads
    total, newest = job_status.all_jobs(limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    if not total:
        st.info(say("Nothing was ever trained, searched or downloaded here."), icon=":material/manufacturing:")
        return
    stopped_kinds = _may_go_on()
    for job in newest:
        if job_status.is_live(job):
            st.fragment(run_every=LOOK_EVERY_S)(_render_live)(job.id, account)
        else:
            _render_ended(job, account, may_go_on=job.id in stopped_kinds)
    if total > PAGE_SIZE:
        st.pagination(-(-total // PAGE_SIZE), key=PAGE)


def _may_go_on() -> set[str]:
    """The jobs that stopped before their end and are the newest of their kind: older ones were replaced."""
    newest = job_status.newest_of_each_kind()
    live = {job.kind for job in newest if job_status.is_live(job)}
    return {job.id for job in newest if job.state in STOPPED and job.kind not in live and job.kind in RESUME}


def _render_live(job_id: str, account: Account) -> None:
    job = job_status.get_job(job_id)
    if not job_status.is_live(job):
        st.rerun(scope="app")
    with st.container(border=True):
        st.progress(min(1.0, job_status.progress_share(job)), text=progress_text(job))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(_begun(job))
            st.button(
                say("Cancel"),
                key=f"cancel-job-{job.id}",
                icon=":material/stop_circle:",
                disabled=job.cancel_requested_at is not None,
                on_click=_cancel,
                args=(job.id, account),
            )


def _render_ended(job: Job, account: Account, *, may_go_on: bool) -> None:
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
    ):
        with st.container(gap="small"):
            st.markdown(f"**{job_name(job.kind)}** :{COLOURS[job.state]}-badge[{job_state(job)}]")
            took = say("took {duration}", duration=formatting.duration(job.duration_s)) if job.duration_s else ""
            st.caption(" · ".join(filter(None, [_begun(job), took, plain(error_words(job, speaks=language()))])))
        with st.container(horizontal=True, width="content"):
            if may_go_on:
                st.button(
                    say("Go on"),
                    key=f"resume-job-{job.id}",
                    icon=":material/play_arrow:",
                    help=say("What is finished is not computed again."),
                    on_click=_go_on,
                    args=(job.id, job.kind, account),
                )
            st.page_link(f"{job_screen(job.kind)}.py", label=say("Look"), icon=":material/arrow_forward:")


def _begun(job: Job) -> str:
    who = plain(job.started_by) if job.started_by else say("command line")
    return say("{when}, by {name}", when=formatting.time_text(job.created_at), name=who)


def _cancel(job_id: str, account: Account) -> None:
    def cancel() -> str:
        job_status.cancel(job_id, actor=Actor.of(account))
        return ""

    attempt(cancel)


def _go_on(job_id: str, kind: str, account: Account) -> None:
    def go_on() -> str:
        RESUME[kind](job_id, actor=Actor.of(account))
        return say("Handed to a worker again")

    attempt(go_on)
