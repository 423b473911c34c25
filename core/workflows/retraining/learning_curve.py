"""Whether more labels pay: a quick learner on growing shares of the training children, tried on the others of them.

An RBF machine on signal dynamics stands for the models proper: it is trained in a fraction of a second and errs alike.
It learns from a quarter, half, three quarters and all of the training children outside a fold, and is tried on those
inside; validation and test children take no part. Several orders of the children and draws of them give the interval.
Runs in a worker, as the last step of a retraining or by itself, and is kept with the job that measured it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.labels import Label, Split
from core.domain.permissions import Permission
from core.domain.snapshots import LabelledRecording, UnlabelledRecording
from core.errors import EarshotError
from core.metrics import intervals, learning_curve
from core.metrics.learning_curve import ExpectedGain as ExpectedGain  # what screens show
from core.metrics.learning_curve import GainVerdict as GainVerdict
from core.metrics.learning_curve import LearningCurve as LearningCurve
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_extraction
from db import jobs as jobs_table
from db import session, snapshots

KIND, STEP, RESULT = "curve", "Are more labels worth it?", "learning_curve"
FAMILY, AM_TARGET, SEED = "dynamics", 0.10, 2019
SHARES = (0.25, 0.5, 0.75, 1.0)
FOLDS, ORDERS, DRAWS = 5, 3, 100
LEAST_CHILDREN, LEAST_LABELS = 10, 60
MOST_LABELS = 4000  # of training children: a support vector machine takes the square of it
STILL_GOOD = 0.1  # a curve stands until there are so many more labels, as a share
USUAL_S = 12.0


def start(*, actor: Actor = COMMAND_LINE) -> Job:
    """Queue it and hand it to a worker; while it is queued or running, that job is returned.

    Raises
    ------
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.RETRAIN)
    return job_launch.begin_job(KIND, run, parameters={}, plan=[(STEP, USUAL_S)], actor=actor)


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    authorisation.require_first(actor, Permission.RETRAIN)
    return job_launch.resume_job(job_id, run, actor=actor)


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _alone)


def _alone(job: RunningJob, _asked: Job) -> None:
    with job.step(STEP) as step:
        job.result = {RESULT: measure(job, step)}


def after_training(job: RunningJob, step: Step) -> None:
    """The same as the last step of a retraining: nothing that goes wrong here undoes what was trained."""
    found = newest()
    with session.reading() as tx:
        n_now = len(snapshots.labelled(tx))
    if found is not None and n_now <= (1 + STILL_GOOD) * found[1]:
        step.reused("Estimated before, from nearly as many labels")
        return
    try:
        job.result[RESULT] = measure(job, step)
    except EarshotError as error:
        step.set(note=str(error))


def newest() -> tuple[LearningCurve, int] | None:
    """The newest curve, its sizes as labels that stand, and how many stood then; None while there is none."""
    with session.reading() as tx:
        done = [job for kind in (KIND, job_status.RETRAIN) for job in jobs_table.newest(tx, kind, state="succeeded")]
    kept = [job for job in done if job.result.get(RESULT)]
    if not kept:
        return None
    said = max(kept, key=lambda job: job.created_at).result[RESULT]
    if not said["sizes"]:
        return None
    draws = np.array([[np.nan if one is None else one for one in row] for row in said["draws"]])
    return LearningCurve(np.array(said["sizes"]), np.array(said["values"]), draws), int(said["labels"])


def gain_since(curve: LearningCurve, labels_then: int, labels_now: int) -> ExpectedGain:
    """What the labels that came since are likely to be worth."""
    return learning_curve.expected_gain(curve, labels_then, labels_now)


def gain_beyond(curve: LearningCurve, labels_now: int) -> ExpectedGain:
    """What about a third more labels than there are now are likely to bring; the number is a round one."""
    tenth = 10 ** max(0, len(str(round(0.3 * labels_now))) - 1)
    more = max(tenth, round(0.3 * labels_now / tenth) * tenth)
    return learning_curve.expected_gain(curve, labels_now, labels_now + more)


def measure(job: RunningJob, step: Step) -> dict[str, Any]:
    """The curve as JSON: sizes (labels that stand), values, draws; empty sizes where there is too little to learn from.

    labels : how many stood
    """
    with session.reading() as tx:
        labelled = snapshots.labelled(tx)
    found = {"labels": len(labelled), "sizes": [], "values": [], "draws": []}
    train = [one for one in labelled if one.split is Split.TRAIN]
    if len(train) < LEAST_LABELS or len({one.child for one in train}) < LEAST_CHILDREN:
        step.reused("Too few labels of training children to tell")
        return found
    some = _some(train)
    asked = [UnlabelledRecording(one.recording_id, one.sha256, one.extension) for one in some]
    feature_extraction.extract_all(FAMILY, asked, job, step)
    features = np.stack(list(feature_extraction.cached_features(FAMILY, asked)))
    children = np.unique([one.child for one in some], return_inverse=True)[1]
    truth = np.array([one.label is Label.ACCEPTED for one in some])
    sizes, values, draws = _tried(features, truth, children, job, step)
    scale = len(labelled) / len(train)  # so many labels of all children come with one of a training child
    whole = [[None if np.isnan(one) else round(float(one), 4) for one in row] for row in draws]
    return found | {
        "sizes": [round(float(size) * scale) for size in sizes],
        "values": [round(float(value), 4) for value in values],
        "draws": whole,
    }


def _some(train: list[LabelledRecording]) -> list[LabelledRecording]:
    """Whole children in a seeded order, until there are enough."""
    by_child: dict[str, list[LabelledRecording]] = {}
    for one in sorted(train, key=lambda one: one.sha256):
        by_child.setdefault(one.child, []).append(one)
    names = sorted(by_child)
    some: list[LabelledRecording] = []
    for number in np.random.default_rng(SEED).permutation(len(names)):
        if len(some) >= MOST_LABELS:
            break
        some += by_child[names[number]]
    return some


def _tried(
    features: np.ndarray, truth: np.ndarray, children: np.ndarray, job: RunningJob, step: Step
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes, f(0.10) at each, and its draws [shape=(ORDERS * DRAWS, n_sizes)]."""
    sizes, values, draws = [], [], []
    for order in range(ORDERS):
        p, learned = _out_of_fold(features, truth, children, order, job, step)
        of_order = [
            intervals.bootstrap_draws_of_f(children, truth, one, AM_TARGET, draws=DRAWS, seed=SEED + order) for one in p
        ]
        sizes.append(learned)
        values.append([np.nanmean(one) for one in of_order])
        draws.append(np.stack(of_order, axis=1))
    return np.mean(sizes, axis=0), np.mean(values, axis=0), np.concatenate(draws)


def _out_of_fold(
    features: np.ndarray, truth: np.ndarray, children: np.ndarray, order: int, job: RunningJob, step: Step
) -> tuple[np.ndarray, np.ndarray]:
    """p of every recording from learners that have not met its child [shape=(n_shares, n)], and what they learned from.

    The children of a smaller share are among those of a larger one.
    """
    place = np.random.default_rng(SEED + order).permutation(children.max() + 1)[children]
    fold = place % FOLDS
    p = np.full((len(SHARES), len(truth)), 0.5)
    learned = np.zeros(len(SHARES))
    for number in range(FOLDS):
        inside, outside = fold == number, np.flatnonzero(fold != number)
        ranks = np.unique(place[outside], return_inverse=True)[1]
        for which, share in enumerate(SHARES):
            job.check()
            shown = outside[ranks < share * (ranks.max() + 1)]
            learned[which] += len(shown) / FOLDS
            p[which, inside] = _learned(features[shown], truth[shown], features[inside])
        step.advance(order * FOLDS + number + 1, ORDERS * FOLDS)
    return p, learned


def _learned(features: np.ndarray, truth: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """p of Accepted; one half where one of the sides is missing."""
    from scipy.special import expit
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    if truth.all() or not truth.any():
        return np.full(len(asked), 0.5)
    machine = make_pipeline(StandardScaler(), SVC(C=3.0, class_weight="balanced", random_state=SEED))
    machine.fit(features, truth)
    return np.asarray(expit(machine.decision_function(asked)))
