"""Support vectors and trees learn, say p of three classes, survive a folder, and run no code on the way back."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import classical, classical_training, classifier_kinds, scorers, tasks
from core.learning.classical import ClassicalSpec, TrainedClassical
from tests.learning import sounds

SPECS = {"svm": ClassicalSpec("svm"), "boosting": ClassicalSpec("boosting", rounds=12, leaf=3)}
BOTH = pytest.mark.parametrize("kind", SPECS)


@lru_cache
def trained(kind: str, task: str = "multiclass") -> TrainedClassical:
    return train(sounds.some(), kind, task)


def train(some: sounds.Corpus, kind: str, task: str = "multiclass", seed: int = 3) -> TrainedClassical:
    return classical_training.train(
        some.features,
        some.labels,
        some.none_for_validation,
        children=some.children,
        spec=SPECS[kind],
        task=task,
        seed=seed,
    )


def p_accepted(kind: str, some: sounds.Corpus | None = None) -> np.ndarray:
    return trained(kind).predict((some or sounds.some()).features).p_accepted


@BOTH
def test_it_learns_what_can_be_heard_of_children_it_never_met(kind: str) -> None:
    others = sounds.some(seed=9)
    is_accepted = np.array([label is Label.ACCEPTED for label in others.labels])
    p = p_accepted(kind, others)
    assert p[is_accepted].mean() > 0.7 > 0.3 > p[~is_accepted].mean()


@BOTH
def test_the_three_probabilities_add_up_to_one_and_a_binary_task_gives_one(kind: str) -> None:
    p = trained(kind).predict(sounds.some().features)
    np.testing.assert_allclose(p.p_accepted + p.p_noise + p.p_speechless, 1.0)
    assert trained(kind, "binary").predict(sounds.some().features).p_noise is None


@BOTH
def test_twins_speak_of_every_training_child_and_are_less_sure_than_who_met_it(kind: str) -> None:
    some, model = sounds.some(), trained(kind)
    own = [tasks.task("multiclass").targets[label] for label in some.labels]
    met = tasks.class_probabilities(tasks.task("multiclass"), model.predict(some.features))
    places = np.arange(len(own)), own
    assert np.isfinite(model.out_of_fold).all()
    assert model.out_of_fold[places].mean() < met[places].mean()


@BOTH
def test_validation_recordings_teach_nothing(kind: str) -> None:
    some, first = sounds.some(), sounds.some()
    is_validation = np.array([child in ("child-00", "child-01") for child in some.children])
    for index in np.flatnonzero(is_validation):
        some.features[index] = some.features[index] * 50 + 7
    pair = [
        classical_training.train(
            corpus.features,
            corpus.labels,
            is_validation,
            children=corpus.children,
            spec=SPECS[kind],
            task="multiclass",
            seed=0,
        ).predict(first.features)
        for corpus in (some, first)
    ]
    assert np.array_equal(pair[0].p_accepted, pair[1].p_accepted)


@BOTH
def test_out_of_a_folder_it_says_the_same_without_scikit_learn_and_without_pickle(kind: str, tmp_path: Path) -> None:
    trained(kind).save(tmp_path)
    np.save(tmp_path / "said.npy", p_accepted(kind))
    script = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from core.learning import classifier_kinds; from tests.learning import sounds\n"
        "p = classifier_kinds.load(Path(sys.argv[1])).predict(sounds.some().features).p_accepted\n"
        "assert not {'sklearn', 'tensorflow', 'keras'} & set(sys.modules)\n"
        "assert abs(p - np.load(sys.argv[1] + '/said.npy')).max() < 1e-9\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_array_file_that_holds_an_object_is_not_opened(tmp_path: Path) -> None:
    trained("svm").save(tmp_path)
    np.savez(tmp_path / classical.ARRAYS, mean=np.array([pickle.dumps], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        classifier_kinds.load(tmp_path)


def test_trees_as_arrays_score_as_scikit_learns_do() -> None:
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.utils.class_weight import compute_sample_weight

    some, numbers = sounds.some(), {"n_estimators": 8, "max_depth": 3, "subsample": 0.5}
    rows, targets = np.stack(some.features), np.array([sounds.LABELS.index(label) for label in some.labels])
    theirs = GradientBoostingClassifier(init="zero", random_state=1, **numbers)
    theirs.fit(rows, targets, sample_weight=compute_sample_weight("balanced", targets))
    ours = scorers.fit_trees(rows, targets, seed=1, **numbers)
    np.testing.assert_allclose(ours.score(rows), theirs.decision_function(rows), atol=1e-12)


def test_support_vectors_as_arrays_score_as_scikit_learns_do() -> None:
    from sklearn.svm import SVC

    some = sounds.some()
    rows, targets = np.stack(some.features), np.array([sounds.LABELS.index(label) for label in some.labels])
    theirs = SVC(C=1.0, gamma=1.0 / (rows.shape[1] * rows.var()), class_weight="balanced").fit(rows, targets == 2)
    ours = scorers.fit_support_vectors(rows, targets, c=1.0).score(rows)[:, 2]
    np.testing.assert_allclose(ours, theirs.decision_function(rows), atol=1e-4)


@BOTH
@pytest.mark.parametrize(("n_children", "each"), [(1, 9), (2, 3), (3, 3)])
def test_so_few_recordings_that_nothing_can_be_calibrated_still_train(kind: str, n_children: int, each: int) -> None:
    some = sounds.some(n_children=n_children, each=each)
    model = train(some, kind)
    assert np.isfinite(model.predict(some.features).p_accepted).all()
    assert (model.calibration.n == 0) == (n_children == 1)


@BOTH
def test_a_class_of_one_child_alone_leaves_the_scores_as_they_stand(kind: str) -> None:
    some = sounds.some()
    keep = [index for index, label in enumerate(some.labels) if label is not Label.NOISE or index < 9]
    few = sounds.Corpus(*([part[index] for index in keep] for part in (some.features, some.labels, some.children)))
    model = train(few, kind)
    assert (model.calibration.n, model.calibration.weights) == (0, (1.0,))
    assert np.isfinite(model.predict(few.features).p_noise).all()


def test_of_more_recordings_than_it_can_bear_some_are_drawn() -> None:
    some = sounds.some()
    spec = replace(SPECS["svm"], most=40)
    model = classical_training.train(
        some.features, some.labels, some.none_for_validation, children=some.children, spec=spec, task="binary", seed=0
    )
    assert model.course.n_training == 40


@BOTH
def test_digital_silence_everywhere_gives_numbers(kind: str) -> None:
    some = sounds.some()
    silent = sounds.Corpus([np.full(4, -100.0, dtype=np.float32) for _ in some.labels], some.labels, some.children)
    assert np.isfinite(train(silent, kind).predict(silent.features).p_accepted).all()


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    some = sounds.some()
    with pytest.raises(Refused, match="labelled Noise"):
        train(sounds.Corpus(some.features[:1], some.labels[:1], some.children[:1]), "svm")
    with pytest.raises(Refused, match="'tree' is not known"):
        ClassicalSpec("tree")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="subsample"):
        ClassicalSpec("boosting", subsample=0.0)
    with pytest.raises(NotFound, match="no trained"):
        classifier_kinds.load(tmp_path / "nothing")


@BOTH
def test_equal_weights_change_nothing_and_a_heavy_recording_pulls(kind: str) -> None:
    rng = np.random.default_rng(0)
    rows, targets = rng.normal(size=(60, 4)), np.arange(60) % 2
    heavy = np.where(np.arange(60) % 4 == 0, 3.0, 0.5)

    def scores(weights: np.ndarray | None) -> np.ndarray:
        if kind == "svm":
            return scorers.fit_support_vectors(rows, targets, c=1.0, weights=weights).score(rows)
        return scorers.fit_trees(rows, targets, seed=1, weights=weights, n_estimators=5, learning_rate=0.1).score(rows)

    np.testing.assert_allclose(scores(np.ones(60)), scores(None))
    assert np.abs(scores(heavy) - scores(None)).max() > 0.01
