"""What has changed since the model in force learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.workflows.deployment import changes_since_training, deployment_control
from db import schema, session
from tests.workflows import trained


@pytest.fixture
def learned(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model on 20 children; the sound itself is not there."""
    monkeypatch.setattr(
        changes_since_training,
        "_levels",
        lambda _, items: np.full((len(items), len(changes_since_training.LEVELS)), np.nan),
    )
    trained.label_many(200)
    trained.add_model("a")


def since() -> changes_since_training.ChangesSinceTraining:
    found = changes_since_training.changes_since_training()
    assert found is not None
    return found


def relabel(recording_ids: list[int], label: Label) -> None:
    judgements = schema.judgements
    with session.writing() as tx:
        tx.execute(update(judgements).where(judgements.c.recording_id.in_(recording_ids)).values(label=str(label)))


def test_without_a_model_there_is_nothing_to_compare_with(database: Path) -> None:
    assert changes_since_training.changes_since_training() is None


def test_right_after_learning_nothing_has_changed(learned: None) -> None:
    found = since()
    assert found.is_nothing
    assert (found.then, found.now, found.is_in_force) == (200, 200, False)
    assert (found.shifts, found.clear_shifts) == ((), ())


def test_new_and_changed_labels_children_and_languages_are_counted(learned: None) -> None:
    trained.label_recordings(n_children=4, each=5, name="new")
    relabel([1, 2], Label.SPEECHLESS)
    found = since()
    assert (found.new, found.new_children, found.new_languages) == (20, 4, ("fr",))
    assert found.changed == 1  # the other one was Speechless before
    assert (found.settled, found.in_a_round) == (0, 0)


def test_a_judgement_taken_back_leaves_a_recording_without_a_label(learned: None) -> None:
    judgements = schema.judgements
    with session.writing() as tx:
        gone = (judgements.c.recording_id == 5) & (judgements.c.account_id == 1)
        tx.execute(update(judgements).where(gone).values(label=str(Label.NOISE)))
    assert since().gone == 1


def test_what_is_compared_with_is_the_model_in_force_not_the_newest(learned: None) -> None:
    deployment_control.deploy("a", 0.1, actor=COMMAND_LINE)
    trained.label_recordings(n_children=4, name="new")
    trained.add_model("b")
    assert (since().model.id, since().is_in_force, since().new) == ("a", True, 36)


def test_another_mixture_of_classes_is_noticed(learned: None) -> None:
    ids = trained.label_recordings(n_children=12, each=8, name="noisy")
    relabel(ids, Label.NOISE)
    clear = {one.name: one for one in since().clear_shifts}
    assert clear["Noise"].is_large
    assert clear["Noise"].new == 1.0


def test_louder_recordings_are_noticed(learned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=12, name="loud")
    monkeypatch.setattr(
        changes_since_training,
        "_levels",
        lambda _, items: levels(len(items), loud=len(items) < changes_since_training.MAX_COMPARED),
    )
    found = {one.name: one.is_clear for one in since().shifts}
    assert found["loudness of the speech, dB"]
    assert not found["loudness of the background, dB"]


def levels(n: int, *, loud: bool) -> np.ndarray:
    rng = np.random.default_rng(n)
    return rng.normal([-10.0 if loud else -30.0, -60.0], 3.0, size=(n, 2))
