from __future__ import annotations

import json
import time

import numpy as np
import pytest

from core.errors import NotFound
from core.labels import Label
from core.workflows import deploying, evaluating
from core.workflows.actor import COMMAND_LINE
from db import models, session
from db.records import Probability
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
    report = evaluating.report(model_id, 0.10).as_json()
    for split in ("validation", "test"):
        assert shares(stored(model_id, split), report["threshold"]) == (report[split]["rcc"], report[split]["am"])


def test_the_report_has_the_keys_that_programs_read(model_id: str) -> None:
    report = json.loads(json.dumps(evaluating.report(model_id, 0.10).as_json(), allow_nan=False))
    counts = {"rcc", "am", "accepted", "rejected"}
    assert {"model", "am_target", "threshold", "f10", "f15", "f_am_m", "am_m"} <= report.keys()
    assert report["validation"].keys() == counts
    assert report["test"].keys() == counts | {"rcc_interval", "am_interval"}
    assert report["test"]["accepted"] + report["test"]["rejected"] == len(stored(model_id, "test"))


def test_without_a_model_the_report_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="retrain"):
        evaluating.report()
    assert evaluating.champion() is None


def test_the_champion_is_the_deployed_model_and_before_that_the_best_of_validation() -> None:
    trained.label_recordings(n_children=60)
    trained.add_model("good", skill=4.0)
    trained.add_model("poor", skill=0.2)
    assert evaluating.chosen(None).id == "good"
    deploying.use("poor", 0.10, actor=COMMAND_LINE)
    assert evaluating.chosen(None).id == "poor"


def test_confusions_are_worst_first_and_all_of_them_are_counted(model_id: str) -> None:
    threshold = evaluating.report(model_id, 0.10).threshold
    found = evaluating.confusions(model_id, threshold, limit=3)
    refused = [one.probability.p_accepted for one in found.accepted_refused]
    passed = [one.probability.p_accepted for one in found.noise_passed]
    everything = stored(model_id, "test")
    wrong = sorted(one.p_accepted for one in everything if one.label is Label.ACCEPTED and one.p_accepted < threshold)
    assert refused == wrong[:3]
    assert found.n_accepted_refused == len(wrong)
    assert passed == sorted(passed, reverse=True)
    assert min(passed) >= threshold


def test_a_confusion_comes_with_both_judgements_and_the_probabilities(model_id: str) -> None:
    found = evaluating.confusions(model_id, 0.5, limit=1).speechless_passed[0]
    assert [one.label for one in found.judged.judgements] == [Label.SPEECHLESS, Label.SPEECHLESS]
    assert found.judged.recording.id == found.probability.recording_id
    assert found.probability.p_speechless is not None


def test_dragging_gives_what_the_report_gives(model_id: str) -> None:
    drag = evaluating.drag_points(model_id)
    for target in (0.0, 0.05, 0.10, 0.15, 0.4, 1.0):
        at = max(k for k, am in enumerate(drag.validation_am) if am <= target)
        report = evaluating.report(model_id, target)
        counts = report.test.confusion
        assert drag.thresholds[at] == report.threshold
        assert (drag.test_rcc[at], drag.test_am[at]) == (report.test.rcc, report.test.am)
        assert drag.test_noise_passed[at] + drag.test_speechless_passed[at] == counts.rejected_passed


def test_a_chart_gets_few_points_with_both_ends_and_the_top() -> None:
    trained.label_many(2_700)
    trained.add_model("a")
    curve = evaluating.curve_points("a", "train")
    assert 100 < len(curve.thresholds) <= 400
    assert (curve.rcc[0], curve.am[0], curve.rcc[-1], curve.am[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert curve.maximum.threshold in curve.thresholds
    assert curve.accepted_refused[-1] == curve.accepted


@pytest.mark.slow
def test_twenty_thousand_recordings_are_answered_in_a_tenth_of_a_second() -> None:
    trained.label_many(20_000)
    trained.add_model("a")
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        evaluating.confusions("a", 0.5, limit=20)
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 0.1
