"""The gate: offered, refused, forced with a reason; roll-back; on the same children at the same target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.domain.verdicts import GateVerdict
from core.errors import Conflict, NotFound, Refused
from core.metrics import paired_difference
from core.sentences.gate_sentences import gate_sentence
from core.workflows.deployment import deployment_control, gate_comparison, missing_predictions, promotion_gate
from core.workflows.evaluation import model_evaluation, threshold_sweep
from core.workflows.jobs import cluster
from db import audit, challenges, deployments, models, session
from tests.workflows import trained


@pytest.fixture(autouse=True)
def in_force(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A good model decides; no worker is needed for what is asked already."""
    monkeypatch.setattr(cluster, "run_on_worker", None)
    trained.label_many(400)
    trained.add_model("good", skill=2.5)
    deployment_control.deploy("good", 0.10, actor=COMMAND_LINE)


def decides() -> str | None:
    now = deployment_control.current_deployment()
    return now.operating_point.model_id if now else None


def actions() -> list[str]:
    with session.reading() as tx:
        return [one.action for one in audit.entries(tx, limit=9)[0]]


def test_a_model_that_is_not_worse_is_offered() -> None:
    trained.add_model("alike", skill=2.5, seed=1)
    found = promotion_gate.compare_with_champion("alike", 0.10)
    assert found is not None
    assert (found.verdict, found.is_offered) == (GateVerdict.ALIKE, True)
    deployment_control.deploy("alike", 0.10, actor=COMMAND_LINE)
    assert decides() == "alike"


def test_a_model_that_is_better_is_said_to_be() -> None:
    gain, same = (
        paired_difference.ShareDifference(0.031, 0.01, 0.05, 300, 60),
        paired_difference.ShareDifference(0.0, -0.02, 0.02, 300, 60),
    )
    side = gate_comparison.GatedModel("a", "a", 0.5, 0.9, 0.1)
    found = gate_comparison.GateComparison(side, side, 0.1, gain, same)
    assert found.verdict == GateVerdict.BETTER
    assert gate_sentence(found.verdict, rcc=found.rcc, am=found.am) == (
        "Better than the model in force: of 100, it catches 3.1 more bad recordings and wrongly refuses as many good "
        "readings (95 %: +1.0 to +5.0 caught, −2.0 to +2.0 wrongly refused)."
    )


def test_a_model_that_is_clearly_worse_is_refused_and_the_refusal_is_kept_with_its_figures() -> None:
    trained.add_model("worse", skill=0.3, seed=1)
    with pytest.raises(Refused, match=r"Clearly worse than the model in force: of 100, it catches \d+\.\d fewer"):
        deployment_control.deploy("worse", 0.10, actor=COMMAND_LINE)
    assert decides() == "good"
    kept = promotion_gate.challenge_history()[0]
    assert (kept.challenger_id, kept.champion_id, kept.is_offered) == ("worse", "good", False)
    assert kept.figures["rcc"]["high"] < 0
    assert actions()[0] == "deploy refused"


def test_staff_may_promote_it_all_the_same_with_a_reason() -> None:
    trained.add_model("worse", skill=0.3, seed=1)
    with pytest.raises(Refused, match="Say why Signal dynamics DNN 2 shall decide"):
        deployment_control.deploy("worse", 0.10, anyway=True, reason=" ", actor=COMMAND_LINE)
    done = deployment_control.deploy("worse", 0.10, anyway=True, reason="the other one is broken", actor=COMMAND_LINE)
    assert (decides(), done.reason) == ("worse", "the other one is broken")
    assert actions()[0] == "deploy anyway"


def test_a_loss_on_few_children_is_not_called_chance() -> None:
    loss, no_loss = (paired_difference.ShareDifference(value, -0.4, 0.3, 12, 3) for value in (-0.06, -0.04))
    same = paired_difference.ShareDifference(0.0, -0.1, 0.1, 12, 3)
    side = gate_comparison.GatedModel("a", "a", 0.5, 0.9, 0.1)
    assert gate_comparison.GateComparison(side, side, 0.1, loss, same).verdict == GateVerdict.UNSURE
    assert not gate_comparison.GateComparison(side, side, 0.1, loss, same).is_offered
    assert gate_comparison.GateComparison(side, side, 0.1, no_loss, same).is_offered


def test_a_roll_back_needs_no_challenge() -> None:
    trained.add_model("better", skill=6.0, seed=1)
    deployment_control.deploy("better", 0.10, actor=COMMAND_LINE)
    back_to = deployment_control.previous_deployment()
    assert back_to is not None
    assert back_to.operating_point.model_id == "good"
    deployment_control.roll_back(actor=COMMAND_LINE)
    assert decides() == "good"


def test_the_model_in_force_moves_freely_to_another_target() -> None:
    assert promotion_gate.compare_with_champion("good", 0.2) is None
    assert deployment_control.deploy("good", 0.2, actor=COMMAND_LINE).operating_point.am_target == 0.2
    assert promotion_gate.challenge_history() == []


def test_the_thresholds_are_found_anew_at_the_target_asked_for() -> None:
    trained.add_model("alike", skill=2.5, seed=1)
    low, high = (promotion_gate.compare_with_champion("alike", am) for am in (0.05, 0.3))
    assert low is not None
    assert high is not None
    assert low.champion.threshold < high.champion.threshold
    assert low.challenger.threshold < high.challenger.threshold


def test_the_same_comparison_twice_is_one_row() -> None:
    trained.add_model("alike", skill=2.5, seed=1)
    first, second = (promotion_gate.record_challenge("alike", 0.10) for _ in range(2))
    assert first == second
    assert len(promotion_gate.challenge_history()) == 1


def test_the_champion_is_asked_about_what_it_has_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=10, name="later")
    model = trained.add_model("newer", skill=2.5, seed=1)
    assert not promotion_gate.has_all_predictions("newer")
    asked: list[str] = []
    monkeypatch.setattr(
        missing_predictions,
        "predict_and_store",
        lambda id_, some: asked.append(id_) or answer(id_, some),
    )
    monkeypatch.setattr(cluster, "run_on_worker", lambda function, *arguments, timeout_s: function(*arguments))
    promotion_gate.predict_missing("newer")
    assert promotion_gate.has_all_predictions("newer")
    found = promotion_gate.compare_with_champion("newer", 0.10)
    assert found is not None
    assert found.left_out == 0
    with session.reading() as tx:
        n_test = len(models.p_accepted_of_split(tx, model.id, Split.TEST))
    assert found.rcc.n + found.am.n == n_test


def test_a_model_is_compared_at_the_threshold_that_every_screen_shows_for_it() -> None:
    trained.label_recordings(n_children=10, name="later")
    trained.add_model("newer", skill=2.5, seed=1)
    found = promotion_gate.compare_with_champion("newer", 0.10)
    assert found is not None
    for side in (found.challenger, found.champion):
        assert side.threshold == side.own_threshold == model_evaluation.report(side.id, 0.10).threshold
        assert side.threshold == threshold_sweep.sweep_thresholds(side.id).at(0.10).threshold
    now = deployment_control.current_deployment()
    assert now is not None
    assert found.champion.threshold == now.operating_point.threshold
    assert gate_comparison.GateComparison.of(found.as_figures()) == found


def answer(model_id: str, some: Any) -> None:
    with session.writing() as tx:
        models.add_probabilities(tx, model_id, [(one.recording_id, 0.5, None, None) for one in some])


def test_a_champion_that_cannot_be_asked_is_compared_on_what_it_has_said(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=10, name="later")
    trained.add_model("newer", skill=2.5, seed=1)
    monkeypatch.setattr(cluster, "run_on_worker", lambda function, *arguments, timeout_s: function(*arguments))
    promotion_gate.predict_missing("newer")  # its folder is not there
    found = promotion_gate.compare_with_champion("newer", 0.10)
    assert found is not None
    assert found.left_out > 0
    assert found.is_offered


def test_somebody_who_was_quicker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.add_model("alike", skill=2.5, seed=1)
    trained.add_model("other", skill=2.5, seed=2)
    held = promotion_gate.record_challenge

    def meanwhile(model_id: str, am_target: float, *, certainty: Certainty) -> Any:
        found = held(model_id, am_target, certainty=certainty)
        with session.writing() as tx:
            point = deployments.add_operating_point(
                tx, "other", am_target=0.1, threshold=0.5, account_id=None, reason=""
            )
            deployments.add(tx, point, account_id=None, reason="")
        return found

    monkeypatch.setattr(promotion_gate, "record_challenge", meanwhile)
    with pytest.raises(Conflict, match="Signal dynamics DNN 3 was deployed meanwhile"):
        deployment_control.deploy("alike", 0.10, actor=COMMAND_LINE)


def test_figures_are_read_again_as_they_were_kept() -> None:
    trained.add_model("alike", skill=2.5, seed=1)
    kept = promotion_gate.record_challenge("alike", 0.10)
    assert kept is not None
    assert gate_comparison.GateComparison.of(kept.figures) == promotion_gate.compare_with_champion("alike", 0.10)


def test_what_cannot_be_compared_is_not_offered_and_says_so() -> None:
    nothing = paired_difference.NOT_KNOWN
    side = gate_comparison.GatedModel("a", "a", float("nan"), float("nan"), float("nan"))
    found = gate_comparison.GateComparison(side, side, 0.1, nothing, nothing)
    assert (found.verdict, found.is_offered) == (GateVerdict.UNKNOWN, False)
    assert "cannot be compared" in gate_sentence(found.verdict, rcc=found.rcc, am=found.am)
    assert found.as_figures()["rcc"]["value"] is None


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="'gone'"):
        promotion_gate.compare_with_champion("gone", 0.10)
    with session.reading() as tx:
        assert challenges.newest(tx, "gone", "good", 0.1) is None


def test_a_model_that_loses_noise_alone_is_not_offered() -> None:
    same, lost = (
        paired_difference.ShareDifference(0.0, -0.02, 0.02, 300, 60),
        paired_difference.ShareDifference(-0.3, -0.4, -0.2, 60, 30),
    )
    side = gate_comparison.GatedModel("a", "a", 0.5, 0.9, 0.1)
    found = gate_comparison.GateComparison(side, side, 0.1, same, same, rcc_noise=lost, rcc_speechless=same)
    assert found.verdict == GateVerdict.WORSE
    sentence = gate_sentence(found.verdict, rcc=found.rcc, am=found.am, noise=lost, speechless=same)
    assert "of 100 Noise, 30.0 fewer" in sentence
    assert gate_comparison.GateComparison.of(found.as_figures()) == found


def test_a_real_comparison_has_noise_and_speechless_apart() -> None:
    trained.add_model("worse", skill=0.3, seed=1)
    found = promotion_gate.compare_with_champion("worse", 0.10)
    assert found is not None
    assert found.rcc_noise.n + found.rcc_speechless.n == found.rcc.n
    assert found.rcc_noise.value < 0
