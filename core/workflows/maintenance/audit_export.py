"""The audit log to take away from the screen: what fits a question as a table, and the whole of it with its chain."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from core.domain.actor import Actor
from core.domain.audit import AuditAction, AuditQuestion
from core.domain.permissions import Permission
from core.workflows.accounts import audit_log, authorisation
from core.workflows.importing.cells import escape_formula
from db import audit, session

COLUMNS = ("number", "at", "actor", "action", "subject", "address", "detail")


def filtered_table(question: AuditQuestion, *, actor: Actor) -> bytes:
    """The entries that fit a question as a CSV in UTF-8 with a byte order mark, oldest first; times in UTC."""
    authorisation.require_first(actor, Permission.READ_AUDIT)
    out, n_rows = io.StringIO(newline=""), 0
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    with session.reading() as tx:
        for entry in audit.fitting(tx, question):
            detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
            texts = (entry.actor, entry.action, entry.subject, entry.address, detail)
            table.writerow([entry.id, entry.at.isoformat(timespec="seconds"), *map(escape_formula, texts)])
            n_rows += 1
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        detail_of_export = {"entries": n_rows, "action": question.action, "actor": question.actor}
        audit.record(tx, actor.account_id, actor.name, AuditAction.EXPORT_AUDIT, detail=detail_of_export)
    return out.getvalue().encode("utf-8-sig")


def whole_log(*, actor: Actor) -> bytes:
    """What `audit_log.export_log` writes: every entry with its hashes, which proves later that none was changed."""
    authorisation.require_first(actor, Permission.READ_AUDIT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.jsonl"
        audit_log.export_log(file, actor=actor)
        return file.read_bytes()
