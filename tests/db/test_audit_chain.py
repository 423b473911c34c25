"""The audit log is only added to, and a change that gets past the database shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from core.__main__ import app
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditAction, AuditEntry, ChainFault, redaction_detail
from core.domain.labels import Role
from core.errors import EarshotError, NotAllowed, NotFound, Refused
from core.workflows.accounts import accounts, audit_log
from db import audit, session
from tests import table_versions

ATTACKS = [
    "UPDATE audit SET actor = 'somebody else' WHERE id = 2",
    "UPDATE audit SET detail = '{}' WHERE id = 2",
    "UPDATE audit SET hash = '' WHERE id = 2",
    "DELETE FROM audit WHERE id = 2",
    "DELETE FROM audit",
]
ONLY_SQLITE = [
    "INSERT OR REPLACE INTO audit (id, at, actor, action, subject, detail) "
    "VALUES (2, '2026-01-01', 'somebody else', 'sign in', '', '{}')",
    "REPLACE INTO audit (id, at, actor, action, subject, detail) VALUES (2, '2026-01-01', 'x', 'y', '', '{}')",
    "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
    "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (2, '2026-01-01', 'x', 'y', '', '{}') "
    "ON CONFLICT (id) DO UPDATE SET actor = 'somebody else'",
]
ONLY_POSTGRESQL = [
    "TRUNCATE audit",
    "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (2, '2026-01-01', 'x', 'y', '', '{}') "
    "ON CONFLICT (id) DO UPDATE SET actor = 'somebody else'",
]


def fill(count: int = 4) -> None:
    for number in range(1, count + 1):
        detail = {"share": 0.1 * number, "note": "é \u2603", "none": None, "nan": float("nan")}
        audit_log.record_event(COMMAND_LINE, "fetch recording", f"recording {number}", detail, address="192.0.2.7")


def faults() -> list[tuple[int, ChainFault]]:
    return [(problem.entry_id, problem.fault) for problem in audit_log.verify().problems]


@pytest.mark.usefixtures("any_database")
def test_what_is_recorded_is_a_chain_with_addresses() -> None:
    fill()
    with audit_log.acting_from("2001:db8::1"):
        accounts.create("anna", None, Role.JUDGE, actor=COMMAND_LINE)
    assert audit_log.verify().is_intact
    assert audit_log.verify().n_entries == 5
    newest, before, *_ = audit_log.entries().items
    assert newest.previous_hash == before.hash
    assert (newest.address, before.address) == ("2001:db8::1", "192.0.2.7")


@pytest.mark.usefixtures("any_database")
def test_the_database_refuses_every_change_of_an_entry() -> None:
    fill()
    with session.reading() as tx:
        is_sqlite = tx.dialect.name == "sqlite"
    for attack in ATTACKS + (ONLY_SQLITE if is_sqlite else ONLY_POSTGRESQL):
        with pytest.raises((DatabaseError, EarshotError), match="only added to"), session.writing() as tx:
            tx.execute(text(attack))
    assert audit_log.verify().is_intact


def past_the_triggers(statement: str) -> None:
    with session.writing() as tx, audit._without_triggers(tx):
        tx.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit SET actor = 'other' WHERE id = 2", (2, ChainFault.FIELDS_CHANGED)),
        ("UPDATE audit SET address = '' WHERE id = 2", (2, ChainFault.FIELDS_CHANGED)),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE id = 2", (2, ChainFault.FIELDS_CHANGED)),
        ("UPDATE audit SET subject = 'recording 9' WHERE id = 2", (2, ChainFault.CONTENT_CHANGED)),
        ("UPDATE audit SET detail = '{}' WHERE id = 2", (2, ChainFault.CONTENT_CHANGED)),
        ("UPDATE audit SET detail = '{}', salt = '' WHERE id = 2", (2, ChainFault.UNRECORDED_REDACTION)),
        ("DELETE FROM audit WHERE id = 2", (3, ChainFault.LINK_BROKEN)),
        ("DELETE FROM audit WHERE id = 1", (2, ChainFault.LINK_BROKEN)),
        ("DELETE FROM audit WHERE id = 4", (4, ChainFault.END_MISSING)),
        ("DELETE FROM audit", (4, ChainFault.END_MISSING)),
        ("UPDATE audit SET id = 9 WHERE id = 2", (3, ChainFault.LINK_BROKEN)),
        (
            "INSERT INTO audit (id, at, actor, action, subject, detail) "
            "VALUES (5, '2026-01-01 00:00:00', 'x', 'y', '', '{}')",
            (5, ChainFault.LINK_BROKEN),
        ),
    ],
)
@pytest.mark.usefixtures("any_database")
def test_a_change_past_the_triggers_shows(statement: str, fault: tuple[int, ChainFault]) -> None:
    fill()
    past_the_triggers(statement)
    assert fault in faults()


@pytest.mark.usefixtures("any_database")
def test_a_redaction_leaves_the_chain_whole_and_says_that_it_was_one() -> None:
    fill(3)
    with session.writing() as tx:
        redacted = audit.redact(tx, lambda entry: replace(entry, subject=entry.subject.replace("recording 2", "gone")))
        audit.record(tx, None, "command line", "redact audit entries", detail=redaction_detail(redacted))
    report = audit_log.verify()
    assert (report.is_intact, report.n_redacted) == (True, 1)
    past_the_triggers("UPDATE audit SET subject = 'recording 7' WHERE id = 2")
    assert faults() == [(2, ChainFault.UNRECORDED_REDACTION)]


@pytest.mark.usefixtures("any_database")
def test_events_of_nobody_and_of_judges_are_recorded() -> None:
    judge = accounts.create("anna", None, Role.JUDGE, actor=COMMAND_LINE)
    audit_log.record_event(Actor.of(judge), AuditAction.LISTEN, "recording 1", {"seconds": 1.5})
    audit_log.record_event(None, AuditAction.REFUSE, "/api/score", address="198.51.100.2" * 9)
    refused, listened = audit_log.entries(limit=2).items
    assert (refused.actor, refused.account_id, len(refused.address)) == ("not signed in", None, 45)
    assert (listened.actor, listened.action) == ("anna", "listened")


def test_an_earlier_export_shows_a_log_that_was_written_anew(database: Path, tmp_path: Path) -> None:
    fill()
    assert audit_log.export_log(tmp_path / "log.jsonl") == 4
    fill(1)
    assert audit_log.verify(tmp_path / "log.jsonl").is_intact
    with session.writing() as tx:
        audit.clear(tx)
    fill(6)  # a chain that is whole in itself
    assert audit_log.verify().is_intact
    assert not audit_log.verify(tmp_path / "log.jsonl").is_intact


def test_an_export_overwrites_nothing_and_is_for_administrators(database: Path, tmp_path: Path) -> None:
    (tmp_path / "there.jsonl").write_text("x")
    with pytest.raises(Refused, match="exists already"):
        audit_log.export_log(tmp_path / "there.jsonl")
    with pytest.raises(Refused, match="no export"):
        audit_log.verify(tmp_path / "there.jsonl")
    with pytest.raises(NotFound):
        audit_log.export_log(tmp_path / "nowhere" / "log.jsonl")
    staff = accounts.create("staff", None, Role.STAFF, actor=COMMAND_LINE)
    with pytest.raises(NotAllowed):
        audit_log.export_log(tmp_path / "log.jsonl", actor=Actor.of(staff))
    assert not (tmp_path / "log.jsonl").exists()


def test_the_command_line_ends_with_1_for_a_log_that_was_changed(database: Path, tmp_path: Path) -> None:
    fill()
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    assert CliRunner().invoke(app, ["audit", "export", str(tmp_path / "log.jsonl"), "--json"]).exit_code == 0
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 4
    past_the_triggers("DELETE FROM audit WHERE id = 2")
    result = CliRunner().invoke(app, ["audit", "verify", "--json", "--against", str(tmp_path / "log.jsonl")])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert not answer["is_intact"]
    assert {"entry": 2, "fault": "the export holds another entry"} in answer["problems"]


def test_entries_of_a_deed_that_fails_are_not_written(database: Path) -> None:
    def fail() -> None:
        with session.writing() as tx:
            audit.record(tx, None, "command line", "deed")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    fill(1)
    assert [entry.action for entry in audit_log.entries().items] == ["fetch recording"]


def test_a_log_of_an_earlier_version_is_chained(storage: Path) -> None:
    table_versions.upgrade("0004")
    with session.writing() as tx:
        for number in (1, 2, 5):
            values = {"id": number, "at": f"2026-01-0{number} 10:00:00.000000"}
            tx.execute(
                text(
                    "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (:id, :at, 'x', 'y', 's', '{}')"
                ),
                values,
            )
    session.prepare()
    assert (audit_log.verify().is_intact, audit_log.verify().n_entries) == (True, 3)
    fill(1)
    assert [entry.id for entry in audit_log.entries().items] == [6, 5, 2, 1]
    assert audit_log.verify().is_intact


def test_entries_know_when_they_were_redacted() -> None:
    entry = AuditEntry(1, session.now(), None, "x", "y", "s", {}, salt="salt")
    assert not entry.is_redacted
    assert replace(entry, salt="").is_redacted
