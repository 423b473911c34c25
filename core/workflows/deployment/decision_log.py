"""Reading decision records: the last ones, those of a person's question, and all of them as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from core.domain.actor import Actor
from core.domain.decisions import DecisionRecord, is_decision_id
from core.domain.json_types import JsonObject
from core.domain.live import SampledRecording
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.importing.cells import escape_formula
from db import api_keys, audit, decisions, live_samples, session

COLUMNS = (
    *("id", "key", "source", "decided_at", "decision", "reason", "p_accepted", "p_noise", "p_speechless"),
    *("threshold", "model", "distance", "duration_s", "inclusion"),
)
ENDINGS = (".csv", ".json", ".jsonl")
MOST_SHOWN = 500


@dataclass(frozen=True)
class WrittenDecisions:
    """The records as a file holds them, and how many there are."""

    text: str
    n: int


@dataclass(frozen=True)
class LoggedDecision:
    """A decision record with the name of the key, and the stored recording where it was drawn for judges."""

    record: DecisionRecord
    key: str
    sampled: SampledRecording | None


def newest(limit: int = 50, *, source: str | None = None, actor: Actor) -> list[LoggedDecision]:
    """The last decisions, newest first."""
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_DECISIONS)
        records = decisions.newest(tx, limit=min(limit, MOST_SHOWN), source=source)
        sampled = live_samples.of_decisions(tx, [record.id for record in records])
        names = _key_names(tx)
    return [LoggedDecision(each, names.get(each.key_id, ""), sampled.get(each.id)) for each in records]


def look_up(decision_id: str, *, actor: Actor) -> LoggedDecision:
    """The decision of an id.

    Raises
    ------
    NotFound
        There is none, or its time is over.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_DECISIONS)
        wanted = decision_id.strip().lower()
        record = decisions.get(tx, wanted) if is_decision_id(wanted) else None
        if record is None:
            raise NotFound(
                "There is no decision {decision_id!r}, or its time is over.",
                decision_id=decision_id.strip()[:40],
            )
        sampled = live_samples.of_decisions(tx, [record.id])
        return LoggedDecision(record, _key_names(tx).get(record.key_id, ""), sampled.get(record.id))


def export_decisions(out: Path, *, actor: Actor) -> int:
    """Write every record to a .csv, .json or .jsonl; how many. Text that a spreadsheet would run is made harmless.

    Raises
    ------
    Refused
        The ending of the file's name is another.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    if out.suffix.lower() not in ENDINGS:
        raise Refused(
            "{name} ends in none of {endings}; choose one of these.",
            name=out.name,
            endings=", ".join(ENDINGS),
        )
    written = as_text(out.suffix.lower(), actor=actor)
    out.write_text(written.text, encoding="utf-8")
    return written.n


def as_text(ending: str, *, actor: Actor) -> WrittenDecisions:
    """Every record, as a file of this ending holds it."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.EXPORT)
        audit.record(tx, actor.account_id, actor.name, "export decisions", f"decisions{ending}")
    with session.reading() as tx:
        rows = list(_rows(tx))
    if ending == ".json":
        return WrittenDecisions(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", len(rows))
    if ending == ".jsonl":
        return WrittenDecisions("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), len(rows))
    buffer = io.StringIO()
    table = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(
        {name: escape_formula(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    )
    return WrittenDecisions(buffer.getvalue(), len(rows))


def as_json(record: DecisionRecord, key: str = "") -> JsonObject:
    """A record as it is exported."""
    return {
        "id": record.id,
        "key": key,
        "source": record.source,
        "decided_at": record.decided_at.replace(tzinfo=UTC).isoformat(),
        "decision": record.verdict.value,
        "reason": record.reason.value if record.reason else None,
        "p_accepted": record.p_accepted,
        "p_noise": record.p_noise,
        "p_speechless": record.p_speechless,
        "threshold": record.threshold,
        "model": record.model_id,
        "distance": record.distance,
        "duration_s": record.duration_s,
        "inclusion": record.inclusion,
    }


def _rows(tx: session.Connection) -> Iterator[JsonObject]:
    names = _key_names(tx)
    for record in decisions.oldest_first(tx):
        yield as_json(record, names.get(record.key_id, ""))


def _key_names(tx: session.Connection) -> dict[int | None, str]:
    return {key.id: key.name for key in api_keys.all_keys(tx)}
