"""Backups as earlier versions of Earshot wrote them: of databases with their tables, filled by plain SQL."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, create_engine, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from core.audio import store
from core.workflows.maintenance import backup_envelope
from db import migrating, table_dump
from tests.workflows.recorded import recording

AT, LATER = "2026-03-01 09:00:00.000000", "2026-03-02 10:30:00.000000"
N_RECORDINGS = 3
FIRST = "0001"
Row = dict[str, Any]


def recording_row(number: int, child_id: int, **more: object) -> Row:
    row: Row = {"id": number, "sha256": store.sha256_of(recording(number)), "extension": "wav", "child_id": child_id}
    row |= {"filename": "Ele\u0300ve/a.wav", "language": "fr_FR", "word": "e\u0301te\u0301", "source": "Lyon"}
    row |= {"duration_s": 0.3, "sample_rate_hz": 16_000, "size_bytes": 10, "extra": {"x": None}, "imported_at": AT}
    return row | {"round": 1, "wanted": 2, "collected_at": AT} | more


def account_row(number: int, name: str, role: str, **more: object) -> Row:
    row: Row = {"id": number, "name": name, "role": role, "is_active": True, "speaks": "fr", "created_at": AT}
    return row | {"may_judge": ["fr"], "preferences": {"speed": 1.5}} | more


def label_row(recording_id: int, account_id: int, **more: object) -> Row:
    row: Row = {"recording_id": recording_id, "account_id": account_id, "label": "Noise", "decided_at": LATER}
    return row | more


def judgement_row(number: int, recording_id: int, account_id: int, **more: object) -> Row:
    more = {"id": number, "round": 1, "origin": "desk", "flag": False, "comment": "\u00e0 v\u00e9rifier"} | more
    return label_row(recording_id, account_id, **more)


# By the version that brought the table, or a column that matters here
ROWS: list[tuple[str, str, Row]] = [
    (FIRST, "accounts", account_row(1, "Lea", "admin")),
    (FIRST, "accounts", account_row(2, "anna", "judge")),
    (FIRST, "accounts", account_row(3, "Zoe\u0301", "judge")),
    (FIRST, "children", {"id": 1, "pseudonym": "Zo\u00e9", "split": "train"}),
    (FIRST, "children", {"id": 2, "pseudonym": "Zoe\u0301", "split": "test"}),
    (FIRST, "children", {"id": 3, "pseudonym": "the third child"}),
    *((FIRST, "recordings", recording_row(number, number)) for number in range(1, N_RECORDINGS + 1)),
    (FIRST, "judgements", judgement_row(1, 1, 2)),
    (FIRST, "judgements", judgement_row(2, 1, 3)),
    (FIRST, "judgements", judgement_row(3, 2, 2, label="Accepted", undone_at=LATER)),
    (FIRST, "judgements", judgement_row(4, 2, 2, label="Speechless", seconds_heard=0.25, replays=2)),
    (FIRST, "adjudications", label_row(3, 1, id=1, round=1, reason="heard twice")),
    (FIRST, "repeats", label_row(1, 2, id=1, judgement_id=1, flag=False, comment="")),
    (FIRST, "skips", {"id": 1, "recording_id": 3, "account_id": 2, "round": 1, "skipped_at": AT}),
    (FIRST, "qualification_items", {"recording_id": 3, "label": "Noise", "added_at": AT}),
    (FIRST, "qualification_answers", label_row(3, 2, id=1, expected="Noise")),
    (FIRST, "protocols", {"id": 1, "kind": "desk", "value": {"waveform": True}, "set_at": AT}),
    (FIRST, "imports", {"id": 1, "source": "in", "started_at": AT, "recordings": 3, "known": 0, "judgements": 0}
        | {"refused": [], "notes": ["one"]}),
    (FIRST, "jobs", {"id": "j1", "kind": "retraining", "state": "failed", "error": "no disk", "created_at": AT}
        | {"parameters": {}, "steps": [], "result": {}}),
    (FIRST, "snapshots", {"id": 1, "hash": "h1", "created_at": AT}),
    (FIRST, "snapshots", {"id": 2, "hash": "h2", "created_at": LATER}),
    (FIRST, "snapshot_items", {"snapshot_id": 1, "recording_id": 1, "label": "Noise", "split": "train"}),
    (FIRST, "snapshot_items", {"snapshot_id": 2, "recording_id": 1, "label": "Noise", "split": "train"}),
    (FIRST, "snapshot_items", {"snapshot_id": 2, "recording_id": 3, "label": "Accepted", "split": "test"}),
    (FIRST, "models", {"id": "m1", "name": "MFCC DNN", "snapshot_id": 2, "job_id": "j1", "seconds": 1.5}
        | {"created_at": AT, "card": {"system": {"kind": "dnn", "features": "mfcc"}}}),
    (FIRST, "operating_points", {"id": 1, "model_id": "m1", "am_target": 0.05, "threshold": 0.4, "reason": "r"}
        | {"chosen_at": AT}),
    (FIRST, "deployments", {"id": 1, "operating_point_id": 1, "account_id": 1, "reason": "", "deployed_at": AT}),
    (FIRST, "probabilities", {"model_id": "m1", "recording_id": 3, "p_accepted": 0.1}),
    (FIRST, "audit", {"id": 1, "at": AT, "account_id": 1, "actor": "Lea", "action": "send back to two judges"}
        | {"subject": "recording 1", "detail": {"round": 2, "reason": "noise"}}),
    (FIRST, "audit", {"id": 2, "at": AT, "actor": "the command line", "action": "add account"}
        | {"subject": "Zo\u00e9", "detail": {"by": "import"}}),
    (FIRST, "sign_ins", {"token_hash": "t", "account_id": 2, "created_at": AT, "expires_at": LATER}),
    (FIRST, "claims", {"recording_id": 3, "account_id": 2, "round": 1, "sitting": "s", "brought_by": "pool"}
        | {"expires_at": LATER}),
    ("0002", "challenges", {"id": 1, "challenger_id": "m1", "am_target": 0.05, "is_offered": True, "figures": {}}
        | {"decided_at": AT}),
    ("0007", "tombstones", {"id": 1, "kind": "child", "salt": "s" * 64, "digest": "d" * 64, "erased_at": AT}),
    ("0008", "accounts", account_row(4, "M. Dupont (import)", "judge", is_external=True, matched_to=5)),
    ("0008", "accounts", account_row(5, "Dupont", "judge")),
    ("0010", "retention_rules", {"id": 1, "is_default": True, "source": "", "days": 900, "models": "retrain"}
        | {"set_at": AT}),
    ("0012", "source_draws", {"id": 1, "source": "Lyon", "recording_id": 3, "drawn_at": AT}),
    ("0013", "api_keys", {"id": 1, "name": "platform", "secret_hash": "h" * 64, "scopes": ["decide"]}
        | {"per_minute": 60, "networks": [], "sources": [], "created_at": AT}),
    ("0013", "decisions", {"id": "d1", "key_id": 1, "decided_at": AT, "verdict": "accepted", "p_accepted": 0.9}
        | {"threshold": 0.4, "model_id": "m1", "source": "Lyon", "duration_s": 0.3}),
    ("0015", "set_asides", {"id": 1, "judge_id": 2, "begins_at": AT, "ends_at": LATER, "reason": "noise at home"}
        | {"is_for_others": True, "set_at": LATER}),
    ("0017", "live_consents", {"id": 1, "source": "Lyon", "reference": "file 7", "set_at": AT}),
    ("0019", "webhooks", {"id": 1, "name": "chat", "url": "https://chat.example", "events": ["deployment"]}
        | {"secret": "sealed", "created_at": AT, "ended_reason": ""}),
    ("0020", "recording_comments", {"id": 1, "recording_id": 1, "text": "a dog", "written_at": AT}),
    ("0023", "control_answers", label_row(3, 2, id=1, round=1, flag=False, comment="")),
]  # fmt: skip


@dataclass(frozen=True)
class OldInstallation:
    """An installation of an earlier version, with its database in a folder."""

    folder: Path
    version: str

    def write_backup(
        self,
        path: Path,
        *,
        change: dict[str, object] | None = None,
        tables: dict[str, bytes | None] | None = None,
        since: Path | None = None,
        passphrase: str | None = None,
    ) -> Path:
        """Write a backup as that version did.

        Parameters
        ----------
        change : of what the backup records about itself.
        tables : bytes in place of a table's rows; None leaves the table out.
        since : an earlier one, which holds the recordings.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = {name: _lines(rows) for name, rows in self.rows().items()}
        recordings = {} if since else {f"{store.sha256_of(data)}.wav": data for data in _sounds()}
        card: dict[str, object] = {"format": 1, "version": self.version, "made_at": AT, "models": 1, "missing": []}
        card |= {"recordings": len(recordings), "rows": sum(data.count(b"\n") for data in entries.values())}
        card |= {"earlier": [_link(since)]} if since else {}
        with path.open("wb") as file, backup_envelope.archive_to_write(file, passphrase) as archive:
            for name, data in (entries | (tables or {})).items():
                if data is not None:
                    archive.writestr(f"tables/{name}.jsonl", data)
            for name, data in recordings.items():
                archive.writestr(f"recordings/{name}", data)
            archive.writestr("models/m1/card.json", "{}")
            archive.writestr("backup.json", json.dumps(card | (change or {})))
        return path

    def rows(self) -> dict[str, list[Row]]:
        """The rows of every table that backups of that version held."""
        engine = create_engine(f"sqlite:///{self.folder / 'earshot.db'}")
        with engine.connect() as connection:
            inspector = inspect(connection)
            held = set(inspector.get_table_names()) - table_dump.OF_THE_MOMENT - {"alembic_version"}
            return {name: _rows(connection, name, inspector.get_columns(name)) for name in sorted(held)}


def old_installation(folder: Path, version: str) -> OldInstallation:
    """One that began with the first version and was upgraded until this one, with rows in most tables."""
    folder.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{folder / 'earshot.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        migrating.upgrade_tables(connection, FIRST)
        _insert(connection, [(table, row) for brought, table, row in ROWS if brought == FIRST])
        migrating.upgrade_tables(connection, version)
        _insert(connection, [(table, row) for brought, table, row in ROWS if FIRST < brought <= version])
    engine.dispose()
    return OldInstallation(folder, version)


def _insert(connection: Connection, due: list[tuple[str, Row]]) -> None:
    for table, row in due:
        values = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in row.items()}
        columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)
    connection.commit()


def _rows(connection: Connection, name: str, columns: list[ReflectedColumn]) -> list[Row]:
    query = select(Table(name, MetaData(), *(Column(column["name"], column["type"]) for column in columns)))
    return [_plain(row) for row in connection.execute(query).mappings()]


def _plain(row: Any) -> Row:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in dict(row).items()}


def _sounds() -> list[bytes]:
    return [recording(number) for number in range(1, N_RECORDINGS + 1)]


def _link(since: Path) -> dict[str, str]:
    with zipfile.ZipFile(since) as archive:
        return {"name": since.name, "card_sha256": hashlib.sha256(archive.read("backup.json")).hexdigest()}


def _lines(rows: list[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
