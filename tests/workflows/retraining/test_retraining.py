from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.jobs import Job, JobStep
from core.errors import EarshotError, NotFound, Refused, Unavailable
from core.learning import classical, networks
from core.learning.classical import ClassicalSpec
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities
from core.messages import Message
from core.workflows.deployment import decision_records, deployment_control, scoring
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import cluster, job_failures, job_status, running_job
from core.workflows.maintenance import readiness
from core.workflows.retraining import retraining
from core.workflows.training import checkpoint_fitting, checkpoints, feature_extraction, model_folders, model_specs
from core.workflows.training.model_specs import ModelSpec
from db import models, recordings, session, standing_labels
from tests import audio_files
from tests.workflows import labelled_sounds

ONLY = {"features": ("dynamics",), "networks": ("dnn",)}
SYSTEMS = (
    ModelSpec("dynamics", "dnn", "multiclass"),
    ModelSpec("dynamics", "dnn", "double binary"),
    model_specs.PRODUCT,
)
QUICK = {"dnn": NetworkSpec("dnn", units=8, layers=1, max_epochs=4)}


FEW_TREES = {"svm": ClassicalSpec("svm"), "boosting": ClassicalSpec("boosting", rounds=6, leaf=3)}


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs stay queued until the test runs them in this process; small networks, few systems."""
    keys: list[str] = []
    monkeypatch.setattr(networks, "RECOMMENDED", QUICK)
    monkeypatch.setattr(classical, "RECOMMENDED", FEW_TREES)
    monkeypatch.setattr(cluster, "submit", lambda *_, key: keys.append(key))
    return keys


def start(*, without_lost: bool = False) -> Job:
    return retraining.start(systems=SYSTEMS, without_lost=without_lost)


def retrain(*, without_lost: bool = False) -> Job:
    job = start(without_lost=without_lost)
    retraining.run(job.id)
    return job_status.get_job(job.id)


def step(job: Job, name: str) -> JobStep:
    return next(one for one in job.steps if one.name == name)


def said_by(model_id: str) -> np.ndarray:
    with session.reading() as tx:
        return np.array([one.p_accepted for one in models.probabilities_of(tx, model_id)])


@pytest.fixture
def trained(copied_storage: Callable[[Callable[[], Job]], Job]) -> Job:
    return copied_storage(retrain_on_sounds)


def retrain_on_sounds() -> Job:
    labelled_sounds.label_sounds()
    return retrain()


def test_a_retraining_ends_with_models_their_cards_and_their_probabilities(trained: Job) -> None:
    assert trained.state == "succeeded", trained.error
    assert {one.state for one in trained.steps} == {"done"}
    tasks = [model_evaluation.model(one["id"]).card.spec.task for one in trained.result["models"]]
    assert tasks == [system.task for system in SYSTEMS]
    card = json.loads((settings().models / trained.result["champion"] / "card.json").read_text())
    assert {"features", "networks", "seed", "snapshot", "splits", "versions", "seconds", "figures"} <= card.keys()
    assert len(said_by(card["id"])) == 6 * labelled_sounds.N_CHILDREN


def test_the_same_labels_give_the_same_models_without_training_again(trained: Job, monkeypatch: Any) -> None:
    monkeypatch.setattr(checkpoint_fitting, "fit_checkpoint", None)
    again = retrain()
    assert step(again, "Train: dynamics DNN multiclass").is_reused
    assert [one["id"] for one in again.result["models"]] != [one["id"] for one in trained.result["models"]]
    for first, second in zip(trained.result["models"], again.result["models"], strict=True):
        assert np.array_equal(said_by(first["id"]), said_by(second["id"]))


def test_a_network_trained_anew_says_the_same_to_a_millionth(trained: Job, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    again = retrain()
    assert not step(again, "Train: dynamics DNN binary-noise").is_reused
    for first, second in zip(trained.result["models"], again.result["models"], strict=True):
        assert np.allclose(said_by(first["id"]), said_by(second["id"]), rtol=0, atol=1e-6)


def test_a_job_that_died_between_folder_and_row_adopts_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled_sounds.label_sounds()
    with monkeypatch.context() as broken:
        broken.setattr(models, "add_probabilities", lambda *_: 1 / 0)
        assert "ZeroDivisionError" in retrain().error
    folders = {folder.name: folder.stat().st_mtime_ns for folder in settings().models.glob("2*")}
    job = retraining.resume(job_status.job_history()[0].id)
    retraining.run(job.id)
    assert job_status.get_job(job.id).state == "succeeded"
    assert folders.keys() <= {model.id for model in model_evaluation.models()}
    assert all((settings().models / name).stat().st_mtime_ns == changed for name, changed in folders.items())


def test_a_failure_says_why_in_words() -> None:
    job = retrain()
    assert job.state == "failed"
    assert "too few labels to learn from: 0 recordings" in job.error
    assert "Traceback" not in job.error


def test_bytes_that_are_gone_are_named() -> None:
    labelled_sounds.label_sounds()
    with session.writing() as tx:
        gone = standing_labels.labelled(tx)[0]
        name = recordings.by_ids(tx, [gone.recording_id])[gone.recording_id].filename
    store.delete(settings().storage, gone.sha256, "wav")
    assert f"1 recording is not in the storage any more: {name}." in retrain().error


def test_a_cancelled_job_stops_at_the_next_epoch_and_can_be_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled_sounds.label_sounds()
    job = start()

    def cancel_meanwhile(*_: Any, on_epoch: Any, **__: Any) -> None:
        job_status.cancel(job.id)
        running_job.time.sleep(1.5)
        on_epoch(1, 60)

    with monkeypatch.context() as slow:
        slow.setattr(checkpoint_fitting, "fit_checkpoint", cancel_meanwhile)
        retraining.run(job.id)
    assert job_status.get_job(job.id).state == "cancelled"
    assert model_evaluation.models() == []
    retraining.run(retraining.resume(job.id).id)
    assert job_status.get_job(job.id).state == "succeeded"
    assert step(job_status.get_job(job.id), "Features: dynamics").is_reused


def test_a_second_start_returns_the_first_job(handed_over: list[str]) -> None:
    first, second = retraining.start(), retraining.start(**ONLY)
    assert first.id == second.id
    assert handed_over == [f"retrain-{first.id}"]
    assert [one.name for one in first.steps][1:4] == [
        "Features: steady",
        "Train: steady SVM multiclass",
        "Train: steady boosting multiclass",
    ]


def test_a_job_runs_once_however_often_it_is_handed_over(trained: Job) -> None:
    retraining.run(trained.id)
    assert len(model_evaluation.models()) == len(SYSTEMS)


def test_without_a_cluster_the_job_has_failed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "submit", _out_of_reach)
    with pytest.raises(Unavailable, match="no answer"):
        retraining.start()
    assert [(job.state, job.error) for job in job_status.job_history()] == [("failed", "no answer")]


def _out_of_reach(*_: Any, **__: Any) -> None:
    raise Unavailable("no answer")


@pytest.mark.parametrize(
    ("features", "networks", "words"),
    [(("mfccs",), None, "mfccs"), (None, ("cnn",), "cnn"), (("dynamics",), ("rnn",), "take dnn")],
)
def test_what_is_not_known_is_refused_before_a_job_is_made(features: Any, networks: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        retraining.start(features=features, networks=networks)
    assert job_status.job_history() == []


def test_a_scored_file_gets_what_is_stored_of_it_and_the_deployed_decision(trained: Job) -> None:
    point = deployment_control.deploy(trained.result["champion"], 0.10, actor=COMMAND_LINE).operating_point
    with session.reading() as tx:
        known = models.probabilities_of(tx, point.model_id)[:6]
    files = [(one.filename, store.get(settings().storage, one.sha256, "wav")) for one in known]
    for answer, one in zip(scoring.score(files), known, strict=True):
        assert answer["p_accepted"] == pytest.approx(one.p_accepted, abs=1e-6)
        assert answer["decision"] == ("accepted" if one.p_accepted >= point.threshold else "rejected")
        assert (answer["reason"] is None) == (answer["decision"] == "accepted")


def test_a_decision_for_a_program_is_the_deployed_one_and_readiness_knows_the_model(
    trained: Job,
) -> None:
    point = deployment_control.deploy(trained.result["champion"], 0.10, actor=COMMAND_LINE).operating_point
    silent = audio_files.encode(audio_files.silence(1.0))
    first, second = decision_records.decide([("a", silent), ("b", b"no audio")], source="school", actor=COMMAND_LINE)
    record = first.record
    assert record is not None
    assert (record.verdict, record.threshold, record.model_id) == ("rejected", point.threshold, point.model_id)
    assert (record.source, record.duration_s, second.record) == ("school", 1.0, None)
    assert decision_records.decision(record.id, actor=COMMAND_LINE) == record
    readiness.look.cache_clear()
    assert [state.service for state in readiness.look() if state.trouble] == []


def test_scoring_names_what_it_cannot_use_and_goes_on(trained: Job) -> None:
    with pytest.raises(NotFound, match="No model is deployed"):
        next(scoring.score([("a.wav", b"")]))
    deployment_control.deploy(trained.result["champion"], 0.10, actor=COMMAND_LINE)
    sound = audio_files.encode(audio_files.silence(1.0))
    bad, gone, silent = scoring.score([("a.wav", b"no audio"), Path("/nowhere.wav"), ("b.wav", sound)])
    assert set(bad) == set(gone) == {"file", "error"}
    assert silent["decision"] == "rejected"


def test_a_model_of_other_features_is_refused_in_words(trained: Job) -> None:
    champion = trained.result["champion"]
    card = settings().models / champion / "card.json"
    learned = model_folders.read_card(card.parent).families[0]
    card.write_text(card.read_text().replace(learned.spec_hash, "0" * 16))
    with pytest.raises(Refused, match=f"learned from {learned.name} features 0000000000000000"):
        model_folders.load(champion)
    with pytest.raises(NotFound, match="no-such-model"):
        model_folders.load("no-such-model")


def test_features_that_are_there_are_not_computed_again(trained: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_extraction, "extract_chunk", None)
    for part in (settings().models / ".parts").iterdir():
        checkpoints.shutil.rmtree(part)
    again = retrain()
    assert again.state == "succeeded", again.error
    assert step(again, "Features: dynamics").is_reused


def test_every_family_and_network_asked_for_is_trained_in_every_task() -> None:
    found = model_specs.requested_specs(("mfcc", "dynamics"), None)
    assert [(one.features, one.kind) for one in found[::3]] == [("mfcc", "dnn"), ("mfcc", "rnn"), ("dynamics", "dnn")]
    assert [one.task for one in found[:3]] == ["multiclass", "binary", "double binary"]
    assert len(model_specs.classifiers_of(found)) == 3 * 4
    assert model_specs.requested_specs(None, None) == (model_specs.PRODUCT, model_specs.COMPARISON)


def test_a_fusion_takes_every_family_that_is_named_together() -> None:
    *_, fusion = model_specs.requested_specs(("dynamics", "mfcc"), ("svm", "fusion"))
    assert (fusion.name, fusion.slug) == ("dynamics+mfcc fusion", "dynamics-mfcc-fusion")
    assert [(one.features, one.kind) for one in fusion.classifiers] == [
        ("dynamics", "svm"),
        ("dynamics", "boosting"),
        ("mfcc", "svm"),
        ("mfcc", "boosting"),
    ]
    every = (*fusion.classifiers, *model_specs.PRODUCT.classifiers)
    assert model_specs.classifiers_of([fusion, model_specs.PRODUCT, fusion]) == every


def test_double_binary_says_which_reject_it_heard_and_its_shares_add_up() -> None:
    one = Probabilities(np.array([0.9, 0.1, 0.8])), Probabilities(np.array([0.7, 0.6, 0.2]))
    said = model_specs.combine_probabilities(SYSTEMS[1], one)
    assert said.p_accepted.tolist() == pytest.approx([0.8, 0.35, 0.5])
    assert (said.p_noise > said.p_speechless).tolist() == [False, True, False]
    assert (said.p_accepted + said.p_noise + said.p_speechless).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_an_error_nobody_foresaw_becomes_a_sentence() -> None:
    assert str(job_failures.describe_error(KeyError("x"))).startswith("Something broke that nobody foresaw (KeyError")
    assert job_failures.describe_error(EarshotError("Plain words.")) == Message("Plain words.")


def lose(number: int) -> set[str]:
    """Remove the bytes of some recordings that have a label; the names that people know them by."""
    with session.reading() as tx:
        lost = standing_labels.labelled(tx)[:number]
        names = {one.filename for one in recordings.by_ids(tx, [one.recording_id for one in lost]).values()}
    for one in lost:
        store.delete(settings().storage, one.sha256, one.extension)
    return names


def test_lost_files_stop_a_training_and_every_one_is_named() -> None:
    labelled_sounds.label_sounds()
    names = lose(2)
    job = retrain()
    assert job.state == "failed"
    assert "2 recordings are not in the storage any more" in job.error
    assert all(name in job.error for name in names)


def test_a_training_goes_on_without_lost_files_when_told_to() -> None:
    labelled_sounds.label_sounds()
    names = lose(2)
    job = retrain(without_lost=True)
    assert job.state == "succeeded", job.error
    assert all(name in step(job, retraining.LABELS).note for name in names)
