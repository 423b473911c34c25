from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from core.measuring import published
from core.workflows import comparing, evaluating
from db import models, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")

TASKS = ("multiclass", "binary", "double binary")


def train_kind(features: str, kind: str, *, skill: float, seed: int = 0) -> None:
    for number, task in enumerate(TASKS):
        name = f"{features}-{kind}-{number}"
        trained.add_model(name, seed=seed + number, skill=skill, system=(features, kind, task))


def rows_by_key() -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = json.loads(json.dumps(comparing.paper_rows(), allow_nan=False))["rows"]
    return {(row["features"], row["network"], row["system"]): row for row in rows}


def claim(words: str) -> dict[str, Any]:
    return next(one for one in comparing.paper_rows()["claims"] if words in one["claim"])


def test_every_system_of_the_paper_has_a_row_trained_or_not() -> None:
    rows = rows_by_key()
    assert len(rows) == 20
    assert {row["f10"] for row in rows.values()} == {None}
    assert rows["vggish", "rnn", "binary"]["published"] == {"f10": 0.65, "f15": 0.73, "f_am_m": 0.80, "am_m": 0.18}
    assert {one["verdict"][:11] for one in comparing.paper_rows()["claims"]} == {"Cannot tell"}


def test_merged_rows_are_made_of_the_stored_probabilities_of_the_three() -> None:
    trained.label_recordings(n_children=60)
    train_kind("mfcc", "dnn", skill=1.5)
    with session.reading() as tx:
        ps = [
            [one.p_accepted for one in models.probabilities_of(tx, f"mfcc-dnn-{n}") if one.split == "test"]
            for n in range(3)
        ]
        truth = [one.label == "Accepted" for one in models.probabilities_of(tx, "mfcc-dnn-0") if one.split == "test"]
    mean = np.mean(ps, axis=0)
    low, high = rows_by_key()["mfcc", "dnn", "mean"]["f10_interval"]
    exact = evaluating.figures(np.arange(len(truth)), np.array(truth), mean).f10
    assert low <= exact <= high
    assert rows_by_key()["mfcc", "rnn", "mean"]["f10"] is None


def test_models_of_different_snapshots_are_not_merged() -> None:
    trained.label_recordings(n_children=40)
    train_kind("mfcc", "dnn", skill=1.5)
    trained.label_recordings(n_children=20, name="new")
    trained.add_model("later", system=("mfcc", "dnn", "binary"))
    assert rows_by_key()["mfcc", "dnn", "binary"]["f10"] is not None
    assert rows_by_key()["mfcc", "dnn", "mean"]["f10"] is None


def test_a_clear_difference_is_a_verdict_and_an_unclear_one_is_none() -> None:
    trained.label_recordings(n_children=80)
    train_kind("mfcc", "dnn", skill=0.5)
    train_kind("vggish", "dnn", skill=4.0, seed=5)
    train_kind("mfcc", "rnn", skill=0.5, seed=9)
    better = claim("better than MFCC, network for network")
    assert better["verdict"].startswith("Holds")
    assert 0 < better["interval"][0] < better["ours"] < better["interval"][1]
    assert claim("On MFCC, RNNs")["verdict"].startswith("Cannot tell")


def test_a_stand_in_is_never_called_by_the_name_of_what_it_stands_in_for() -> None:
    trained.label_recordings()
    model = trained.add_model("s", system=("vggish", "dnn", "binary"), is_genuine=False)
    rows = rows_by_key()
    assert model.card["features"]["is_genuine"] is False
    assert rows["vggish", "dnn", "binary"]["f10"] is None
    assert rows["stand-in for vggish", "dnn", "binary"]["published"] is None
    assert rows["stand-in for vggish", "dnn", "binary"]["f10"] is not None


def test_the_papers_best_systems_are_named() -> None:
    best = comparing.published_best()
    assert best["paper: MFCC RNN mean"] == published.Published(0.51, 0.65, 0.77, 0.25)
    assert best["paper: VGGish RNN multiclass"].f10 == 0.65
