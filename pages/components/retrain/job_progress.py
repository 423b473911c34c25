"""A job of any kind: its steps, the time left and a button to cancel; how it ended, and a button to resume."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.actor import Actor
from core.domain.jobs import Job, JobState, JobStep, StepState
from core.workflows.jobs import job_status
from core.workflows.retraining.retraining_job import trained_specs
from pages.components import formatting
from pages.components.action_result import attempt

LOOK_EVERY_S = 1.0
NOUNS = {
    job_status.RETRAIN: "retraining",
    job_status.PAPER: "cross-validation",
    job_status.SEARCH: "search",
    "curve": "estimate",
    "fetch": "download",
}
ICONS = {
    StepState.WAITING: ":material/radio_button_unchecked:",
    StepState.RUNNING: ":material/sync:",
    StepState.DONE: ":material/check_circle:",
    StepState.FAILED: ":material/error:",
}
STATES = {
    JobState.QUEUED: "Waiting for a worker",
    JobState.RUNNING: "Running",
    JobState.SUCCEEDED: "Done",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Cancelled",
    JobState.INTERRUPTED: "Interrupted",
}


def render_live_job(job_id: str, *, actor: Actor) -> None:
    """A live job, refreshed every second; the whole screen reruns when it has ended."""
    st.fragment(run_every=LOOK_EVERY_S)(_live)(job_id, actor)


def _live(job_id: str, actor: Actor) -> None:
    job = job_status.get_job(job_id)
    if not job_status.is_live(job):
        st.rerun(scope="app")
    with st.container(border=True):
        share = min(1.0, job_status.progress_share(job))
        st.progress(share, text=f"**{_state(job)}** · {formatting.time_left(job_status.seconds_left(job))}")
        render_steps(job)
        if job.cancel_requested_at:
            st.caption("Stopping: finished parts stay.")
        else:
            key = f"cancel_{job.kind}"
            st.button("Cancel", key=key, icon=":material/stop_circle:", on_click=_cancel, args=(job.id, actor))


def render_steps(job: Job) -> None:
    """A line a step: what, how far, how long."""
    st.markdown("  \n".join(_step(step) for step in job.steps))


def render_ended_job(job: Job, *, actor: Actor, resume: Callable[..., Job]) -> None:
    """How the newest job of its kind ended, and what can be done about it.

    resume : of the kind's workflow, called with the job's id and the actor
    """
    what = f"The last {NOUNS.get(job.kind, job.kind)}"
    if job.state == "succeeded":
        took = formatting.duration(job.duration_s)
        st.success(f"Took {took}, {formatting.time_text(job.ended_at)}.", title=f"{what} is done")
        return
    show = st.info if job.state == "cancelled" else st.error
    show(job.error or "It stopped before its end.", title=f"{what}: {_state(job).lower()}")
    with st.expander("How far it came"):
        render_steps(job)
    if st.button("Go on", key=f"resume_{job.kind}", type="primary", icon=":material/play_arrow:"):

        def go_on() -> None:
            resume(job.id, actor=actor)

        with st.spinner("Handing it to a worker"):
            attempt(go_on)
        st.rerun()


def job_row(job: Job) -> dict[str, str]:
    """A row of the table of jobs."""
    return {
        "When": formatting.time_text(job.created_at),
        "By": job.started_by or "command line",
        "Trained": ", ".join(f"{spec.features} {spec.kind} {spec.task}" for spec in trained_specs(job)),
        "Took": formatting.duration(job.duration_s),
        "State": _state(job),
        "Why": job.error,
    }


def _step(step: JobStep) -> str:
    parts = [f"{ICONS[step.state]} {step.name}"]
    if step.state is StepState.RUNNING and step.total > 1:
        parts.append(f"{step.done:g} of {step.total:g}")
    if step.note:
        parts.append(formatting.plain(step.note))
    if step.state in (StepState.RUNNING, StepState.DONE) and step.seconds >= 1:
        parts.append(formatting.duration(step.seconds))
    return f"{parts[0]} :small[{' · '.join(parts[1:])}]" if parts[1:] else parts[0]


def _state(job: Job) -> str:
    return STATES[job.state]


def _cancel(job_id: str, actor: Actor) -> None:
    def cancel() -> None:
        job_status.cancel(job_id, actor=actor)

    attempt(cancel)
