"""The state of the work, from which `core.domain.next_action` says what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.domain.jobs import Job, JobState
from core.domain.next_action import WorkFigures
from core.domain.standing_warnings import WarningKind
from core.workflows.annotation.judging_progress import JudgingProgress
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_status
from core.workflows.maintenance import stored_backups
from core.workflows.overview.warning_watch import WatchedWarning
from core.workflows.training.label_counts import LabelCounts
from db import session

STOPPED = (JobState.FAILED, JobState.INTERRUPTED)
STOPPED_LATELY = timedelta(days=7)  # whoever has not gone on with it by then will not


def work_figures(
    progress: JudgingProgress, labels: LabelCounts, warnings: Sequence[WatchedWarning], jobs: Sequence[Job]
) -> WorkFigures:
    """The figures of what was looked up already; jobs : the newest of each kind."""
    shown = {watched.warning.kind for watched in warnings if watched.dismissed is None}
    live, since = {job.kind for job in jobs if job_status.is_live(job)}, session.now() - STOPPED_LATELY
    stopped = [job.kind for job in jobs if job.state in STOPPED and job.kind not in live and job.created_at > since]
    return WorkFigures(
        recordings=progress.recordings,
        to_judge=progress.to_judge,
        to_settle=progress.disagreed,
        labels=labels.now,
        new_labels=labels.since_training,
        has_model=model_evaluation.champion() is not None,
        is_deployed=deployment_control.current_deployment() is not None,
        is_alarm_raised=WarningKind.CLASS_ALARM in shown,
        stopped_job=stopped[0] if stopped else "",
        is_training=any(job.kind == job_status.RETRAIN and job_status.is_live(job) for job in jobs),
        is_backup_due=WarningKind.BACKUP in shown and stored_backups.is_offered(),
    )
