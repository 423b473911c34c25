from __future__ import annotations

import json

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.domain.models import Probability
from core.errors import NotFound
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation, operating_curves, threshold_sweep
from core.workflows.maintenance import erasure
from db import models, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def model_id() -> str:
    trained.label_recordings(n_children=60)
    return trained.add_model("a").id


def stored(model_id: str, split: str) -> list[Probability]:
    with session.reading() as tx:
        return [one for one in models.probabilities_of(tx, model_id) if one.split == split]


def shares(rows: list[Probability], threshold: float) -> tuple[float, float]:
    rejected = [one.p_accepted < threshold for one in rows if one.label is not Label.ACCEPTED]
    accepted = [one.p_accepted < threshold for one in rows if one.label is Label.ACCEPTED]
    return sum(rejected) / len(rejected), sum(accepted) / len(accepted)


def test_rcc_and_am_counted_by_hand_equal_the_report(model_id: str) -> None:
    report = model_evaluation.report(model_id, 0.10).as_json()
    for split in ("validation", "test"):
        assert shares(stored(model_id, split), report["threshold"]) == (report[split]["rcc"], report[split]["am"])


def test_the_report_has_the_keys_that_programs_read(model_id: str) -> None:
    report = json.loads(json.dumps(model_evaluation.report(model_id, 0.10).as_json(), allow_nan=False))
    counts = {"rcc", "am", "accepted", "rejected"}
    intervals = {"rcc_interval", "am_interval", "am_interval_reason", "rcc_interval_reason"}
    assert {"model", "am_target", "threshold", "f10", "f15", "f_am_m", "am_m"} <= report.keys()
    assert report["validation"].keys() == counts
    assert report["test"].keys() == counts | intervals
    assert report["test"]["accepted"] + report["test"]["rejected"] == len(stored(model_id, "test"))


def test_without_a_model_the_report_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="retrain"):
        model_evaluation.report()
    assert model_evaluation.champion() is None


def test_the_champion_is_the_deployed_model_and_before_that_the_best_of_validation() -> None:
    trained.label_recordings(n_children=60)
    trained.add_model("good", skill=4.0)
    trained.add_model("poor", skill=0.2)
    assert model_evaluation.model_or_champion(None).id == "good"
    deployment_control.deploy("poor", 0.10, actor=COMMAND_LINE)
    assert model_evaluation.model_or_champion(None).id == "poor"


def test_dragging_gives_what_the_report_gives(model_id: str) -> None:
    sweep = threshold_sweep.sweep_thresholds(model_id)
    for target in (0.0, 0.05, 0.10, 0.15, 0.4):
        point, report = sweep.at(target), model_evaluation.report(model_id, target)
        assert point.threshold == report.threshold
        assert (point.test.rcc, point.test.am) == pytest.approx((report.test.rcc, report.test.am))
        assert point.test.rcc_interval == pytest.approx(report.test.rcc_interval)
        assert point.test.am_interval == pytest.approx(report.test.am_interval)
        assert point.test.rejected_caught == report.test.confusion.rejected_caught
        assert point.promise.upper == pytest.approx(report.promise.upper)


def test_what_can_be_promised_is_told_with_the_target_that_keeps_it(model_id: str) -> None:
    sweep = threshold_sweep.sweep_thresholds(model_id)
    found = model_evaluation.report(model_id, 0.10).as_json()["promise"]
    assert found["accepted"] == sweep.totals["test"][Label.ACCEPTED]
    assert found["can_be_kept"] == (found["am_at_most"] <= 0.10)
    keeps = sweep.highest_promised(0.4)
    assert keeps.promise.upper <= 0.4
    assert all(point.promise.upper > 0.4 for point in sweep.points if point.am_target > keeps.am_target)
    assert sweep.highest_promised(0.0001) is None


def test_what_is_kept_of_a_model_is_forgotten_with_a_childs_recordings(model_id: str) -> None:
    before = threshold_sweep.sweep_thresholds(model_id).totals["test"]
    with session.reading() as tx:
        child = next(one.child for one in models.probabilities_of(tx, model_id) if one.split == "test")
    erasure.erase_child(child, actor=COMMAND_LINE)
    after = threshold_sweep.sweep_thresholds(model_id).totals["test"]
    assert sum(before.values()) - sum(after.values()) == 9


def test_a_chart_gets_few_points_with_both_ends_and_the_top() -> None:
    trained.label_many(2_700)
    trained.add_model("a")
    curve = operating_curves.curve_points("a", "train")
    assert 100 < len(curve.thresholds) <= 400
    assert (curve.rcc[0], curve.am[0], curve.rcc[-1], curve.am[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert curve.maximum.threshold in curve.thresholds
    assert curve.accepted_refused[-1] == curve.accepted
