from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Split
from core.errors import Refused
from core.learning import networks
from core.learning.networks import NetworkSpec
from core.workflows.jobs import cluster, job_status
from core.workflows.maintenance import erasure
from core.workflows.paper import (
    claim_repeats,
    cross_validation,
    cross_validation_plan,
    cross_validation_results,
    row_curves,
    snapshot_folds,
)
from core.workflows.paper.paper_rows import ALL_LANGUAGES
from core.workflows.training import checkpoint_fitting, snapshots
from core.workflows.training.model_specs import ModelSpec
from db import folds, recordings, session
from db import jobs as jobs_table
from tests.workflows import labelled_sounds, trained
from tests.workflows.paper.crossed_rows import cross, without_training

SYSTEM = ModelSpec("dynamics", "dnn", "multiclass")
ONE = {"features": ("dynamics",), "networks": ("dnn",)}

pytestmark = pytest.mark.usefixtures("database")


def stored_report(language: str = ALL_LANGUAGES) -> Any:
    """The newest report as programs read it."""
    report = cross_validation_results.newest_report(language)
    assert report is not None
    return json.loads(json.dumps(report.as_json(), allow_nan=False))


def test_a_fold_tests_its_children_and_never_shows_them_to_training() -> None:
    trained.label_recordings(n_children=20)
    snapshot = trained.freeze()
    made = snapshot_folds.folds_of_snapshot(snapshot, n_folds=4, seed=1)
    tested = [{item.child for item in fold.snapshot.items if item.split is Split.TEST} for fold in made]
    assert sum(len(children) for children in tested) == len(set.union(*tested)) == 20
    for fold, children in zip(made, tested, strict=True):
        assert not children & {item.child for item in fold.snapshot.items if item.split is not Split.TEST}
    assert len({fold.snapshot.hash for fold in made} | {snapshot.hash}) == 5


def test_children_who_share_a_sound_are_tested_in_one_fold() -> None:
    ids = trained.label_recordings(n_children=20, each=9)
    with session.writing() as tx:
        for number in range(10):  # the child `number` and the child `number + 10` have a recording in common
            for child in (number, number + 10):
                recordings.fill(tx, ids[9 * child], waveform_sha256=f"sound {number}")
    for fold in snapshot_folds.folds_of_snapshot(trained.freeze(), n_folds=4, seed=1):
        split_of = {item.child: item.split for item in fold.snapshot.items}
        assert all(split_of[f"child-{n:03d}"] is split_of[f"child-{n + 10:03d}"] for n in range(10))


def test_silence_links_no_children() -> None:
    ids = trained.label_recordings(n_children=20, each=9)
    with session.writing() as tx:
        for recording_id in ids:
            recordings.fill(tx, recording_id, waveform_sha256="")
    assert len(snapshot_folds.folds_of_snapshot(trained.freeze(), n_folds=4, seed=1)) == 4


def test_one_language_teaches_and_every_language_is_tested() -> None:
    trained.label_recordings(n_children=20)
    snapshot = trained.freeze()
    for fold in snapshot_folds.folds_of_snapshot(snapshot, n_folds=2, seed=1, language="fr"):
        assert {item.language for item in fold.snapshot.items if item.split is not Split.TEST} == {"fr"}
        assert {item.language for item in fold.snapshot.items if item.split is Split.TEST} == {"en", "fr"}
        assert [snapshot.items[place].sha256 for place in fold.places] == [one.sha256 for one in fold.snapshot.items]


def test_a_language_that_nobody_reads_is_refused() -> None:
    trained.label_recordings(n_children=20)
    with pytest.raises(Refused, match="Fold 1 has no recording in 'xx' that is Accepted or Noise or Speechless"):
        snapshot_folds.folds_of_snapshot(snapshots.freeze(seed=0), n_folds=2, seed=0, language="xx")


def test_every_row_of_the_paper_is_filled_and_a_stand_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch, skill={"vggish": 4.0})
    job = cross()
    assert job.state == "succeeded", job.error
    assert {step.state for step in job.steps} == {"done"}
    found = stored_report()
    papers = [row for row in found["rows"] if row["published"]]
    assert len(papers) == 20
    assert all(0 <= row["f10"] <= 1 and row["f10_interval"][0] <= row["f10"] for row in papers)
    assert {row["features"] for row in papers} == {"mfcc", "stand-in for vggish"}
    assert [row["is_product"] for row in found["rows"]].count(True) == 1
    assert (found["made"]["folds"], found["made"]["children"], found["made"]["recordings"]) == (2, 20, 180)
    assert {one["language"] for one in found["languages"]} == {"en", "fr"}


def test_claims_are_judged_by_the_stand_in_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=40)
    without_training(monkeypatch, skill={"vggish": 5.0, "mfcc": 0.5})
    cross()
    found = {one["claim"]: one for one in stored_report()["claims"]}
    better = found["VGGish features do better than MFCC, network for network"]
    assert better["verdict"].startswith("With a stand-in, not with VGGish itself: Holds here")
    faster = found["Networks on VGGish features train three to five times faster"]
    assert faster["ours"] == pytest.approx(4.0)
    assert faster["interval"] == pytest.approx([4.0, 4.0])
    assert found["On MFCC, RNNs do better than DNNs"]["verdict"].startswith("Cannot tell from this many recordings")


@pytest.mark.long
def test_the_opposite_of_a_claim_is_said_after_other_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=40)
    without_training(monkeypatch, skill={"rnn": 0.3, "dnn": 4.0})
    assert next(step for step in cross().steps if step.name == claim_repeats.STEP).state == "done"
    (verdict,) = [one for one in stored_report()["claims"] if one["id"] == "rnn-beats-dnn-on-mfcc"]
    assert verdict["outcome"] == "opposite"
    assert len(verdict["repeats"]["others"]) == 2


@pytest.mark.long
def test_a_difference_that_shrinks_with_more_recordings_is_no_opposite(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=40)
    without_training(monkeypatch, skill={"rnn": 1.8, "dnn": 2.8, "few": -3.0})
    cross()
    (verdict,) = [one for one in stored_report()["claims"] if one["id"] == "rnn-beats-dnn-on-mfcc"]
    assert verdict["repeats"]["half"] < verdict["ours"] < 0
    assert verdict["outcome"] == "cannot tell"


def test_without_a_doubtful_claim_nothing_is_trained_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    assert next(step for step in cross(**ONE).steps if step.name == claim_repeats.STEP).is_reused


def test_one_language_learned_from_stands_beside_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    cross(**ONE)
    cross(**ONE, language="fr")
    assert stored_report()["made"]["trained_on"] == "all"
    assert {one["trained_on"] for one in stored_report()["languages"]} == {"all", "fr"}
    assert stored_report("fr")["made"]["trained_on"] == "fr"


def test_the_newest_takes_the_place_of_what_earlier_ones_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    first, second = cross(**ONE), cross(**ONE)
    with session.reading() as tx:
        assert folds.jobs_with_predictions(tx) == [second.id]
    assert job_status.get_job(first.id).result["paper"]["rows"]
    key = ("dynamics", "dnn", "majority")
    assert row_curves.curves_of_rows([key], job_id=second.id)[key].accepted == 60


def test_an_erased_child_is_in_no_fold_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    job = cross(**ONE)
    erasure.erase_child("child-003", actor=COMMAND_LINE)
    tested = [row.test for row in cross_validation_results.rows(job) if row.test is not None]
    assert {len(one.p) for one in tested} == {171}


def test_a_job_that_was_killed_goes_on_without_training_again(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled_sounds.label_sounds(10)
    monkeypatch.setattr(networks, "RECOMMENDED", {"dnn": NetworkSpec("dnn", units=4, layers=1, max_epochs=2)})
    monkeypatch.setattr(cluster, "submit", lambda *_, key: None)
    for module in (cross_validation, cross_validation_plan):
        monkeypatch.setattr(module, "PRODUCT", SYSTEM)
    monkeypatch.setattr(cross_validation.model_specs, "requested_specs", lambda *_: (SYSTEM,))
    taught: list[str] = []
    teach, keep = checkpoint_fitting.fit_checkpoint, folds.store
    monkeypatch.setattr(
        checkpoint_fitting,
        "fit_checkpoint",
        lambda one, *rest, **more: taught.append(one.key) or teach(one, *rest, **more),
    )

    def keep_one(*what: Any) -> None:
        if what[3] == 1:
            raise SystemExit
        keep(*what)

    job = cross_validation.start(n_folds=2)
    with monkeypatch.context() as killed:
        killed.setattr(folds, "store", keep_one)
        with pytest.raises(SystemExit):
            cross_validation.run(job.id)
    with session.writing() as tx:
        before = folds.of_job(tx, job.id, 1)[SYSTEM.name]
        jobs_table.end(tx, job.id, "interrupted")
    cross_validation.run(cross_validation.resume(job.id).id)
    assert job_status.get_job(job.id).state == "succeeded", job_status.get_job(job.id).error
    assert len(taught) == len(set(taught)) == 2
    with session.reading() as tx:
        after = folds.of_job(tx, job.id, 1)[SYSTEM.name]
    assert set(before) < set(after)
    assert len(after) == 60


def test_one_that_is_cancelled_can_be_gone_on_with(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    job = cross_validation.start(n_folds=2, **ONE)
    job_status.cancel(job.id)
    assert cross_validation_results.newest_report() is None
    cross_validation.run(cross_validation.resume(job.id).id)
    assert cross_validation_results.newest_report()


def test_labels_that_came_while_it_stood_still_are_in_it_when_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    trained.label_recordings(n_children=20)
    without_training(monkeypatch)
    job = cross_validation.start(n_folds=2, **ONE)
    with monkeypatch.context() as broken:
        broken.setattr(cross_validation.paper_comparison, "paper_report", lambda *_, **__: 1 / 0)
        cross_validation.run(job.id)
    assert job_status.get_job(job.id).state == "failed"
    trained.label_recordings(n_children=6, name="new")
    cross_validation.run(cross_validation.resume(job.id).id)
    assert stored_report()["made"]["recordings"] == 9 * 26


@pytest.mark.parametrize("options", [{"features": ("crystal-ball",)}, {"n_folds": 1}])
def test_what_cannot_be_cross_validated_is_refused_before_anything_starts(options: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        cross_validation.start(**options)
    assert job_status.current_job(job_status.PAPER) is None
