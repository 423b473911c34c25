"""Jobs of any kind in words: what they are called, their states, and the screen that is about them."""

from __future__ import annotations

from core.domain.jobs import Job, JobState
from core.translation import mark
from core.workflows.jobs import job_status
from pages.components import formatting
from pages.components.words import say

CURVE, FETCH = "curve", "fetch"
NAMES = {
    job_status.RETRAIN: mark("Retraining"),
    job_status.PAPER: mark("Cross-validation"),
    job_status.SEARCH: mark("Search for hyperparameters"),
    CURVE: mark("What more labels would bring"),
    FETCH: mark("Download of a module"),
}
SCREENS = {job_status.PAPER: "paper", job_status.SEARCH: "paper"}  # all others: Retrain
STATES = {
    JobState.QUEUED: mark("Waiting for a worker"),
    JobState.RUNNING: mark("Running"),
    JobState.SUCCEEDED: mark("Done"),
    JobState.FAILED: mark("Failed"),
    JobState.CANCELLED: mark("Cancelled"),
    JobState.INTERRUPTED: mark("Interrupted"),
}


def job_name(kind: str) -> str:
    """What people call jobs of a kind."""
    return say(NAMES[kind]) if kind in NAMES else kind


def job_screen(kind: str) -> str:
    """The screen where such jobs are begun."""
    return SCREENS.get(kind, "retrain")


def job_state(job: Job) -> str:
    return say(STATES[job.state])


def progress_text(job: Job) -> str:
    """Name, state and the time left of a job that is queued or running."""
    if job.cancel_requested_at is not None:
        return say("**{job}** · stopping; finished parts stay", job=job_name(job.kind))
    left = formatting.time_left(job_status.seconds_left(job))
    return f"**{job_name(job.kind)}** · {job_state(job)} · {left}"
