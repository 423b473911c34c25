"""Several workers write, replace and forget trained networks at once: nobody's job fails, and no score is lost."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.config import settings
from core.domain.snapshots import Snapshot
from core.errors import Conflict
from core.learning import classifier_kinds
from core.learning.tasks import Probabilities
from core.learning.trial_comparison import Trial
from core.workflows.maintenance.archived_models import write_models
from core.workflows.search import trial_run
from core.workflows.training import checkpoint_fitting, checkpoints
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec
from db import session

NOTHING = Snapshot(1, "hash", session.now(), ())
POINT = (8, 1, 0.001, 0.0, 32, 0.0)


@pytest.fixture
def part(storage: Path) -> Checkpoint:
    return Checkpoint(ClassifierSpec("dynamics", "dnn", "multiclass"), "key")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that only writes a file."""

    def save(folder: Path) -> None:
        folder.mkdir()
        (folder / "weights").write_text("1")

    network = SimpleNamespace(save=save, as_dict=dict, predict=lambda _: Probabilities(np.array([0.5])))
    monkeypatch.setattr(classifier_kinds, "train", lambda *_, **__: network)
    monkeypatch.setattr(classifier_kinds, "load", lambda _: network)


def train(part: Checkpoint) -> None:
    checkpoint_fitting.fit_checkpoint(part, NOTHING, [], seed=1, on_epoch=None)


def keep_trial(part: Checkpoint, loss: float = 0.25) -> None:
    trial_run._keep(part, Trial(point=POINT, loss=loss, f10=None, n_parameters=1, seconds=1.0, epochs=1), [loss])


def loss_of(part: Checkpoint) -> float | None:
    trial = trial_run.stored_trial(part, POINT, lambda _: False)
    return trial.loss if trial else None


def test_a_training_keeps_the_score_of_the_trial_that_was_made_before(part: Checkpoint) -> None:
    keep_trial(part)
    train(part)
    assert (part.is_there, loss_of(part)) == (True, 0.25)


def test_a_score_that_comes_while_a_network_is_trained_is_kept_too(
    part: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        if target == part.folder:
            monkeypatch.setattr(Path, "rename", rename)
            keep_trial(part)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    train(part)
    assert (part.is_there, loss_of(part)) == (True, 0.25)


def test_a_network_that_another_worker_has_just_finished_is_taken_as_it_stands(
    part: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(part)
    (part.folder / "network" / "weights").write_text("the other's")
    monkeypatch.setattr(checkpoints.shutil, "rmtree", without(checkpoints.shutil.rmtree, part.folder))
    train(part)
    assert (part.folder / "network" / "weights").read_text() == "the other's"
    assert [one.name for one in part.folder.parent.iterdir()] == ["key"]


def without(rmtree: Callable[..., None], kept: Path) -> Callable[..., None]:
    """Another worker's folder comes back whenever somebody removes it."""
    return lambda path, *more, **options: None if Path(path) == kept else rmtree(path, *more, **options)


def test_folders_that_others_rename_meanwhile_do_not_stop_the_pruning(
    part: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settings().models / ".parts" / "old"
    old.mkdir(parents=True)
    os.utime(old, (1, 1))
    iterdir = Path.iterdir

    def with_one_that_goes(self: Path) -> Iterator[Path]:
        return iter([self / "gone", *iterdir(self)])

    monkeypatch.setattr(Path, "iterdir", with_one_that_goes)
    checkpoints.prune_unused([part])  # whose own folder somebody has just forgotten
    assert not old.exists()


def test_many_workers_at_once_lose_nothing(part: Checkpoint) -> None:
    failed: list[BaseException] = []
    ends = time.monotonic() + 1.5

    def again_and_again(what: Callable[[], Any]) -> None:
        while time.monotonic() < ends:
            try:
                what()
            except BaseException as error:
                failed.append(error)
                raise

    def another() -> None:
        one = Checkpoint(part.classifier, f"other-{threading.get_ident()}")
        train(one)
        checkpoints.shutil.rmtree(one.folder, ignore_errors=True)

    work = (lambda: train(part), lambda: keep_trial(part), lambda: checkpoints.prune_unused([part]), another, another)
    threads = [threading.Thread(target=again_and_again, args=(what,)) for what in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (part.is_there, loss_of(part)) == (True, 0.25)


def test_a_job_whose_networks_were_forgotten_says_what_to_do(part: Checkpoint) -> None:
    train(part)
    checkpoints.delete_all()
    assert not list(settings().models.iterdir())
    with pytest.raises(Conflict, match="Go on with the job"):
        checkpoints.store_probabilities(part, [])
    with pytest.raises(Conflict, match="Go on with the job"):
        checkpoints.probabilities(part)


def test_a_model_that_is_deleted_while_it_is_backed_up_is_left_out(
    storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (settings().models / name).mkdir(parents=True)
        (settings().models / name / "card.json").write_text("{}")
    is_file = Path.is_file

    def and_is_deleted(self: Path) -> bool:
        known = is_file(self)
        checkpoints.shutil.rmtree(settings().models / "a", ignore_errors=True)
        return known

    monkeypatch.setattr(Path, "is_file", and_is_deleted)
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        assert write_models(archive) == 1
        assert archive.namelist() == ["models/b/card.json"]


def test_a_checkpoint_outlives_edits_of_the_code_that_change_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = ClassifierSpec("dynamics", "svm", "multiclass")
    before = checkpoints.checkpoint_for(classifier, NOTHING, feature_hash="f", seed=1)

    monkeypatch.setattr(Path, "read_bytes", lambda _: b"edited")
    assert checkpoints.checkpoint_for(classifier, NOTHING, feature_hash="f", seed=1) == before


def test_another_version_of_the_code_of_one_kind_trains_that_kind_again(monkeypatch: pytest.MonkeyPatch) -> None:
    svm, dnn = (ClassifierSpec("dynamics", kind, "multiclass") for kind in ("svm", "dnn"))
    before = [checkpoints.checkpoint_for(each, NOTHING, feature_hash="f", seed=1) for each in (svm, dnn)]

    versions = classifier_kinds.TRAINING_VERSIONS
    monkeypatch.setattr(classifier_kinds, "TRAINING_VERSIONS", {**versions, "svm": versions["svm"] + 1})
    after = [checkpoints.checkpoint_for(each, NOTHING, feature_hash="f", seed=1) for each in (svm, dnn)]
    assert after[0].key != before[0].key
    assert after[1].key == before[1].key


@pytest.mark.parametrize("changed", [{"feature_hash": "g"}, {"seed": 2}])
def test_what_decides_the_result_is_in_the_key(changed: dict[str, Any]) -> None:
    classifier = ClassifierSpec("dynamics", "svm", "multiclass")
    usual: dict[str, Any] = {"feature_hash": "f", "seed": 1}
    key = checkpoints.checkpoint_for(classifier, NOTHING, **usual).key

    assert checkpoints.checkpoint_for(classifier, NOTHING, **usual | changed).key != key
    other = ClassifierSpec("dynamics", "svm", "multiclass", changes=(("c", 2.0),))
    assert checkpoints.checkpoint_for(other, NOTHING, **usual).key != key
