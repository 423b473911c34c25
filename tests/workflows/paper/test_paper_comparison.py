from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Split
from core.metrics import published_results, rejection
from core.workflows.evaluation import model_figures, predictions
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.maintenance import erasure
from core.workflows.paper import paper_comparison, table_rows
from core.workflows.paper.table_rows import PaperRow
from db import children, models, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")

TASKS = ("multiclass", "binary", "double binary")


def train_kind(features: str, kind: str, *, skill: float, seed: int = 0) -> None:
    for number, task in enumerate(TASKS):
        name = f"{features}-{kind}-{number}"
        trained.add_model(name, seed=seed + number, skill=skill, system=(features, kind, task))


def rows_by_key() -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = json.loads(json.dumps(paper_comparison.report_of_models().as_json(), allow_nan=False))["rows"]
    return {(row["features"], row["network"], row["system"]): row for row in rows}


def claim(words: str) -> dict[str, Any]:
    return next(one for one in paper_comparison.report_of_models().as_json()["claims"] if words in one["claim"])


def test_every_system_of_the_paper_has_a_row_trained_or_not() -> None:
    rows = rows_by_key()
    assert len(rows) == 20
    assert {row["f10"] for row in rows.values()} == {None}
    assert rows["vggish", "rnn", "binary"]["published"] == {"f10": 0.65, "f15": 0.73, "f_am_m": 0.80, "am_m": 0.18}
    assert {one["verdict"][:11] for one in paper_comparison.report_of_models().as_json()["claims"]} == {"Cannot tell"}


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
    exact = model_figures.paper_figures(np.arange(len(truth)), np.array(truth), mean).f10
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


def test_a_stand_in_takes_the_place_of_table_4_under_its_own_name() -> None:
    trained.label_recordings()
    model = trained.add_model("s", system=("vggish", "dnn", "binary"), is_genuine=False)
    rows = rows_by_key()
    assert model.card.is_genuine is False
    assert len(rows) == 20
    assert ("vggish", "dnn", "binary") not in rows
    row = rows["stand-in for vggish", "dnn", "binary"]
    assert row["is_stand_in"]
    assert row["published"]["f10"] == 0.57
    assert row["f10"] is not None


def test_where_the_module_itself_is_trained_a_stand_in_is_beyond_the_paper() -> None:
    trained.label_recordings()
    trained.add_model("s", system=("vggish", "dnn", "binary"), is_genuine=False)
    trained.add_model("v", system=("vggish", "dnn", "multiclass"))
    rows = rows_by_key()
    assert rows["vggish", "dnn", "multiclass"]["f10"] is not None
    assert [key[0] for key in rows].count("stand-in for vggish") == 1


def test_figures_stand_on_the_papers_grid_and_so_do_their_intervals() -> None:
    p = np.array([0.0, 0.004, 0.01, 0.29, 0.995, 1.0])
    assert table_rows.on_grid(p) == pytest.approx([0.0, 0.0, 0.01, 0.29, 0.99, 1.0])
    for t in rejection.PAPER_GRID:
        assert np.array_equal(p < t, table_rows.on_grid(p) < t)


def test_table_1_counts_and_holds_the_test_set_against_the_whole() -> None:
    trained.label_recordings(n_children=40)
    trained.add_model("one")
    found = paper_comparison.report_of_models().as_json()
    assert sum(n for one in found["data"].values() for labels in one.values() for n in labels.values()) == 360
    assert sum(one["whole"] for one in found["distribution"]) == pytest.approx(1.0)
    assert sum(one["test"] for one in found["distribution"]) == pytest.approx(1.0)
    assert all(abs(one["test"] - one["whole"]) < 0.05 for one in found["distribution"])


def test_every_row_is_reported_on_each_language() -> None:
    trained.label_recordings(n_children=60)
    train_kind("mfcc", "dnn", skill=3.0)
    found = paper_comparison.report_of_models().as_json()["languages"]
    assert {(one["system"], one["language"]) for one in found} >= {("mean", "en"), ("mean", "fr"), ("binary", "fr")}
    assert all(one["recordings"] > one["accepted"] > 0 for one in found)


def test_a_language_with_few_accepted_gets_no_figure() -> None:
    rng = np.random.default_rng(4)

    def figure(n_accepted: int, n_rejected: int) -> float | None:
        labels = np.array(["Accepted"] * n_accepted + ["Noise"] * n_rejected)
        test = SplitPredictions(np.arange(len(labels)), labels, rng.random(len(labels)))
        row = PaperRow("mfcc", "dnn", "binary", test=test, languages=np.full(len(labels), "fr"))
        (of_language,) = table_rows.by_language(row, "all")
        assert (of_language.f10 is None) == (of_language.f10_interval is None)
        return of_language.f10

    assert [figure(5, 200), figure(19, 200), figure(200, 5)] == [None, None, None]
    assert figure(20, 200) is not None


def test_what_stable_programs_read_is_there() -> None:
    found = paper_comparison.report_of_models().as_json()
    row = {"features", "network", "system", "f10", "f15", "f_am_m", "am_m", "f10_interval"}
    assert row | {"seconds_per_epoch", "seconds", "published"} <= found["rows"][0].keys()
    assert {"claim", "ours", "interval", "verdict"} <= found["claims"][0].keys()


def test_the_papers_best_systems_are_named() -> None:
    best = paper_comparison.published_best()
    assert best["paper: MFCC RNN mean"] == published_results.PublishedFigures(0.51, 0.65, 0.77, 0.25)
    assert best["paper: VGGish RNN multiclass"].f10 == 0.65


def restart() -> None:
    """Forget what this process has computed."""
    predictions._CACHE.clear()


def test_after_a_restart_the_report_is_read_and_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=60)
    train_kind("mfcc", "dnn", skill=1.5)
    before = paper_comparison.report_of_models()
    restart()
    monkeypatch.setattr(paper_comparison, "paper_report", None)
    assert paper_comparison.report_of_models() == before
    trained.label_recordings(n_children=2, name="later")  # what only comes in changes no figure of a model
    restart()
    assert paper_comparison.report_of_models() == before


def test_after_an_erasure_nothing_stored_is_served() -> None:
    trained.label_recordings(n_children=60)
    train_kind("mfcc", "dnn", skill=1.5)
    before = paper_comparison.report_of_models().counts
    with session.reading() as tx:
        child = next(each for each in children.all_children(tx) if each.split is Split.TEST)
    erasure.erase_child(child.pseudonym, actor=COMMAND_LINE)
    assert not list(settings().local_folder.glob("computed/*"))
    restart()
    assert paper_comparison.report_of_models().counts != before
