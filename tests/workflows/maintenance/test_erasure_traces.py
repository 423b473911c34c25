"""After an erasure nothing on disk matches the child: not its name, not its hashes, not its features."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, text, update

from core.audio import feature_cache, features
from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.erasure import ModelsChoice
from core.domain.jobs import JobStep
from core.domain.labels import Role
from core.errors import Conflict, NotAllowed, NotFound
from core.learning import classical, classifier_kinds, networks
from core.learning.classical import ClassicalSpec
from core.learning.networks import NetworkSpec
from core.messages import Message
from core.workflows.accounts import accounts, audit_log
from core.workflows.evaluation import model_evaluation
from core.workflows.importing import import_recordings
from core.workflows.jobs import cluster, job_status
from core.workflows.maintenance import database_log, erasure, receipts
from core.workflows.retraining import retraining
from core.workflows.training.model_specs import ModelSpec
from db import schema, session
from tests.workflows import labelled_sounds, trained
from tests.workflows.maintenance.erased_children import TWO, bring_in, files, files_with, learner
from tests.workflows.recorded import folder_with_manifest

CHILD = "child-02"
SYSTEMS = (ModelSpec("dynamics", "svm", "multiclass"), ModelSpec("dynamics", "boosting", "multiclass"))
QUICK = {"svm": ClassicalSpec("svm"), "boosting": ClassicalSpec("boosting", rounds=3, leaf=3)}


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs stay queued until the test runs them in this process."""
    keys: list[str] = []
    monkeypatch.setattr(classical, "RECOMMENDED", QUICK)
    monkeypatch.setattr(networks, "RECOMMENDED", {"dnn": NetworkSpec("dnn", units=8, layers=1, max_epochs=2)})
    monkeypatch.setattr(cluster, "submit", lambda *_, key: keys.append(key))
    return keys


@pytest.fixture
def child_hashes(handed_over: list[str]) -> set[str]:
    """Models that have learned from six children, and the hashes of the recordings of one of them."""
    labelled_sounds.label_sounds(8)
    with session.writing() as tx:
        tx.execute(text("UPDATE children SET split = 'train' WHERE pseudonym = :name"), {"name": CHILD})
    retraining.run(retraining.start(systems=SYSTEMS).id)
    with session.reading() as tx:
        query = "SELECT sha256 FROM recordings JOIN children ON children.id = child_id WHERE pseudonym = :name"
        return set(tx.execute(text(query), {"name": CHILD}).scalars())


def feature_rows(hashes: set[str]) -> list[np.ndarray]:
    """The child's features as they are cached, and as each model prepares them."""
    family = features.family("dynamics", vggish="", yamnet="")
    rows = [feature_cache.load_or_extract(family, settings().storage, one, lambda: b"") for one in sorted(hashes)]
    prepared = [
        classical.prepared_rows(rows, classifier_kinds.load(folder.parent).preparation)
        for folder in settings().models.rglob("classical.json")
    ]
    return [*rows, *(row for some in prepared for row in some)]


def arrays() -> Iterator[tuple[str, np.ndarray]]:
    for path in files():
        if path.suffix == ".npy":
            yield path.name, np.load(path)
        elif path.suffix == ".npz":
            with np.load(path) as archive:
                yield from ((f"{path.parent}/{name}", archive[name]) for name in archive.files)


def arrays_with(rows: list[np.ndarray]) -> set[str]:
    """The arrays of which a row equals one of these."""
    found = set()
    for name, array in arrays():
        if array.ndim and array.shape[-1] == rows[0].shape[-1]:
            table = array.reshape(-1, array.shape[-1])
            if any(np.isclose(table, row, rtol=1e-5, atol=1e-6).all(axis=1).any() for row in rows):
                found.add(name)
    return found


def leave_words_everywhere(hashes: set[str]) -> None:
    """What people and programs write about a child in the course of a year."""
    digest = sorted(hashes)[0]
    now = session.now()
    with session.writing() as tx:
        other = tx.execute(text("SELECT id FROM recordings WHERE filename = '5-0.wav'")).scalar_one()
        tx.execute(
            insert(schema.imports).values(
                source=f"/data/{CHILD}/manifest.csv",
                started_at=now,
                refused=[{"file": f"{CHILD.upper()}.wav", "row": 2, "reason": f"the same as {digest[:12]}.wav"}],
                notes=[f"Child {CHILD!r} stands in train", "2-0.wav has no label"],
            )
        )
        tx.execute(
            update(schema.judgements).where(schema.judgements.c.recording_id == other).values(comment=f"{CHILD}?")
        )
        values = {"recording_id": other, "round": 2, "kind": "new round", "reason": f"sounds like {CHILD}'s voice"}
        tx.execute(insert(schema.recording_rounds).values(**values, begun_at=now))
        job = {"id": "j", "kind": "paper", "state": "failed", "created_at": now}
        tx.execute(insert(schema.jobs).values(**job, error=f"The recording {digest[:12]}.wav is not in the storage"))
        tx.execute(text("UPDATE models SET card = json_set(card, '$.note', 'without Child-02')"))
    audit_log.record_event(COMMAND_LINE, "deploy", "m1", {"reason": f"asked by the parents of {CHILD}"})
    (settings().local_folder / "cluster.log").write_text(f"Traceback: {digest}.wav of {CHILD}\n")
    copies = settings().local_folder / "copies" / "spec" / digest[:2]
    copies.mkdir(parents=True)
    (copies / f"{digest}.flac").write_bytes(b"sound")
    (copies / f".{digest}.flac.half").write_bytes(b"unfinished")


@pytest.mark.slow
def test_nothing_on_disk_matches_the_child_afterwards(child_hashes: set[str]) -> None:
    rows = feature_rows(child_hashes)
    leave_words_everywhere(child_hashes)
    orphan = next(path for path in settings().models.iterdir() if "svm" in path.name)
    orphan.with_name("orphan").mkdir()
    for name in ("card.json",):  # as a job that was killed between folder and row leaves it
        (orphan.with_name("orphan") / name).write_bytes((orphan / name).read_bytes())
    words = {CHILD, "2-0.wav", *child_hashes, *(one[:12] for one in child_hashes)}
    assert len(files_with(words)) > 5
    assert any("support" in name or "vectors" in name for name in arrays_with(rows))
    erased = erasure.erase_child(CHILD, actor=COMMAND_LINE)
    assert erased.is_complete
    assert len(erased.models) == 2
    assert files_with(words) == set()
    assert arrays_with(rows) == set()
    assert [path.name for path in settings().models.iterdir()] == []
    assert audit_log.verify().is_intact
    assert audit_log.verify().n_redacted == 1


@pytest.mark.slow
def test_models_are_trained_again_without_the_child_when_asked(child_hashes: set[str], handed_over: list[str]) -> None:
    rows = feature_rows(child_hashes)
    erased = erasure.erase_child(CHILD, models=ModelsChoice.RETRAIN, actor=COMMAND_LINE)
    assert handed_over[-1] == f"retrain-{erased.retraining}"
    retraining.run(erased.retraining)
    again = model_evaluation.models()
    assert {model.name for model in again} == {system.name for system in SYSTEMS}
    assert {model.id for model in again}.isdisjoint(erased.models)
    assert arrays_with(rows) == set()


def test_a_log_that_somebody_reads_is_reported_and_emptied_later(database: Path) -> None:
    trained.label_recordings(n_children=3)
    with session.reading() as tx:
        tx.execute(text("SELECT count(*) FROM children")).scalar_one()  # the state before stays alive with this reader
        erased = erasure.erase_child("child-001", actor=COMMAND_LINE, log_patience_s=0.5)
        assert not erased.is_log_empty
        assert any("earshot.db" in trace for trace in erased.traces)
        assert not receipts.receipt(erased.receipt, actor=COMMAND_LINE).is_log_empty
        assert not database_log.finish()
    assert database_log.finish()
    assert receipts.receipt(erased.receipt, actor=COMMAND_LINE).is_log_empty
    assert files_with({"child-001"}) == set()


def test_a_reader_who_ends_in_time_is_waited_for(database: Path) -> None:
    trained.label_recordings(n_children=3)
    is_reading, timer = threading.Event(), threading.Event()

    def read() -> None:
        with session.reading() as tx:
            tx.execute(text("SELECT count(*) FROM children")).scalar_one()
            is_reading.set()
            timer.wait(1.0)

    reader = threading.Thread(target=read)
    reader.start()
    is_reading.wait()
    assert erasure.erase_child("child-001", actor=COMMAND_LINE).is_complete
    reader.join()
    assert files_with({"child-001"}) == set()


def test_the_receipt_is_signed_and_names_nobody(database: Path) -> None:
    trained.label_recordings(n_children=3)
    erased = erasure.erase_child("child-001", actor=COMMAND_LINE)
    body = receipts.receipt(erased.receipt, actor=COMMAND_LINE).body
    assert receipts.is_genuine(json.loads(json.dumps(body)))
    assert "child-001" not in json.dumps(body)
    assert (body["by"], body["removed_rows"]["recordings"]) == ("command line", 9)  # type: ignore[index, call-overload]
    for forged in ({"by": "me"}, {"signature": "0" * 64}, {"hash": "0" * 64}, {"more": 1}, {"signature": None}):
        assert not receipts.is_genuine(body | forged)
    (entry,) = audit_log.entries(action="erasure receipt").items
    assert entry.detail["hash"] == body["hash"]


@pytest.mark.parametrize(
    ("child", "stays"),
    [
        ("7", ["17", "v1.7b", "7th"]),
        ("child-001", ["child-0010", "child-002"]),
        ("Zoé", ["Zoéline"]),
    ],
)
def test_words_of_others_stay(database: Path, tmp_path: Path, child: str, stays: list[str]) -> None:
    rows = [{"filename": f"{number}.wav", "child": name} for number, name in enumerate([child, "child-0010", "other"])]
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", rows), actor=COMMAND_LINE)
    audit_log.record_event(
        COMMAND_LINE, "fetch recording", "recording 7", {"version": "2.4.7", "reason": f"of {child}"}
    )
    with session.writing() as tx:
        notes = [*stays, f"({child})", f"{child}_a.wav"]
        tx.execute(update(schema.imports).values(notes=notes))
    erasure.erase_child(child, actor=COMMAND_LINE)
    (run,) = import_recordings.import_runs()
    assert list(run.notes) == [*stays, "([erased])", "[erased]_a.wav"]
    (entry,) = audit_log.entries(action="fetch recording").items
    assert (entry.subject, entry.detail) == ("recording 7", {"version": "2.4.7", "reason": "of [erased]"})


def test_a_stored_message_loses_the_name_as_its_english_does(database: Path) -> None:
    trained.label_recordings(n_children=3)
    why = Message("{file}: {reason}", {"file": "child-001_2.wav", "reason": Message("not {n} s", {"n": 0.5})})
    row = {"id": "j", "kind": "paper", "state": "failed", "created_at": session.now()}
    steps = [JobStep("Labels").noted(why).as_json()]
    with session.writing() as tx:
        tx.execute(insert(schema.jobs).values(**row, steps=steps, error=str(why), error_message=why.as_json()))
    erasure.erase_child("child-001", actor=COMMAND_LINE)
    job = job_status.get_job("j")
    assert job.error_message == Message(why.template, {**why.values, "file": "[erased]_2.wav"})
    assert (job.steps[0].note_message, job.steps[0].note) == (job.error_message, job.error)
    assert files_with({"child-001"}) == set()


def test_names_of_other_files_stay_although_an_erased_name_is_a_part_of_them(database: Path, tmp_path: Path) -> None:
    names = ["take-2-0.wav", "12-0.wav", "2-0.wav", "photo of first-child.wav"]
    rows = [
        {"filename": name, "child": child} for name, child in zip(names, ["a", "b", "first-child", "d"], strict=True)
    ]
    bring_in(tmp_path / "in", rows)
    erasure.erase_child("first-child", actor=COMMAND_LINE)
    with session.reading() as tx:
        stay = tx.execute(text("SELECT filename FROM recordings ORDER BY id")).scalars().all()
    assert stay == ["take-2-0.wav", "12-0.wav", "photo of [erased].wav"]


def test_other_spellings_of_the_pseudonym_go_as_well(database: Path, tmp_path: Path) -> None:
    child = "Zoé Müller"
    rows = [{"filename": "a.wav", "child": child}, {"filename": "b.wav", "child": "other"}]
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", rows), actor=COMMAND_LINE)
    spellings = [child, child.upper(), "Zoe\u0301 Mu\u0308ller", f"IMG{child}2.wav"]
    with session.writing() as tx:
        tx.execute(update(schema.imports).values(notes=spellings))
    (settings().local_folder / "old.log").write_text("\n".join(spellings) + json.dumps(spellings))
    assert erasure.erase_child(child, actor=COMMAND_LINE).is_complete
    (run,) = import_recordings.import_runs()
    assert list(run.notes) == ["[erased]", "[erased]", "[erased]", "IMG[erased]2.wav"]
    assert files_with({child, "Zoe\u0301 Mu\u0308ller"}) == set()


def test_a_preview_says_what_would_go_and_changes_nothing(database: Path) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("m1")
    child = learner()
    before = files_with({child})
    preview = erasure.preview(child, actor=COMMAND_LINE)
    assert (preview.recordings, preview.judgements, preview.withdraws_the_deployed) == (9, 18, False)
    assert [model.id for model in preview.learned] == ["m1"]
    assert files_with({child}) == before
    with pytest.raises(NotFound):
        erasure.preview("nobody", actor=COMMAND_LINE)
    staff = accounts.create("staff", None, Role.STAFF, actor=COMMAND_LINE)
    with pytest.raises(NotAllowed):
        erasure.preview(child, actor=Actor.of(staff))


def test_jobs_at_work_are_cancelled_first_and_one_that_does_not_stop_is_named(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.label_recordings(n_children=3)
    job = retraining.start(systems=SYSTEMS)
    assert erasure.preview("child-001", actor=COMMAND_LINE).jobs == (job.id,)
    assert erasure.erase_child("child-001", actor=COMMAND_LINE).is_complete
    assert job_status.get_job(job.id).state == "cancelled"
    running = retraining.start(systems=SYSTEMS)
    with session.writing() as tx:
        values = {"state": "running", "owner": "elsewhere", "heartbeat_at": session.now()}
        tx.execute(update(schema.jobs).where(schema.jobs.c.id == running.id).values(values))
    monkeypatch.setattr(erasure, "JOBS_PATIENCE_S", 0.3)
    with pytest.raises(Conflict, match=running.id):
        erasure.erase_child("child-002", actor=COMMAND_LINE)
    assert erasure.preview("child-002", actor=COMMAND_LINE).recordings == 9


def test_nothing_remains_of_rows_that_were_changed_often(database: Path, tmp_path: Path) -> None:
    bring_in(tmp_path / "in", TWO)
    with session.writing() as tx:
        for number in range(200):
            note = f"first-child {number} " * 30
            tx.execute(insert(schema.imports).values(source="x", started_at=session.now(), refused=[], notes=[note]))
    with session.writing() as tx:
        tx.execute(update(schema.imports).values(notes=["short"]))
    assert erasure.erase_child("first-child", actor=COMMAND_LINE).is_complete
    assert files_with({"first-child"}) == set()


def test_an_erasure_whose_model_folder_cannot_go_changes_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("m1")
    (settings().models / "m1").mkdir(parents=True)
    child = learner()

    def no_disk(*_: Any, **__: Any) -> None:
        raise OSError("no disk")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", no_disk)
        with pytest.raises(OSError, match="no disk"):
            erasure.erase_child(child, actor=COMMAND_LINE)
    assert erasure.preview(child, actor=COMMAND_LINE).recordings == 9
    assert replace(erasure.erase_child(child, actor=COMMAND_LINE), receipt=0).models == ("m1",)
    assert list(settings().models.iterdir()) == []
