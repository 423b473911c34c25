from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.errors import Conflict, NotFound, Refused
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation, operating_curves
from db import audit, deployments, session
from tests.workflows import trained


@pytest.fixture(autouse=True)
def two_models(database: Path) -> None:
    trained.label_recordings()
    trained.add_model("a")
    trained.add_model("b", seed=1)


def use(model_id: str, am: float = 0.10) -> str:
    return deployment_control.deploy(
        model_id, am, reason="tried it", anyway=True, actor=COMMAND_LINE
    ).operating_point.model_id


def in_force() -> str | None:
    deployed = deployment_control.current_deployment()
    return deployed.operating_point.model_id if deployed else None


def test_the_threshold_is_the_one_that_validation_gives() -> None:
    point = deployment_control.deploy("a", 0.10, reason="few complaints", actor=COMMAND_LINE).operating_point
    report = model_evaluation.report("a", 0.10)
    assert point.threshold == report.threshold
    assert report.validation.am <= 0.10
    assert (point.reason, point.chosen_by) == ("few complaints", "command line")


def test_the_newest_deployment_is_in_force() -> None:
    assert in_force() is None
    use("a")
    use("b")
    assert in_force() == "b"
    with session.reading() as tx:
        history = deployments.newest_first(tx, limit=9)
    assert [deployment.operating_point.model_id for deployment in history] == ["b", "a"]


def test_rolling_back_twice_goes_two_steps_back_and_never_forward() -> None:
    for model_id, am in (("a", 0.05), ("b", 0.10), ("a", 0.20)):
        use(model_id, am)
    assert deployment_control.roll_back(actor=COMMAND_LINE).operating_point.am_target == 0.10
    assert deployment_control.roll_back(actor=COMMAND_LINE).operating_point.am_target == 0.05
    assert deployment_control.previous_deployment() is None
    with pytest.raises(Conflict, match="none before it"):
        deployment_control.roll_back(actor=COMMAND_LINE)


def test_after_a_roll_back_and_a_new_choice_one_goes_back_to_what_was_in_force() -> None:
    use("a")
    use("b")
    deployment_control.roll_back(actor=COMMAND_LINE)
    use("b", 0.15)
    assert deployment_control.roll_back(actor=COMMAND_LINE).operating_point.model_id == "a"


def test_after_a_roll_back_there_is_a_way_forward_and_to_every_decision_of_before() -> None:
    for model_id, am in (("a", 0.05), ("b", 0.10), ("a", 0.20)):
        use(model_id, am)
    assert deployment_control.following_deployment() is None
    for _ in range(2):
        deployment_control.roll_back(actor=COMMAND_LINE)
    for am in (0.10, 0.20):
        following = deployment_control.following_deployment()
        assert following is not None
        again = deployment_control.deploy_again(following.operating_point.id, reason="calmer", actor=COMMAND_LINE)
        assert again.operating_point.am_target == am
    assert deployment_control.following_deployment() is None
    first = deployment_control.past_deployments()[-1].operating_point
    assert deployment_control.deploy_again(first.id, actor=COMMAND_LINE).operating_point.am_target == 0.05
    with pytest.raises(Conflict, match="is in force"):
        deployment_control.deploy_again(first.id, actor=COMMAND_LINE)
    with pytest.raises(NotFound, match="never in force"):
        deployment_control.deploy_again(999, actor=COMMAND_LINE)


def test_nothing_deployed_cannot_be_rolled_back() -> None:
    with pytest.raises(Conflict, match="Nothing is deployed"):
        deployment_control.roll_back(actor=COMMAND_LINE)


def test_an_unknown_model_and_an_impossible_target_are_refused() -> None:
    with pytest.raises(NotFound, match="'c'"):
        use("c")
    with pytest.raises(Refused, match=r"1\.5"):
        use("a", 1.5)
    assert in_force() is None


def test_deploying_and_rolling_back_are_audited() -> None:
    use("a")
    use("b")
    deployment_control.roll_back(reason="too many complaints", actor=COMMAND_LINE)
    with session.reading() as tx:
        found = [(entry.action, entry.subject) for entry in audit.entries(tx, limit=9)[0]]
    assert found[:3] == [("roll back", "a"), ("deploy", "b"), ("deploy", "a")]


def test_a_choice_is_the_largest_threshold_within_the_target() -> None:
    report = model_evaluation.report("a", 0.10)
    curve = operating_curves.curve_points("a", "validation")
    allowed = [t for t, am in zip(curve.thresholds, curve.am, strict=True) if am <= 0.10]
    assert report.threshold == max(allowed)
