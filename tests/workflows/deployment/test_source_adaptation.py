"""A threshold of its own for a source: shown, put in force, judged, taken back, and carried over to another model."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.sources import ThresholdBasis, ThresholdInForce
from core.errors import NotFound, Refused
from core.workflows.deployment import adaptation_preview, deployment_control, source_adaptation, source_thresholds
from db import deployments, models, session
from tests.workflows import sourced, trained
from tests.workflows.sourced import SOURCE


@pytest.fixture(autouse=True)
def ids(database: Path) -> list[int]:
    return sourced.deployed_with_source()


def in_force(source: str = SOURCE) -> ThresholdInForce:
    with session.reading() as tx:
        now = deployments.newest(tx)
        assert now is not None
        return source_thresholds.threshold_in_force(tx, now.operating_point, source)


def test_a_preview_shows_both_and_changes_nothing() -> None:
    preview = adaptation_preview.preview(SOURCE)
    assert preview.unlabelled.threshold < preview.in_force.point.threshold
    assert preview.unlabelled.rcc_lost > 0
    assert (preview.n, preview.n_drawn, preview.judged) == (120, 0, None)
    assert in_force().basis is ThresholdBasis.COMMON


def test_without_labels_fewer_good_readings_of_the_source_are_refused(ids: list[int]) -> None:
    before = sourced.true_am(ids, in_force().threshold)
    source_adaptation.adapt(SOURCE, with_labels=False, actor=COMMAND_LINE)
    assert in_force().basis is ThresholdBasis.UNLABELLED
    assert sourced.true_am(ids, in_force().threshold) < before
    assert in_force("elsewhere").basis is ThresholdBasis.COMMON


def test_with_judged_recordings_am_of_the_source_keeps_the_target(ids: list[int]) -> None:
    assert source_adaptation.draw(SOURCE, 80, actor=COMMAND_LINE) == 80
    judged = adaptation_preview.preview(SOURCE).judged
    assert judged is not None
    source_adaptation.adapt(SOURCE, with_labels=True, reason="term begins", actor=COMMAND_LINE)
    now = in_force()
    assert now.own is not None
    assert (now.basis, now.own.n_judged, now.own.reason) == (ThresholdBasis.JUDGED, 80, "term begins")
    assert sourced.true_am(ids, now.threshold) <= 0.17
    assert judged.am_interval[0] < judged.am_interval[1]


def test_labels_that_are_not_there_are_asked_for() -> None:
    with pytest.raises(Refused, match="at least 30"):
        source_adaptation.adapt(SOURCE, with_labels=True, actor=COMMAND_LINE)


def test_the_common_threshold_comes_back() -> None:
    source_adaptation.adapt(SOURCE, with_labels=False, actor=COMMAND_LINE)
    source_adaptation.use_common(SOURCE, actor=COMMAND_LINE)
    assert in_force().threshold == in_force("").threshold
    assert source_thresholds.own_thresholds() == []


def test_another_model_gets_a_threshold_without_labels_marked_as_recomputed(ids: list[int]) -> None:
    source_adaptation.draw(SOURCE, 80, actor=COMMAND_LINE)
    source_adaptation.adapt(SOURCE, with_labels=True, actor=COMMAND_LINE)
    judged = in_force().threshold
    trained.add_model("b", seed=1, skill=4.0)
    with session.writing() as tx:
        known = models.shares_of(tx, "b", ids)
        models.add_probabilities(tx, "b", [row for row in sourced.rows(ids, fell=2.0) if row[0] not in known])
    deployment_control.deploy("b", 0.10, anyway=True, reason="newer", actor=COMMAND_LINE)
    now = in_force()
    assert now.own is not None
    assert (now.own.basis, now.own.model_id, now.own.n_judged) == (ThresholdBasis.RECOMPUTED, "b", 0)
    deployment_control.roll_back(actor=COMMAND_LINE)
    assert (in_force().basis, in_force().threshold) == (ThresholdBasis.JUDGED, judged)


def test_another_target_of_the_same_model_recomputes_too() -> None:
    source_adaptation.adapt(SOURCE, with_labels=False, actor=COMMAND_LINE)
    deployment_control.deploy("a", 0.20, actor=COMMAND_LINE)
    assert in_force().basis in (ThresholdBasis.RECOMPUTED, ThresholdBasis.COMMON)


def test_a_source_that_nobody_names_and_one_with_few_recordings_are_refused() -> None:
    with pytest.raises(NotFound, match="school 7"):
        adaptation_preview.preview("school 8")
    with pytest.raises(Refused, match="29"):
        source_adaptation.draw(SOURCE, 29, actor=COMMAND_LINE)
