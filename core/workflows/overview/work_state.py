"""The state of the work, from which `core.domain.next_action` says what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.domain.jobs import Job
from core.domain.next_action import WorkFigures
from core.domain.standing_warnings import WarningKind
from core.workflows.annotation import judging_progress
from core.workflows.deployment import deployment_control
from core.workflows.jobs import job_status
from core.workflows.maintenance import stored_backups
from core.workflows.overview.warning_watch import WatchedWarning
from core.workflows.training import label_counts
from db import session

STOPPED = (job_status.JobState.FAILED, job_status.JobState.INTERRUPTED)
STOPPED_LATELY = timedelta(days=7)  # whoever has not gone on with it by then will not


def work_figures(warnings: Sequence[WatchedWarning], jobs: Sequence[Job]) -> WorkFigures:
    """Counts that are kept, and what `warnings` and `jobs` (the newest of each kind) say."""
    progress, labels = judging_progress.count_progress(), label_counts.count_labels()
    shown = {watched.warning.kind for watched in warnings if watched.dismissed is None}
    live, since = {job.kind for job in jobs if job_status.is_live(job)}, session.now() - STOPPED_LATELY
    stopped = [job.kind for job in jobs if job.state in STOPPED and job.kind not in live and job.created_at > since]
    return WorkFigures(
        recordings=progress.recordings,
        to_judge=progress.to_judge,
        to_settle=progress.disagreed,
        labels=labels.now,
        new_labels=labels.since_training,
        is_deployed=deployment_control.current_deployment() is not None,
        is_alarm_raised=WarningKind.CLASS_ALARM in shown,
        stopped_job=stopped[0] if stopped else "",
        is_training=any(job.kind == job_status.RETRAIN and job_status.is_live(job) for job in jobs),
        is_backup_due=WarningKind.BACKUP in shown and stored_backups.is_offered(),
    )
