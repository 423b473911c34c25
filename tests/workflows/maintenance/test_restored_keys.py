"""Keys for programs and decision records in a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.workflows.accounts import api_keys
from core.workflows.deployment import decision_records
from core.workflows.maintenance import backup, backup_restore
from tests.programs import key, scorer

__all__ = ["scorer"]
pytestmark = pytest.mark.usefixtures("database")


def test_a_key_revoked_since_the_backup_stays_revoked(tmp_path: Path) -> None:
    revoked, secret = key()
    _, other_secret = key()
    backup.backup(tmp_path / "a.zip")
    api_keys.revoke(revoked.name, actor=COMMAND_LINE)
    backup_restore.restore(tmp_path / "a.zip", replace=True)
    assert api_keys.key_of_secret(secret) is None
    assert api_keys.key_of_secret(other_secret) is not None


@pytest.mark.usefixtures("scorer")
def test_decision_records_come_back(tmp_path: Path) -> None:
    holder, _ = key()
    (outcome,) = decision_records.decide([("a", b"good")], source="school", actor=Actor.of_key(holder))
    assert outcome.record is not None
    backup.backup(tmp_path / "a.zip")
    backup_restore.restore(tmp_path / "a.zip", replace=True)
    assert decision_records.decision(outcome.record.id, actor=COMMAND_LINE) == outcome.record
