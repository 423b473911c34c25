"""Nothing of a test child chooses anything, and a card is enough to train its model again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.audio.features import copies_of
from core.config import settings
from core.domain.jobs import Job
from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard
from core.domain.snapshots import Snapshot, SnapshotItem
from core.learning import classical, networks, tasks
from core.learning.tasks import Probabilities
from core.metrics import operating_point
from core.workflows.retraining import model_cards
from core.workflows.retraining.model_cards import TrainingResult
from core.workflows.training import checkpoints, fitted_models, model_folders
from core.workflows.training.fitted_models import FittedModel
from core.workflows.training.model_specs import PRODUCT, ModelSpec
from db import session
from tests.learning import sounds
from tests.workflows.retraining.test_retraining import FEW_TREES, QUICK

SEED = 7
DNN = ModelSpec("dynamics", "dnn", "multiclass")
BOTH = pytest.mark.parametrize("system", [PRODUCT, DNN], ids=["product", "dnn"])


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(networks, "RECOMMENDED", QUICK)
    monkeypatch.setattr(classical, "RECOMMENDED", FEW_TREES)
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "models"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def snapshot(name: str = "one") -> tuple[Snapshot, list[np.ndarray]]:
    """Twelve children: eight teach, two validate, two test; and their features."""
    some = sounds.some(spread=2.0)
    split = [Split.TRAIN] * 8 + [Split.VALIDATION] * 2 + [Split.TEST] * 2
    items = tuple(
        SnapshotItem(number + 1, f"{number:064d}", "wav", child, "en", label, split[number // 9])
        for number, (child, label) in enumerate(zip(some.children, some.labels, strict=True))
    )
    return Snapshot(1, name, session.now(), items), some.features


def of(items: tuple[SnapshotItem, ...], split: Split) -> np.ndarray:
    return np.array([item.split is split for item in items])


def threshold(trained: FittedModel, made: Snapshot) -> float:
    here = of(made.items, Split.VALIDATION)
    is_accepted = np.array([item.label is Label.ACCEPTED for item in made.items])
    return operating_point.choose_threshold(
        is_accepted[here], trained.probabilities.p_accepted[here], am_target=0.10
    ).threshold


def chosen_by(trained: FittedModel) -> dict[str, Any]:
    """Every number that a training chose: weights, scalers, stopping, calibrations, fusion."""
    found: dict[str, Any] = {"fusion": trained.fusion}
    for part in trained.checkpoints:
        for file in sorted((part.folder / checkpoints.NETWORK).glob("*.npz")):
            with np.load(file) as arrays:
                found |= {f"{part.classifier.name} {name}": arrays[name].tobytes() for name in arrays.files}
        said = part.facts.document
        found[part.classifier.name] = [said.get("calibration"), said["course"].get("best_epoch"), said["n_parameters"]]
    return found


@BOTH
def test_a_label_written_into_a_test_childs_features_changes_nothing_that_is_chosen(system: ModelSpec) -> None:
    clean, features = snapshot("clean")
    leaking, written = snapshot("leaking")
    is_test = of(leaking.items, Split.TEST)
    for index in np.flatnonzero(is_test):
        written[index] = np.full_like(written[index], 100.0 * (leaking.items[index].label is Label.ACCEPTED))
    first = fitted_models.ensure_fitted(system, clean, lambda _: features, seed=SEED)
    second = fitted_models.ensure_fitted(system, leaking, lambda _: written, seed=SEED)
    assert [one.key for one in first.checkpoints] != [one.key for one in second.checkpoints]  # both were trained
    assert chosen_by(first) == chosen_by(second)
    p, leaked = (one.probabilities.p_accepted for one in (first, second))
    np.testing.assert_allclose(leaked[~is_test], p[~is_test], rtol=0, atol=1e-6)
    assert np.abs(leaked[is_test] - p[is_test]).max() > 0.01  # the leak was there to be found
    assert threshold(first, clean) == pytest.approx(threshold(second, leaking), abs=1e-6)


def test_a_calibrations_folds_keep_children_who_share_a_sound_together(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen, features = snapshot()
    items = list(frozen.items)
    for index in (0, 9):  # of the first child, and of the second
        items[index] = replace(items[index], waveform_sha256="same")
    passed: list[str] = []

    def keep_children(*_: object, children: list[str], **__: object) -> None:
        passed.extend(children)
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints.classifier_kinds, "train", keep_children)
    with pytest.raises(KeyboardInterrupt):
        fitted_models.ensure_fitted(PRODUCT, replace(frozen, items=tuple(items)), lambda _: features, seed=SEED)
    assert passed.count("child-00") == 18 * (1 + len(copies_of(PRODUCT.features)))  # as recorded, and each copy
    assert "child-01" not in passed


@BOTH
def test_a_test_childs_labels_change_nothing_either(system: ModelSpec) -> None:
    made, features = snapshot("first")
    wrong = tuple(replace(item, label=Label.NOISE) if item.split is Split.TEST else item for item in made.items)
    first = fitted_models.ensure_fitted(system, made, lambda _: features, seed=SEED)
    second = fitted_models.ensure_fitted(
        system, replace(made, hash="second", items=wrong), lambda _: features, seed=SEED
    )
    assert chosen_by(first) == chosen_by(second)


@BOTH
def test_the_system_and_the_seed_of_a_card_train_the_same_model_again(
    system: ModelSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made, features = snapshot()
    monkeypatch.setattr(model_cards.acoustic_explanation, "typical_of_snapshot", lambda _: {})
    card = publish_card(fitted_models.ensure_fitted(system, made, lambda _: features, seed=SEED), made)
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    known, seed = model_cards.spec_from_card(ModelCard.from_json(card))
    again = fitted_models.ensure_fitted(known, made, lambda _: features, seed=seed)
    assert [one.document["spec"] for one in again.facts] == [one["spec"] for one in card["networks"]]
    assert card["snapshot"]["hash"] == made.hash
    p = again.probabilities.p_accepted
    np.testing.assert_allclose(p, card["p_accepted"], rtol=0, atol=1e-6)


def publish_card(trained: FittedModel, made: Snapshot) -> dict[str, Any]:
    said: Probabilities = model_folders.round_probabilities(trained.probabilities)
    job = Job("ab12", "retrain", "running", {}, (), {}, "", None, session.now(), None, None, None, None)
    known = model_cards.build_card("one", TrainingResult(job, trained, made, SEED, 0.0), said)
    return json.loads(json.dumps(known)) | {"p_accepted": trained.probabilities.p_accepted.tolist()}


def test_the_card_says_how_reliable_every_class_is_and_how_the_members_weigh(monkeypatch: pytest.MonkeyPatch) -> None:
    made, features = snapshot()
    monkeypatch.setattr(model_cards.acoustic_explanation, "typical_of_snapshot", lambda _: {})
    card = publish_card(fitted_models.ensure_fitted(PRODUCT, made, lambda _: features, seed=SEED), made)
    of_test = card["reliability"]["test"]
    assert set(of_test) == {str(label) for label in Label}
    assert sum(one["count"] for one in of_test["Accepted"]["bins"]) == 18
    assert 0 <= of_test["Noise"]["ece"] <= 1
    assert card["fusion"]["members"] == [one["name"] for one in card["networks"]]
    assert (card["fusion"]["n"], card["fusion"]["words"]) == (72, "")
    assert model_folders.fusion_of(ModelCard.from_json(card)) is not None


def test_too_few_children_are_said_in_words_and_the_members_weigh_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made, features = snapshot("few")
    few = tuple(replace(one, child="alone") if one.split is Split.TRAIN else one for one in made.items)
    made = replace(made, items=few)
    monkeypatch.setattr(model_cards.acoustic_explanation, "typical_of_snapshot", lambda _: {})
    card = publish_card(fitted_models.ensure_fitted(PRODUCT, made, lambda _: features, seed=SEED), made)
    assert card["fusion"]["weights"] == [0.5, 0.5]
    assert "every member weighs the same" in card["fusion"]["words"]
    assert PRODUCT.classifiers[0].name in card["fusion"]["words"]


def test_another_process_trains_the_same_product(tmp_path: Path) -> None:
    made, features = snapshot()
    here = fitted_models.ensure_fitted(PRODUCT, made, lambda _: features, seed=SEED).probabilities
    script = (
        "import sys, os, numpy as np\n"
        "os.environ['EARSHOT_MODELS'] = sys.argv[1]\n"
        "from tests.workflows.retraining import test_honest_training as t\n"
        "t.classical.RECOMMENDED = t.FEW_TREES\n"
        "made, features = t.snapshot()\n"
        "said = t.fitted_models.ensure_fitted(t.PRODUCT, made, lambda _: features, seed=t.SEED).probabilities\n"
        "np.save(sys.argv[1] + '.npy', t.tasks.class_probabilities(t.tasks.task('multiclass'), said))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "there")]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3], capture_output=True)
    expected = tasks.class_probabilities(tasks.task("multiclass"), here)
    np.testing.assert_allclose(np.load(tmp_path / "there.npy"), expected, rtol=0, atol=1e-6)


def test_device_copies_of_training_recordings_teach_and_no_others() -> None:
    made, features = snapshot()
    is_train = of(made.items, Split.TRAIN)
    copies = [
        values if taught else np.full_like(values, np.nan) for values, taught in zip(features, is_train, strict=True)
    ]
    fitted = fitted_models.ensure_fitted(
        PRODUCT, made, lambda name: features if name == PRODUCT.features else copies, seed=SEED
    )
    n_copies = len(copies_of(PRODUCT.features))

    assert n_copies > 0
    for facts in fitted.facts:
        assert facts.document["course"]["n_training"] == (1 + n_copies) * is_train.sum()  # NaN would have been refused
