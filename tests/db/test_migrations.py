"""A database of an earlier version opens, and nothing that it holds is lost."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from core.workflows.annotation import rounds, third_judge
from db import engines, session
from tests import table_versions

BEGAN = datetime(2026, 3, 1, 9)
RECORDING = (
    "INSERT INTO recordings (id, sha256, extension, filename, child_id, language, word, source, duration_s, "
    "sample_rate_hz, size_bytes, extra, round, wanted, imported_at) VALUES "
    "(:id, :sha, 'wav', 'a.wav', 1, 'fr', '', '', 1.0, 16000, 1, '{}', :round, :wanted, :at)"
)
ACCOUNT = (
    "INSERT INTO accounts (id, name, role, is_active, speaks, may_judge, preferences, created_at) "
    "VALUES (:id, :name, :role, true, 'en', '[]', '{}', :at)"
)
AUDIT = (
    "INSERT INTO audit (at, account_id, actor, action, subject, detail) "
    "VALUES (:at, 1, 'Lea', :action, :subject, :detail)"
)
JUDGEMENT = (
    "INSERT INTO judgements (recording_id, account_id, round, label, decided_at, origin, flag, comment) "
    "VALUES (:recording, :judge, :round, :label, :at, 'import', false, '')"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_database(request: pytest.FixtureRequest, storage: Path) -> None:
    """As revision 0002 left it: recordings in new rounds, and one that waits for a third judge."""
    if request.param == "postgresql":
        request.getfixturevalue("postgres_database")
        with engines.engine().begin() as tx:
            tx.execute(text("DROP SCHEMA public CASCADE"))
            tx.execute(text("CREATE SCHEMA public"))
    table_versions.upgrade("0002")
    with session.writing() as tx:
        for number, name, role in [(1, "Lea", "staff"), (2, "anna", "judge"), (3, "bert", "judge")]:
            tx.execute(text(ACCOUNT), {"id": number, "name": name, "role": role, "at": BEGAN})
        tx.execute(text("INSERT INTO children (id, pseudonym) VALUES (1, 'child')"))
        for number, round_, wanted in [(1, 2, 2), (2, 1, 3), (3, 1, 2), (4, 2, 2)]:
            values = {"id": number, "sha": f"{number:064x}", "round": round_, "wanted": wanted, "at": BEGAN}
            tx.execute(text(RECORDING), values)
        for judge, label in [(2, "Accepted"), (3, "Noise")]:
            row = {"recording": 2, "judge": judge, "round": 1, "label": label, "at": BEGAN}
            tx.execute(text(JUDGEMENT), row)
        audited(tx, "send back to two judges", 1, {"round": 2, "reason": "the model hears noise"})
        audited(tx, "ask a third judge", 2, {})
        audited(tx, "send back to two judges", 3, {"round": 2, "reason": "a mistake"})
        audited(tx, "take back a new round", 3, {"round": 1})
        audited(tx, "send back to two judges", 99, {"round": 2, "reason": "erased since"})


def audited(tx: session.Connection, action: str, recording_id: int, detail: dict[str, object]) -> None:
    subject = f"recording {recording_id}"
    row = {"at": BEGAN, "action": action, "subject": subject, "detail": json.dumps(detail)}
    tx.execute(text(AUDIT), row)


@pytest.mark.usefixtures("old_database")
def test_an_old_database_still_says_who_sent_a_recording_back_and_why() -> None:
    session.prepare()
    first, unknown = rounds.open_rounds()
    assert (first.judged.recording.id, first.by, first.at, first.reason) == (1, "Lea", BEGAN, "the model hears noise")
    assert (unknown.judged.recording.id, unknown.by, unknown.at) == (4, "", None)
    (request,) = third_judge.open_requests()
    assert (request.disagreement.recording.id, request.by, request.at) == (2, "Lea", BEGAN)
