"""One model, one threshold, one figure: every place that shows the deployment in force shows the same."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from core.__main__ import app as command_line
from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.domain.labels import Role, Split
from core.domain.models import OperatingPoint
from core.learning.tasks import Probabilities
from core.number_words import percent
from core.workflows.deployment import decision_records, deployment_control, model_export, promotion_gate
from core.workflows.deployment.model_export import ExportRequest
from core.workflows.evaluation import model_evaluation, predictions, report_page, threshold_sweep
from core.workflows.retraining import model_cards
from db import session, snapshots
from pages.http.v1_messages import ModelInForce
from tests.pages.looking import component_data
from tests.programs import bearer, key
from tests.workflows import trained

TARGET = 0.10


@pytest.fixture(params=[Certainty.EVEN, Certainty.HIGHEST])
def point(request: pytest.FixtureRequest, copied_storage, signed_in) -> OperatingPoint:
    """Model "a" in force, beside a model "b" of the same training."""
    copied_storage(add_two_models)
    signed_in(Role.STAFF)
    deployment_control.deploy("a", TARGET, certainty=request.param, actor=COMMAND_LINE)
    now = deployment_control.current_deployment()
    assert now is not None
    return now.operating_point


def add_two_models() -> None:
    trained.label_many(4000)
    for seed, model_id in enumerate(("a", "b")):
        trained.add_model(model_id, skill=2.5, seed=seed)


def test_thresholds_are_the_one_in_force_wherever_they_are_shown_or_told(point: OperatingPoint, screen) -> None:
    told = json.loads(CliRunner().invoke(command_line, ["report", "--am", "0.10", "--json"]).stdout)
    rung = threshold_sweep.sweep_thresholds("a", certainty=point.certainty).at(TARGET)
    comparison = promotion_gate.compare_with_champion("b", TARGET)
    assert comparison is not None
    in_force = ModelInForce.of(decision_records.in_force(""))
    thresholds = [told["threshold"], rung.threshold, in_force.threshold, comparison.champion.own_threshold]
    assert thresholds == [point.threshold] * 4
    assert [told["certainty"], in_force.certainty] == [point.certainty.value] * 2
    assert f"{point.threshold:.4f}" in report_page.html("a", TARGET)


def test_am_and_rcc_are_the_same_on_overview_evaluate_in_the_report_and_from_the_terminal(
    point: OperatingPoint, screen
) -> None:
    told = json.loads(CliRunner().invoke(command_line, ["report", "--am", "0.10", "--json"]).stdout)
    am, rcc = told["test"]["am"], told["test"]["rcc"]
    rung = threshold_sweep.sweep_thresholds("a", certainty=point.certainty).at(TARGET)
    assert (rung.test.am, rung.test.rcc) == pytest.approx((am, rcc))
    overview = " ".join(each.value for each in screen("overview").markdown)
    report = re.sub(r"<[^>]+>", " ", report_page.html("a", TARGET))
    for share in (am, rcc):
        assert percent(share) in report
        assert str(round(100 * share)) in overview
    assert model_evaluation.report("a", TARGET).test.am == am


def test_the_handle_and_the_line_in_force_of_evaluate_are_where_the_deployment_is(
    point: OperatingPoint, screen
) -> None:
    test = screen("evaluate", timeout_s=60)
    assert not test.exception
    at_target = [
        rung for rung in rungs_of(component_data(test, "earshot_operating_curve")) if rung["am_target"] == TARGET
    ]
    told = model_evaluation.report("a", TARGET).as_json()["test"]
    assert (point.threshold, told["am"], told["rcc"]) in [
        (rung["threshold"], rung["test"]["am"], rung["test"]["rcc"]) for rung in at_target
    ]
    assert any(f"threshold {point.threshold:.4f}" in line.value for line in test.markdown)


def test_retrain_names_the_threshold_that_is_in_force(point: OperatingPoint, screen) -> None:
    test = screen("retrain", timeout_s=60)
    assert not test.exception
    shown = " ".join(line.value for line in (*test.markdown, *test.caption))
    assert f"{point.threshold:.4f}" in shown


def test_programs_a_second_deploy_and_an_exported_model_are_told_the_threshold_in_force(
    point: OperatingPoint, stranger
) -> None:
    _, secret = key()
    by_http = stranger.get("/v1/model", headers=bearer(secret)).json()
    wish = ["deploy", "a", "--am", "0.10", "--certainty", f"{point.certainty.value}", "--json"]
    again = json.loads(CliRunner().invoke(command_line, wish).stdout)
    exported = model_export.choose_exported_threshold(ExportRequest())
    assert [by_http["threshold"], again["threshold"], exported.threshold] == [point.threshold] * 3
    assert [by_http["am_target"], again["am_target"], exported.am_target] == [TARGET] * 3
    assert [by_http["certainty"], again["certainty"]] == [point.certainty.value] * 2
    assert exported.certainty is point.certainty


def test_the_card_of_a_model_holds_the_figures_of_its_report(point: OperatingPoint) -> None:
    report, model = model_evaluation.report("a", TARGET), model_evaluation.model("a")
    with session.reading() as tx:
        snapshot = snapshots.get(tx, model.snapshot_id)
        rows = predictions.predictions_of_split(tx, "a", Split.TEST)
    assert snapshot is not None
    p_of = dict(zip(rows.recordings.tolist(), rows.p.tolist(), strict=True))
    p = np.array([p_of.get(item.recording_id, 0.0) for item in snapshot.items])
    card = model_cards.split_figures(snapshot, Probabilities(p, None, None), Split.TEST)
    told = report.as_json()
    assert (card["f10"], card["f15"], card["am_m"]) == (told["f10"], told["f15"], told["am_m"])
    assert list(card["f10_interval"]) == told["f10_interval"]


def rungs_of(data: object) -> list[dict]:
    """Every rung in what the component gets."""
    if isinstance(data, list):
        return [rung for part in data for rung in rungs_of(part)]
    if not isinstance(data, dict):
        return []
    return [data] if "am_target" in data and "threshold" in data else rungs_of([*data.values()])
