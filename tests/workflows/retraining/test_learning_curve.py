"""Whether more labels pay, on recordings that are easy to tell apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import Refused
from core.workflows.jobs import cluster, job_status, running_job
from core.workflows.retraining import learning_curve
from core.workflows.training import feature_extraction, snapshots
from tests.workflows import labelled_sounds, trained


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job stays queued until the test runs it here; few orders and draws."""
    monkeypatch.setattr(cluster, "submit", lambda *_, key: None)
    monkeypatch.setattr(learning_curve, "ORDERS", 1)
    monkeypatch.setattr(learning_curve, "DRAWS", 20)
    monkeypatch.setattr(learning_curve, "LEAST_LABELS", 40)
    monkeypatch.setattr(learning_curve, "LEAST_CHILDREN", 8)


def estimate() -> job_status.Job:
    job = learning_curve.start()
    learning_curve.run(job.id)
    return job_status.get_job(job.id)


def test_it_learns_from_growing_shares_of_the_training_children_alone() -> None:
    labelled_sounds.label_sounds()
    snapshot = snapshots.freeze(seed=0)
    assert estimate().state == "succeeded"
    newest = learning_curve.newest()
    assert newest is not None
    curve, labels = newest.curve, newest.n_labels
    assert labels == len(snapshot.items)
    assert list(curve.sizes) == sorted(curve.sizes)
    assert curve.sizes[-1] < labels
    assert curve.draws.shape == (20, 4)
    assert curve.values[-1] > 0.8


def test_the_same_labels_give_the_same_curve() -> None:
    labelled_sounds.label_sounds()
    snapshots.freeze(seed=0)
    assert estimate().result == estimate().result


def test_too_few_labels_are_said_to_be() -> None:
    job = estimate()
    assert job.steps[0].note.startswith("Too few labels")
    assert learning_curve.newest() is None


def test_what_goes_wrong_does_not_undo_a_retraining(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings()
    trained.freeze()

    def broken(*_: object) -> None:
        raise Refused("no sound")

    monkeypatch.setattr(feature_extraction, "extract_all", broken)
    job = running_job.take_job(learning_curve.start().id)
    assert job is not None
    with job, job.step(learning_curve.STEP) as step:
        learning_curve.after_training(job, step)
    ended = job_status.current_job(learning_curve.KIND)
    assert ended is not None
    assert (ended.state, ended.steps[0].note) == ("succeeded", "no sound")


def test_the_next_third_is_a_round_number() -> None:
    values = np.linspace(0.8, 0.9, 4)
    curve = learning_curve.LearningCurve(np.array([300, 600, 850, 1120]), values, np.tile(values, (9, 1)))
    assert learning_curve.gain_beyond(curve, 1397).labels_to == 1397 + 400
    assert learning_curve.gain_beyond(curve, 21).labels_to == 21 + 6
