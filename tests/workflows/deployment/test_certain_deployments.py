"""A deployment with a certainty: chosen on validation, stored, shown alike, refused where nothing is sure."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.errors import Refused
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation, predictions, threshold_choice, threshold_sweep
from db import schema, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


def test_a_deployment_stores_its_certainty_and_a_roll_back_brings_it_back() -> None:
    trained.label_many(6000)
    trained.add_model("sure", skill=2.5)
    even = deployment_control.deploy("sure", 0.10, actor=COMMAND_LINE).operating_point
    sure = deployment_control.deploy("sure", 0.10, certainty=Certainty.HIGHEST, actor=COMMAND_LINE).operating_point
    assert (even.certainty, sure.certainty) == (Certainty.EVEN, Certainty.HIGHEST)
    assert 0 < sure.threshold < even.threshold
    assert model_evaluation.report("sure", 0.10).threshold == sure.threshold  # whatever asks for what is in force
    point = threshold_sweep.sweep_thresholds("sure", certainty=Certainty.HIGHEST).at(0.10)
    assert (point.threshold, point.needed) == (sure.threshold, None)
    assert deployment_control.roll_back(actor=COMMAND_LINE).operating_point.certainty is Certainty.EVEN


def test_where_validation_is_too_small_to_be_sure_it_says_how_many_children_would_do() -> None:
    trained.label_recordings(n_children=20, each=3)
    trained.add_model("small", skill=2.5)
    with pytest.raises(Refused, match=r"Validation has \d+ good readings of \d+ children.*About \d+ children with"):
        deployment_control.deploy("small", 0.10, certainty=Certainty.HIGHEST, actor=COMMAND_LINE)
    assert deployment_control.current_deployment() is None
    report = model_evaluation.report("small", 0.10, certainty=Certainty.HIGHEST)
    assert (report.threshold, report.test.am, report.test.rcc) == (0.0, 0.0, 0.0)
    assert report.as_json()["needed"] is not None


def test_a_threshold_in_force_stays_the_one_of_all_screens_when_a_validation_child_is_erased() -> None:
    trained.label_many(3000)
    model = trained.add_model("a", skill=1.0)
    deployed = deployment_control.deploy("a", 0.10, actor=COMMAND_LINE).operating_point.threshold
    with session.writing() as tx:
        rows = predictions.predictions_of_split(tx, model.id, Split.VALIDATION)
        refused = rows.recordings[rows.is_accepted & (rows.p < deployed)].tolist()
        tx.execute(delete(schema.probabilities).where(schema.probabilities.c.recording_id.in_(refused)))
    with session.reading() as tx:
        assert threshold_choice.choose_threshold(tx, "a", 0.10).threshold > deployed
    assert model_evaluation.report("a", 0.10).threshold == deployed
    assert threshold_sweep.sweep_thresholds("a").at(0.10).threshold == deployed
