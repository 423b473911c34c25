"""An erased child, and backups from before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.errors import NotFound
from core.workflows.accounts import audit_log
from core.workflows.evaluation import model_evaluation
from core.workflows.maintenance import backup, backup_restore, erasure, receipts
from db import schema, session
from tests.workflows import trained
from tests.workflows.maintenance.erased_children import TWO, bring_in, files_with, learner
from tests.workflows.recorded import recording


def test_an_older_backup_does_not_bring_the_child_back(database: Path, tmp_path: Path) -> None:
    bring_in(tmp_path / "in", TWO)
    audit_log.record_event(COMMAND_LINE, "deploy", "m", {"reason": "of first-child"})
    backup.backup(tmp_path / "old.zip")
    erased = erasure.erase_child("first-child", actor=COMMAND_LINE)
    back = backup_restore.restore(tmp_path / "old.zip", replace=True)
    assert (back.erased_again, back.is_log_empty) == (1, True)
    with pytest.raises(NotFound):
        erasure.preview("first-child", actor=COMMAND_LINE)
    digest = store.sha256_of(recording(0))
    assert files_with({"first-child", digest, digest[:12]}) == set()
    assert erasure.preview("second-child", actor=COMMAND_LINE).recordings == 1
    assert len(receipts.all_receipts(actor=COMMAND_LINE)) == 2
    assert receipts.is_genuine(receipts.all_receipts(actor=COMMAND_LINE)[-1].body)
    assert erased.receipt
    assert audit_log.verify().is_intact


def test_a_recording_that_has_another_child_in_the_backup_stays_erased_and_so_do_models_of_it(
    database: Path, tmp_path: Path
) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("m1")
    (settings().models / "m1").mkdir(parents=True)
    (settings().models / "m1" / "card.json").write_text("{}")
    child = learner()
    with session.writing() as tx:
        tx.execute(update(schema.children).where(schema.children.c.pseudonym == child).values(pseudonym="before"))
    backup.backup(tmp_path / "old.zip")
    with session.writing() as tx:
        tx.execute(update(schema.children).where(schema.children.c.pseudonym == "before").values(pseudonym=child))
    erasure.erase_child(child, actor=COMMAND_LINE)
    back = backup_restore.restore(tmp_path / "old.zip", replace=True)
    assert (back.erased_again, back.withdrawn) == (9, ("m1",))
    assert not (settings().models / "m1").exists()
    assert model_evaluation.models() == []


def test_a_child_that_came_in_again_is_in_the_backup_that_was_made_since(database: Path, tmp_path: Path) -> None:
    bring_in(tmp_path / "in", TWO)
    erasure.erase_child("first-child", actor=COMMAND_LINE)
    bring_in(tmp_path / "again", TWO)
    backup.backup(tmp_path / "new.zip")
    assert backup_restore.restore(tmp_path / "new.zip", replace=True).erased_again == 0
    assert erasure.preview("first-child", actor=COMMAND_LINE).recordings == 1
