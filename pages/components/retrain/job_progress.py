"""A job of any kind: its steps, the time left and a button to cancel; how it ended, and a button to resume."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job, JobStep, StepState
from core.sentences import job_sentences
from core.translation import mark
from core.workflows.jobs import job_status
from core.workflows.retraining.retraining_job import trained_specs
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.system_names import spec_title
from pages.components.words import actor_title, language, say

LOOK_EVERY_S = 1.0
TITLES = {
    job_status.RETRAIN: mark("The last retraining: {state}"),
    job_status.PAPER: mark("The last cross-validation: {state}"),
    job_status.SEARCH: mark("The last search: {state}"),
    "curve": mark("The last estimate: {state}"),
    "fetch": mark("The last download: {state}"),
}
ICONS = {
    StepState.WAITING: ":material/radio_button_unchecked:",
    StepState.RUNNING: ":material/sync:",
    StepState.DONE: ":material/check_circle:",
    StepState.FAILED: ":material/error:",
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
            st.caption(say("Stopping: finished parts stay."))
        else:
            key = f"cancel_{job.kind}"
            st.button(say("Cancel"), key=key, icon=":material/stop_circle:", on_click=_cancel, args=(job.id, actor))


def render_steps(job: Job) -> None:
    """A line a step: what, how far, how long."""
    st.markdown("  \n".join(_step(step) for step in job.steps))


def render_ended_job(job: Job, *, actor: Actor, resume: Callable[..., Job]) -> None:
    """How the newest job of its kind ended, and what can be done about it.

    resume : of the kind's workflow, called with the job's id and the actor
    """
    title = say(TITLES.get(job.kind, mark("The last job: {state}")), state=_state(job).lower())
    if job.state == "succeeded":
        took, ended = formatting.duration(job.duration_s), formatting.time_text(job.ended_at)
        st.success(say("Took {duration}, {when}.", duration=took, when=ended), title=title)
        return
    show = st.info if job.state == "cancelled" else st.error
    show(_why(job) or say(job_sentences.NO_REASON), title=title)
    with st.expander(say("How far it came")):
        render_steps(job)
    if st.button(say("Go on"), key=f"resume_{job.kind}", type="primary", icon=":material/play_arrow:"):
        _go_on(job, actor, resume)


def go_on_when_asked(kind: str, *, actor: Actor, resume: Callable[..., Job]) -> None:
    """Resume the job whose button was pressed, before anything slow of the page: a sign comes at once."""
    job = job_status.current_job(kind) if st.session_state.get(f"resume_{kind}") else None
    if job is not None:
        _go_on(job, actor, resume)


def _go_on(job: Job, actor: Actor, resume: Callable[..., Job]) -> None:
    def hand_over() -> None:
        resume(job.id, actor=actor)

    with st.spinner(say("Handing it to a worker. The first one takes some seconds to start."), show_time=True):
        attempt(hand_over)
    st.rerun()


def job_row(job: Job) -> dict[str, str]:
    """A row of the table of jobs."""
    return {
        say("When"): formatting.time_text(job.created_at),
        say("By"): actor_title(job.started_by or COMMAND_LINE.name),
        say("Trained"): ", ".join(spec_title(spec.features, spec.kind, spec.task) for spec in trained_specs(job)),
        say("Took"): formatting.duration(job.duration_s),
        say("State"): _state(job),
        say("Why"): _why(job),
    }


def _step(step: JobStep) -> str:
    parts = [f"{ICONS[step.state]} {job_sentences.step_words(step, speaks=language())}"]
    if step.state is StepState.RUNNING and step.total > 1:
        parts.append(say("{done} of {n}", done=f"{step.done:g}", n=f"{step.total:g}"))
    if step.note:
        parts.append(formatting.plain(job_sentences.note_words(step, speaks=language())))
    if step.state in (StepState.RUNNING, StepState.DONE) and step.seconds >= 1:
        parts.append(formatting.duration(step.seconds))
    return f"{parts[0]} :small[{' · '.join(parts[1:])}]" if parts[1:] else parts[0]


def _state(job: Job) -> str:
    return job_sentences.state_words(job.state, speaks=language())


def _why(job: Job) -> str:
    return job_sentences.error_words(job, speaks=language())


def _cancel(job_id: str, actor: Actor) -> None:
    def cancel() -> None:
        job_status.cancel(job_id, actor=actor)

    attempt(cancel)
