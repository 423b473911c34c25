"""Every model: what may be deleted, what may be taken away."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.errors import Conflict, NotFound
from core.workflows.deployment import deployment_control, promotion_gate
from core.workflows.evaluation import model_evaluation
from core.workflows.retraining import model_history
from tests.workflows import trained


@pytest.fixture(autouse=True)
def two_models(database: Path) -> None:
    trained.label_many(400)
    for seed, model_id in enumerate(("a", "b")):
        trained.add_model(model_id, skill=2.5, seed=seed)
        folder = settings().models / model_id / "multiclass"
        folder.mkdir(parents=True)
        (folder / "network.json").write_text("{}")
        (folder.parent / "card.json").write_text(json.dumps({"id": model_id}))
    deployment_control.deploy("a", 0.10, actor=COMMAND_LINE)


def test_the_history_says_who_decides_and_how_each_fared() -> None:
    promotion_gate.record_challenge("b", 0.10)
    newest, first = model_history.all_models()
    assert (newest.model.id, newest.is_in_force, newest.can_be_deleted, newest.has_folder) == ("b", False, True, True)
    assert newest.challenge is not None
    assert newest.challenge.champion_id == "a"
    assert (first.is_in_force, first.was_deployed, first.can_be_deleted) == (True, True, False)


def test_a_model_that_never_decided_goes_for_good_and_its_name_stays_where_it_was_compared() -> None:
    promotion_gate.record_challenge("b", 0.10)
    model_history.delete_model("b", actor=COMMAND_LINE)
    assert [one.id for one in model_evaluation.models()] == ["a"]
    assert not (settings().models / "b").exists()
    assert promotion_gate.challenge_history()[0].challenger_id == "b"
    with pytest.raises(NotFound, match="'b'"):
        model_history.delete_model("b", actor=COMMAND_LINE)


def test_a_model_that_decided_stays_even_after_a_roll_back() -> None:
    deployment_control.deploy("b", 0.10, actor=COMMAND_LINE)
    deployment_control.roll_back(actor=COMMAND_LINE)
    for model_id in ("a", "b"):
        with pytest.raises(Conflict, match="has decided about children"):
            model_history.delete_model(model_id, actor=COMMAND_LINE)
    assert len(model_evaluation.models()) == 2


def test_a_model_is_taken_away_as_a_zip_of_its_folder() -> None:
    with zipfile.ZipFile(io.BytesIO(model_history.zip_model("a", actor=COMMAND_LINE))) as packed:
        assert sorted(packed.namelist()) == ["a/card.json", "a/multiclass/network.json"]
    with pytest.raises(NotFound):
        model_history.zip_model("../a", actor=COMMAND_LINE)


def test_refusals_are_told_with_their_figures() -> None:
    trained.add_model("worse", skill=0.2, seed=3)
    promotion_gate.record_challenge("worse", 0.10)
    (lost,) = model_history.gate_refusals()
    assert (lost.challenger.id, lost.champion.id) == ("worse", "a")
    assert lost.challenger.rcc < lost.champion.rcc


def test_the_card_in_the_zip_says_the_threshold_in_force_with_its_certainty() -> None:
    now = deployment_control.deploy("a", 0.10, actor=COMMAND_LINE).operating_point
    of_model, of_other = (card_in_zip(model_id)["in_force"] for model_id in ("a", "b"))
    assert of_other is None
    assert (of_model["threshold"], of_model["am_target"], of_model["certainty"]) == (now.threshold, 0.10, 0.5)


def card_in_zip(model_id: str) -> dict:
    with zipfile.ZipFile(io.BytesIO(model_history.zip_model(model_id, actor=COMMAND_LINE))) as packed:
        return json.loads(packed.read(f"{model_id}/card.json"))
