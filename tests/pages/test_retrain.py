"""The Retrain screen: one click, live progress, how it ended, and the models there are."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.features import FAMILIES
from core.domain.actor import COMMAND_LINE
from core.domain.catalogue import FAMILY_NAMES, KIND_NAMES
from core.domain.labels import Role
from core.domain.stored_modules import StoredModule
from core.errors import Unavailable
from core.messages import Message
from core.metrics import paired_difference
from core.workflows.annotation import protocols
from core.workflows.deployment import (
    changes_since_training,
    deployment_control,
    gate_comparison,
    gate_figures,
    promotion_gate,
)
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_status
from core.workflows.maintenance import module_fetch_job
from core.workflows.retraining import learning_curve, refresh_set, retraining
from core.workflows.retraining.retraining_job import trained_specs
from core.workflows.training import model_specs, module_store
from db import jobs as jobs_table
from db import session
from pages.components.retrain import choose_systems
from tests.pages import seeding


@pytest.fixture
def ids(database, signed_in) -> list[int]:
    signed_in(Role.STAFF)
    made = seeding.seed_recordings()
    seeding.seed_judgements(made)
    return made


@pytest.fixture
def handed_over(monkeypatch) -> list[str]:
    """The cluster takes every job and does nothing."""
    taken: list[str] = []
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda function, job_id, key: taken.append(job_id))
    return taken


def end(state: str, error: str = "") -> None:
    job = retraining.start(actor=COMMAND_LINE)
    with session.writing() as tx:
        jobs_table.end(tx, job.id, state, error=Message(error) if error else None)


def test_it_says_how_many_labels_there_are_to_learn_from(ids, screen):
    test = screen("retrain")
    assert not test.exception
    assert f"{seeding.N - 3} recordings" in test.markdown[0].value


def test_one_click_starts_a_job(ids, handed_over, screen):
    test = screen("retrain")
    test.button(key="retrain").click().run()
    assert not test.exception
    assert handed_over == [job_status.current_job().id]
    assert test.button(key="retrain").disabled
    assert any("Labels" in one.value for one in test.markdown)


def test_others_can_be_chosen(ids, handed_over, screen):
    test = screen("retrain")
    test.pills(key="features").select("mfcc")
    test.pills(key="networks").select("dnn")
    test.run()
    test.button(key="retrain").click().run()
    systems = job_status.current_job().parameters["systems"]
    assert {(features, kind) for features, kind, _ in systems} == {("mfcc", "dnn")}


def test_where_a_module_comes_from_is_said_before_it_is_needed(ids, screen):
    test = screen("retrain")
    test.pills(key="features").select("vggish").run()
    assert any("EARSHOT_VGGISH" in one.value and "unpack" in one.value for one in test.markdown)


def test_a_running_job_shows_its_steps_and_can_be_cancelled(ids, handed_over, screen):
    retraining.start(actor=COMMAND_LINE)
    test = screen("retrain")
    assert test.progress[0].value == 0
    test.button(key="cancel_retrain").click().run()
    assert not test.exception
    assert job_status.current_job().state == "cancelled"


def test_a_failure_says_why(ids, handed_over, screen):
    end("failed", "The module at https://example.org cannot be loaded.")
    test = screen("retrain")
    assert "cannot be loaded" in test.error[0].value
    assert not test.button(key="retrain").disabled


def test_an_interrupted_job_goes_on(ids, handed_over, screen):
    end("interrupted", "The process that ran this job ended.")
    test = screen("retrain")
    test.button(key="resume_retrain").click().run()
    assert not test.exception
    assert job_status.current_job().state == "queued"
    assert len(handed_over) == 2


def test_a_cluster_out_of_reach_is_said(ids, monkeypatch, screen):
    def unreachable(*_: object, **__: object) -> None:
        raise Unavailable("The cluster does not answer.")

    monkeypatch.setattr("core.workflows.jobs.cluster.submit", unreachable)
    test = screen("retrain")
    test.button(key="retrain").click().run()
    assert not test.exception
    assert any("does not answer" in one.value for one in test.error)


def test_two_new_models_stand_side_by_side(ids, screen):
    names = seeding.seed_models(ids)
    deployment_control.deploy(names[0], 0.1, actor=COMMAND_LINE)
    test = screen("retrain")
    assert not test.exception
    assert [metric.label for metric in test.metric].count("RCC") == 2
    models = test.dataframe[0].value
    assert list(models["Model"]) == ["Signal dynamics DNN 1", "MFCC RNN 1"]
    assert list(models["In force"]) == ["yes", ""]


@pytest.fixture
def in_force(ids) -> list[str]:
    """Two models of one retraining, the first of them in force."""
    names = seeding.seed_models(ids)
    deployment_control.deploy(names[0], 0.1, actor=COMMAND_LINE)
    return names


@pytest.fixture
def lost(in_force, monkeypatch) -> gate_comparison.GateComparison:
    """The gate finds the second one clearly worse."""
    loss, same = (
        paired_difference.ShareDifference(-0.2, -0.3, -0.1, 40, 9),
        paired_difference.ShareDifference(0.0, -0.1, 0.1, 20, 9),
    )
    sides = [
        gate_comparison.GatedModel(name, name, 0.5, 0.7, 0.1, own_threshold)
        for name, own_threshold in ((in_force[1], 0.4321), (in_force[0], 0.5))
    ]
    found = gate_comparison.GateComparison(*sides, 0.1, loss, same)
    monkeypatch.setattr(
        promotion_gate,
        "compare_with_champion",
        lambda model_id, _, certainty=None: found if model_id == in_force[1] else None,
    )
    monkeypatch.setattr(gate_figures, "compare", lambda *_: found)
    return found


def titles(test) -> list[str]:
    return [one.value for one in test.header]


def test_it_says_what_has_changed_since_the_model_in_force_learned(in_force, screen):
    test = screen("retrain")
    assert not test.exception
    assert "Since the model in force learned" in titles(test)
    assert [one.label for one in test.metric][:3] == ["New labels", "Changed labels", "New children"]


def test_while_nothing_is_in_force_every_model_is_offered(ids, screen):
    seeding.seed_models(ids)
    test = screen("retrain")
    assert "Side by side, when at most 10 % are wrongly refused" in titles(test)
    test.button(key="promote_0").click().run()
    test.button(key="confirm_use").click().run()
    assert not test.exception
    assert deployment_control.current_deployment().operating_point.am_target == 0.1


def test_a_model_that_lost_is_shown_with_its_figures_and_is_not_offered(lost, screen):
    test = screen("retrain")
    assert any(
        "Clearly worse than the model in force: of 100, it catches 20.0 fewer" in one.value for one in test.markdown
    )
    assert test.button(key="promote").label == "Deploy it anyway"


def test_the_threshold_that_a_deployment_takes_stands_beside_that_of_the_comparison(lost, screen):
    sides = [line.value for line in screen("retrain").markdown if "threshold 0.5000" in line.value]
    assert [side.partition("[")[2] for side in sides] == [
        "threshold 0.5000 in this comparison, 0.4321 when deployed]",
        "threshold 0.5000]",
    ]


def test_it_is_promoted_anyway_only_with_a_reason(lost, in_force, screen):
    test = screen("retrain")
    test.button(key="promote").click().run()
    test.button(key="confirm_use").click().run()
    assert "Say why" in test.error[0].value
    assert deployment_control.current_deployment().operating_point.model_id == in_force[0]
    test.button(key="promote").click().run()  # a dialog stays open in a browser, not here
    test.text_area(key="reason_to_use").set_value("The one in force misses a language")
    test.button(key="confirm_use").click().run()
    assert not test.exception
    now = deployment_control.current_deployment()
    assert (now.operating_point.model_id, now.reason) == (in_force[1], "The one in force misses a language")


def test_a_roll_back_says_what_it_goes_back_to(in_force, screen):
    deployment_control.deploy(in_force[0], 0.2, actor=COMMAND_LINE)
    test = screen("retrain")
    assert "at most **10.0 %**" in test.button(key="roll_back").help
    test.button(key="roll_back").click().run()
    test.button(key="confirm_roll_back").click().run()
    assert deployment_control.current_deployment().operating_point.am_target == 0.1


def test_the_card_of_a_model_opens_and_one_that_never_decided_can_be_deleted(in_force, screen):
    test = screen("retrain")
    test.selectbox(key="card_of").select(in_force[0]).run()
    assert not test.exception
    assert not any(one.key == "delete_model" for one in test.button)
    test.selectbox(key="card_of").select(in_force[1]).run()
    test.button(key="delete_model").click().run()
    test.button(key="confirm_delete").click().run()
    assert not test.exception
    assert [one.id for one in model_evaluation.models()] == [in_force[0]]


def test_refusals_stay_to_be_looked_at(lost, in_force, screen):
    promotion_gate.record_challenge(in_force[1], 0.1)
    test = screen("retrain")
    assert "Not offered so far: 1" in [one.label for one in test.expander]


def test_it_is_switched_to_retrain_by_itself_and_says_how_many_labels_are_missing(in_force, screen):
    test = screen("retrain")
    test.toggle(key="automatic-on").set_value(True)
    test.number_input(key="automatic-after").set_value(50)
    next(one for one in test.button if one.label == "Save").click().run()
    assert not test.exception
    assert protocols.retraining()[1] == protocols.RetrainingProtocol(True, 50)
    assert any("of 50 new labels are there" in one.value for one in screen("retrain").caption)


def test_whether_more_labels_pay_is_estimated_by_a_button(ids, handed_over, screen):
    test = screen("retrain")
    test.button(key="estimate").click().run()
    assert not test.exception
    assert job_status.current_job(learning_curve.KIND).state == "queued"
    assert any(one.label == "Cancel" for one in test.button)


def test_a_curve_is_drawn_with_what_it_promises(in_force, screen, monkeypatch):
    values = np.array([0.80, 0.85, 0.875, 0.89])
    curve = learning_curve.LearningCurve(np.array([30, 60, 80, 110]), values, np.tile(values, (9, 1)))
    monkeypatch.setattr(learning_curve, "newest", lambda: learning_curve.CurveEstimate(curve, seeding.N - 3))
    test = screen("retrain")
    assert not test.exception
    assert any("Likely to gain about" in one.value for one in test.markdown)


def test_every_kind_that_can_be_trained_can_be_chosen():
    assert set(KIND_NAMES) == set(model_specs.KINDS)
    assert set(FAMILY_NAMES) == set(FAMILIES) == set(choose_systems.ABOUT_FAMILIES)


def test_without_labels_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("retrain")
    assert test.info[0].proto.title == "There is no label to learn from yet"
    assert test.button(key="retrain").disabled


def test_a_judge_may_not_see_it(ids, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("retrain")
    assert "This screen is for" in test.error[0].value
    assert not any(button.key == "retrain" for button in test.button)


def test_going_on_is_handed_over_before_anything_slow_of_the_page(ids, handed_over, screen, monkeypatch):
    end("interrupted", "The process that ran this job ended.")
    test = screen("retrain")
    n_handed_over: list[int] = []
    slow = changes_since_training.changes_since_training
    monkeypatch.setattr(
        changes_since_training, "changes_since_training", lambda: n_handed_over.append(len(handed_over)) or slow()
    )
    test.button(key="resume_retrain").click().run()
    assert not test.exception
    assert set(n_handed_over) == {2}


def test_modules_are_fetched_by_a_button_(ids, handed_over, screen):
    test = screen("retrain")
    assert any("**VGGish**: is not here yet." in one.value for one in test.markdown)

    test.button(key="fetch_vggish").click().run()
    assert not test.exception
    job = job_status.current_job(module_fetch_job.KIND)
    assert handed_over == [job.id]
    assert job.parameters == {"module": "vggish"}


def test_a_stand_in_is_shown_with_its_hash_and_that_it_is_none(ids, screen):
    words = "This is not VGGish, and figures made with it must not be called VGGish's."
    module_store.record(
        StoredModule(
            "vggish",
            "ab" * 32,
            289_000_000,
            "",
            0,
            "/mnt/usb",
            "2026-11-25T10:00:00+00:00",
            is_genuine=False,
            words=words,
        )
    )

    test = screen("retrain")
    assert any("This is not VGGish" in one.value for one in test.warning)
    assert any("289.0 MB" in one.value and "ab" * 32 in one.value for one in test.caption)


def test_what_one_click_trains_is_shown_with_its_time_and_chosen_once(ids, handed_over, screen):
    test = screen("retrain")
    (before,) = [one.value for one in test.caption if one.value.startswith("One click trains")]
    assert "**The product's own model** (about" in before
    assert "**MFCC DNN** (about" in before
    assert any("As soon as the module is here: VGGish DNN, VGGish RNN." in one.value for one in test.caption)

    test.pills(key="refreshed").set_value(["product"])
    test.button(key="save_refreshed").click().run()
    assert not test.exception
    assert refresh_set.chosen_names() == ("product",)
    test.button(key="retrain").click().run()
    assert [spec.kind for spec in trained_specs(job_status.current_job())] == ["fusion"]
