"""Steps of jobs, as the database stores them."""

from __future__ import annotations

from core.domain.jobs import JobStep, StepState


def test_a_step_comes_back_as_it_was_stored() -> None:
    step = JobStep("Train", StepState.RUNNING, 2, 5, 1.5, "epoch 2", weight=3.0, is_reused=True, details={"held": None})
    assert JobStep.from_json(step.as_json()) == step


def test_a_step_of_an_older_version_has_the_usual_values() -> None:
    step = JobStep.from_json({"name": "Train", "state": "done"})
    assert (step.weight, step.note, step.is_reused, step.share_done) == (1.0, "", False, 1.0)


def test_a_step_without_a_total_has_nothing_done() -> None:
    assert JobStep("Train", StepState.RUNNING, done=3, total=0).share_done == 0.0
