"""The learning curve: a quick classifier on growing shares of the training children, tested on the others of them.

An RBF machine on signal dynamics stands for the models proper: it is trained in a fraction of a second and errs alike.
It learns from a quarter, half, three quarters and all of the training children outside a fold, and is tried on those
inside; validation and test children take no part. Several orders of the children and draws of them give the interval.
Runs in a worker, as the last step of a retraining or by itself, and is stored with the job that measured it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.json_types import JsonObject, JsonValue, json_of, list_of, number_of, object_of
from core.domain.labels import Label, Split
from core.domain.permissions import Permission
from core.domain.snapshots import LabelledRecording, UnlabelledRecording
from core.errors import EarshotError
from core.messages import Message
from core.metrics import bootstrap_intervals, learning_curve
from core.metrics.learning_curve import ExpectedGain as ExpectedGain  # what screens show
from core.metrics.learning_curve import LearningCurve as LearningCurve
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_extraction, lost_files
from db import jobs as jobs_table
from db import recording_counts, session, standing_labels

KIND, STEP, RESULT = "curve", "Are more labels worth it?", "learning_curve"
FAMILY, AM_TARGET, SEED = "dynamics", 0.10, 2019
SHARES = (0.25, 0.5, 0.75, 1.0)
FOLDS, ORDERS, DRAWS = 5, 3, 100
LEAST_CHILDREN, LEAST_LABELS = 10, 60
MOST_LABELS = 4000  # of training children: a support vector machine takes the square of it
STILL_GOOD = 0.1  # a curve stands until there are so many more labels, as a share
USUAL_S = 12.0
NO_CURVE = LearningCurve(np.zeros(0), np.zeros(0), np.zeros((0, 0)))


@dataclass(frozen=True)
class CurveEstimate:
    """A curve, its sizes as labels of all children, and how many labels stood when it was estimated."""

    curve: LearningCurve
    n_labels: int

    @staticmethod
    def from_json(stored: JsonObject) -> CurveEstimate:
        sizes, values = (_numbers(stored.get(name)) for name in ("sizes", "values"))
        draws = np.array([_numbers(row) for row in list_of(stored.get("draws"))])
        return CurveEstimate(LearningCurve(sizes, values, draws), int(number_of(stored.get("labels"), 0)))

    def as_json(self) -> JsonObject:
        """As a job stores it, rounded; NaN becomes null."""
        return {
            "labels": self.n_labels,
            "sizes": [round(float(size)) for size in self.curve.sizes],
            "values": json_of([round(float(value), 4) for value in self.curve.values]),
            "draws": json_of([[round(float(value), 4) for value in row] for row in self.curve.draws]),
        }


def _numbers(stored: JsonValue) -> Float64Array:
    """[shape=(n,)], NaN for null."""
    return np.array([number_of(value, np.nan) for value in list_of(stored)], dtype=np.float64)


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


def _alone(job: RunningJob, _started: Job) -> None:
    with job.step(STEP) as step:
        job.result = {RESULT: measure(job, step).as_json()}


def after_training(job: RunningJob, step: Step) -> None:
    """The same as the last step of a retraining: an error here does not undo the training."""
    before = newest()
    with session.reading_counts() as tx:
        n_labels = recording_counts.count_labelled(tx)
    if before is not None and n_labels <= (1 + STILL_GOOD) * before.n_labels:
        step.reused(Message("Estimated before, from nearly as many labels"))
        return
    try:
        job.result[RESULT] = measure(job, step).as_json()
    except EarshotError as error:
        step.note(error.message)


def newest() -> CurveEstimate | None:
    """The newest curve; None while there is none, or where there was too little to learn from."""
    with session.reading() as tx:
        ended = [job for kind in (KIND, job_status.RETRAIN) for job in jobs_table.newest(tx, kind, state="succeeded")]
    with_curve = [job for job in ended if job.result.get(RESULT)]
    if not with_curve:
        return None
    job = max(with_curve, key=lambda job: job.created_at)
    estimate = CurveEstimate.from_json(object_of(job.result[RESULT]))
    return estimate if len(estimate.curve.sizes) else None


def gain_since(curve: LearningCurve, labels_then: int, labels_now: int) -> ExpectedGain:
    """The gain to expect of the labels that came since."""
    return learning_curve.expected_gain(curve, labels_then, labels_now)


def gain_beyond(curve: LearningCurve, labels_now: int) -> ExpectedGain:
    """The gain to expect of about a third more labels than there are now; their number is a round number."""
    tenth = 10 ** max(0, len(str(round(0.3 * labels_now))) - 1)
    more = max(tenth, round(0.3 * labels_now / tenth) * tenth)
    return learning_curve.expected_gain(curve, labels_now, labels_now + more)


def measure(job: RunningJob, step: Step) -> CurveEstimate:
    """The curve of the labels that stand; without sizes where there is too little to learn from."""
    with session.reading() as tx:
        labelled = standing_labels.labelled(tx)
    train = [recording for recording in labelled if recording.split is Split.TRAIN]
    lost = set(lost_files.lost(train))
    if len(lost) < len(train):  # else the extraction raises
        train = [recording for recording in train if recording.recording_id not in lost]
    if len(train) < LEAST_LABELS or len({recording.child for recording in train}) < LEAST_CHILDREN:
        step.reused(Message("Too few labels of training children to tell"))
        return CurveEstimate(NO_CURVE, len(labelled))
    sample = _sample(train)
    recordings = [UnlabelledRecording(each.recording_id, each.sha256, each.extension) for each in sample]
    feature_extraction.extract_all(FAMILY, recordings, job, step)
    data = _Data(
        features=np.stack(list(feature_extraction.cached_features(FAMILY, recordings))),
        is_accepted=np.array([recording.label is Label.ACCEPTED for recording in sample]),
        children=np.unique([recording.child for recording in sample], return_inverse=True)[1],
    )
    curve = _curve(data, job, step)
    scale = len(labelled) / len(train)  # so many labels of all children come with each of a training child
    return CurveEstimate(replace(curve, sizes=np.round(curve.sizes * scale)), len(labelled))


@dataclass(frozen=True)
class _Data:
    """Recordings of training children: features [shape=(n, n_values)], labels and child indices [shape=(n,)]."""

    features: FloatArray
    is_accepted: BoolArray
    children: IntArray


def _sample(train: list[LabelledRecording]) -> list[LabelledRecording]:
    """Whole children in a seeded order, until there are enough recordings."""
    by_child: dict[str, list[LabelledRecording]] = {}
    for recording in sorted(train, key=lambda recording: recording.sha256):
        by_child.setdefault(recording.child, []).append(recording)
    names = sorted(by_child)
    sample: list[LabelledRecording] = []
    for number in np.random.default_rng(SEED).permutation(len(names)):
        if len(sample) >= MOST_LABELS:
            break
        sample += by_child[names[number]]
    return sample


def _curve(data: _Data, job: RunningJob, step: Step) -> LearningCurve:
    """f(0.10) by the number of training recordings, as the mean over orders of the children, with their draws."""
    sizes, values, draws = [], [], []
    for order in range(ORDERS):
        p_of_shares, n_learned = _out_of_fold(data, order, job, step)
        of_order = [
            bootstrap_intervals.bootstrap_draws_of_f(
                data.children, data.is_accepted, p, AM_TARGET, draws=DRAWS, seed=SEED + order
            )
            for p in p_of_shares
        ]
        sizes.append(n_learned)
        values.append([np.nanmean(of_share) for of_share in of_order])
        draws.append(np.stack(of_order, axis=1))
    return LearningCurve(np.mean(sizes, axis=0), np.mean(values, axis=0), np.concatenate(draws))


def _out_of_fold(data: _Data, order: int, job: RunningJob, step: Step) -> tuple[Float64Array, Float64Array]:
    """p of every recording by learners that have not met its child [shape=(n_shares, n)], and the mean number of
    recordings that they learned from [shape=(n_shares,)].

    The children of a smaller share are among those of a larger one.
    """
    rank = np.random.default_rng(SEED + order).permutation(data.children.max() + 1)[data.children]
    fold = rank % FOLDS
    p = np.full((len(SHARES), len(rank)), 0.5)
    n_learned = np.zeros(len(SHARES))
    for number in range(FOLDS):
        inside, outside = fold == number, np.flatnonzero(fold != number)
        ranks_outside = np.unique(rank[outside], return_inverse=True)[1]
        for place, share in enumerate(SHARES):
            job.check()
            train = outside[ranks_outside < share * (ranks_outside.max() + 1)]
            n_learned[place] += len(train) / FOLDS
            p[place, inside] = _fit_and_predict(data.features[train], data.is_accepted[train], data.features[inside])
        step.advance(order * FOLDS + number + 1, ORDERS * FOLDS)
    return p, n_learned


def _fit_and_predict(features: FloatArray, is_accepted: BoolArray, tested: FloatArray) -> Float64Array:
    """p of Accepted [shape=(n_tested,)]; one half where a class is missing."""
    from scipy.special import expit
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    if is_accepted.all() or not is_accepted.any():
        return np.full(len(tested), 0.5)
    machine = make_pipeline(StandardScaler(), SVC(C=3.0, class_weight="balanced", random_state=SEED))
    machine.fit(features, is_accepted)
    return np.asarray(expit(machine.decision_function(tested)), np.float64)
