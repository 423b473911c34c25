"""What decides after an erasure."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.actor import COMMAND_LINE
from core.errors import EarshotError, NotFound
from core.workflows.deployment import deployment_control, scoring
from core.workflows.evaluation import model_evaluation
from core.workflows.maintenance import erasure
from db import deployments, session
from tests.workflows import trained
from tests.workflows.maintenance.erased_children import learner


def test_only_models_that_learned_from_the_child_are_withdrawn(database: Path) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("m1")
    with session.reading() as tx:
        splits = dict(tx.execute(text("SELECT split, min(pseudonym) FROM children GROUP BY split")).all())
    preview = erasure.preview(splits["test"], actor=COMMAND_LINE)
    assert ([model.id for model in preview.tested], preview.learned) == (["m1"], ())
    assert erasure.erase_child(splits["test"], actor=COMMAND_LINE).models == ()
    with session.reading() as tx:
        assert tx.execute(text("SELECT count(*) FROM probabilities")).scalar_one() == 29 * 9
    assert [model.id for model in model_evaluation.models()] == ["m1"]
    assert erasure.erase_child(splits["validation"], actor=COMMAND_LINE).models == ("m1",)
    assert model_evaluation.models() == []


def test_the_deployment_is_rolled_back_to_a_model_that_did_not_learn_from_the_child(
    database: Path,
) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("earlier")
    deployment_control.deploy("earlier", 0.10, actor=COMMAND_LINE)
    trained.label_recordings(n_children=10, name="late")
    trained.add_model("later", skill=3.0)
    with session.writing() as tx:
        point = deployments.add_operating_point(
            tx, "later", am_target=0.1, threshold=0.5, account_id=None, reason="better"
        )
        deployments.add(tx, point, account_id=None, reason="better")
    with session.reading() as tx:
        query = "SELECT min(pseudonym) FROM children WHERE split = 'train' AND pseudonym LIKE 'late-%'"
        late = str(tx.execute(text(query)).scalar_one())
    preview = erasure.preview(late, actor=COMMAND_LINE)
    assert (preview.withdraws_the_deployed, preview.next_in_force) == (True, "earlier")
    erased = erasure.erase_child(late, actor=COMMAND_LINE)
    assert (erased.was_deployed, erased.next_in_force) == (True, "earlier")
    now = deployment_control.current_deployment()
    assert now is not None
    assert (now.operating_point.model_id, "erased" in now.reason) == ("earlier", True)
    with pytest.raises(EarshotError, match="withdrawn"):
        deployment_control.deploy("later", 0.10, anyway=True, reason="x", actor=COMMAND_LINE)


def test_without_another_model_nothing_decides_and_the_message_says_why(database: Path) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("only")
    deployment_control.deploy("only", 0.10, actor=COMMAND_LINE)
    erased = erasure.erase_child(learner(), actor=COMMAND_LINE)
    assert (erased.was_deployed, erased.next_in_force) == (True, None)
    assert deployment_control.current_deployment() is None
    with pytest.raises(NotFound, match="withdrawn when a child"):
        list(scoring.score([("a.wav", b"")]))
