"""Retraining without a click: once so many labels are new, where staff have switched it on. It never deploys.

The web server looks every minute. Several servers may look at once: the database lets one retraining begin. After one
that did not end well nothing begins by itself until a person has looked and retrained, so that a fault is not
repeated all night.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import dataclass

from core.config import without_secrets
from core.domain.actor import Actor
from core.domain.jobs import Job
from core.errors import EarshotError
from core.workflows.annotation import protocols
from core.workflows.jobs import job_status
from core.workflows.retraining import retraining
from core.workflows.training import label_counts

LOOK_EVERY_S = 60.0
AUTOMATIC = Actor(None, "automatic")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RetrainingOutlook:
    """How far off the next automatic retraining is.

    after : new labels that make one due
    new : labels that are new or changed since the newest model learned; all of them while there is no model
    is_waiting_for_a_person : the newest retraining did not end well
    """

    is_on: bool
    after: int
    new: int
    is_waiting_for_a_person: bool

    @property
    def missing(self) -> int:
        """Labels still to come."""
        return max(0, self.after - self.new)

    @property
    def is_due(self) -> bool:
        return self.is_on and not self.missing and not self.is_waiting_for_a_person


def outlook(labels: label_counts.LabelCounts | None = None) -> RetrainingOutlook:
    """How far off the next one is; `labels` where they were counted already."""
    rule = protocols.retraining()[1]
    counted = labels or label_counts.count_labels()
    new = counted.now if counted.since_training is None else counted.since_training
    newest = job_status.current_job(job_status.RETRAIN)
    is_stuck = newest is not None and not job_status.is_live(newest) and newest.state != "succeeded"
    return RetrainingOutlook(rule.is_automatic, rule.after, new, is_stuck)


def start_if_due() -> Job | None:
    """Begin a retraining if one is due; the job that was begun. Costs next to nothing while it is switched off."""
    if not protocols.retraining()[1].is_automatic:
        return None
    newest = job_status.current_job(job_status.RETRAIN)
    if (newest is not None and job_status.is_live(newest)) or not outlook().is_due:
        return None
    return retraining.start(actor=AUTOMATIC)


async def watch_labels() -> None:
    """Check every minute while the server runs. Errors are logged, and the next check is made all the same."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(start_if_due)
        except EarshotError as error:
            log.warning("No automatic retraining: %s", error)
        except Exception:
            log.error("Looking whether a retraining is due broke\n%s", without_secrets(traceback.format_exc()))
