"""The audit log as a hash chain: its entries, how they are linked, and how a change is detected.

Each entry's `hash` is SHA-256 over its own fields and the hash of the entry before, so that no entry can be changed,
removed or put between others without every later hash being wrong. What may name a person outside (subject and detail)
enters the hash only as `content_hash`, which is salted: an erasure can take words out of an entry and throw its salt
away, and the chain still holds. The entry is then known to be redacted, what it said before cannot be guessed from its
hash, and a later entry of the chain records which entries were redacted, with the hash of what they say now.

Canonical JSON: keys sorted, no spaces, UTF-8, times in ISO 8601 with microseconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.json_types import JsonObject, JsonValue

FIRST_PREVIOUS_HASH = "0" * 64
REDACTION = "redact audit entries"
NOT_SIGNED_IN = "not signed in"


class AuditAction(StrEnum):
    """Actions of events that change no row of their own."""

    FETCH_RECORDING = "fetch recording"  # bytes were sent; whether anybody listened, the player says
    LISTEN = "listened"
    SIGN_IN_FAILED = "sign-in failed"
    REFUSE = "refused"
    SCORE = "score"
    FETCH_MODULE = "fetch module"
    DOWNLOAD = "download"
    EXPORT_AUDIT = "export audit"


@dataclass(frozen=True)
class AuditEntry:
    """`address`: the network address it came from, empty where there is none. `salt` is empty once redacted."""

    id: int
    at: datetime
    account_id: int | None
    actor: str
    action: str
    subject: str
    detail: JsonObject
    address: str = ""
    salt: str = ""
    content_hash: str = ""
    previous_hash: str = ""
    hash: str = ""

    @property
    def is_redacted(self) -> bool:
        return not self.salt


@dataclass(frozen=True)
class AuditQuestion:
    """Which entries: of one action, of one actor by name, from a time on, and before a time (UTC); "" and None: any."""

    action: str = ""
    actor: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None


class ChainFault(StrEnum):
    """How an entry breaks the chain."""

    CONTENT_CHANGED = "its subject or detail was changed"
    FIELDS_CHANGED = "its time, actor, action or address was changed"
    LINK_BROKEN = "an entry before it was changed, removed or added"
    UNRECORDED_REDACTION = "it was redacted, and no entry says so"
    END_MISSING = "entries at the end were removed or added"
    DIFFERS_FROM_EXPORT = "the export holds another entry"


@dataclass(frozen=True)
class ChainProblem:
    entry_id: int
    fault: ChainFault


@dataclass(frozen=True)
class ChainHead:
    """The newest entry as it was noted when it was added."""

    n_entries: int = 0
    last_id: int = 0
    hash: str = FIRST_PREVIOUS_HASH


@dataclass(frozen=True)
class ChainReport:
    """`head`: the hash of the last entry. Stored elsewhere, it proves later whether the log is the same."""

    n_entries: int
    n_redacted: int
    head: str
    problems: tuple[ChainProblem, ...]

    @property
    def is_intact(self) -> bool:
        return not self.problems


def canonical_json(value: JsonValue) -> str:
    """One spelling for equal values.

    >>> canonical_json({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(salt: str, subject: str, detail: JsonObject) -> str:
    """SHA-256 of what an erasure may redact, 64 hexadecimal digits."""
    return _sha256(canonical_json([salt, subject, detail]))


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 that links an entry to the one before it, 64 hexadecimal digits."""
    fields: list[JsonValue] = [
        entry.previous_hash,
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.account_id,
        entry.actor,
        entry.action,
        entry.address,
        entry.content_hash,
    ]
    return _sha256(canonical_json(fields))


def redaction_detail(entries: Iterable[AuditEntry]) -> JsonObject:
    """What the entry about a redaction records: for each redacted entry its new hash."""
    return {"entries": {str(entry.id): content_hash("", entry.subject, entry.detail) for entry in entries}}


def verify(entries: Iterable[AuditEntry], head: ChainHead) -> ChainReport:
    """Look through a whole log, in the order of the ids. Memory grows with the number of redacted entries only."""
    problems: list[ChainProblem] = []
    redacted: dict[int, str] = {}
    recorded: dict[int, str] = {}
    previous, last_id, count = FIRST_PREVIOUS_HASH, 0, 0
    for entry in entries:
        fault = _fault_of(entry, previous)
        if fault is not None:
            problems.append(ChainProblem(entry.id, fault))
        if entry.is_redacted:
            redacted[entry.id] = content_hash("", entry.subject, entry.detail)
        elif entry.action == REDACTION:
            recorded |= _recorded_redactions(entry)
        previous, last_id, count = entry.hash, entry.id, count + 1
    problems += [
        ChainProblem(entry_id, ChainFault.UNRECORDED_REDACTION)
        for entry_id, now in redacted.items()
        if recorded.get(entry_id) != now
    ]
    if (count, last_id, previous) != (head.n_entries, head.last_id, head.hash):
        problems.append(ChainProblem(max(last_id, head.last_id), ChainFault.END_MISSING))
    return ChainReport(count, len(redacted), previous, tuple(problems))


def _fault_of(entry: AuditEntry, previous: str) -> ChainFault | None:
    if entry.previous_hash != previous:
        return ChainFault.LINK_BROKEN
    if entry_hash(entry) != entry.hash:
        return ChainFault.FIELDS_CHANGED
    if entry.salt and content_hash(entry.salt, entry.subject, entry.detail) != entry.content_hash:
        return ChainFault.CONTENT_CHANGED
    return None


def _recorded_redactions(entry: AuditEntry) -> dict[int, str]:
    recorded = entry.detail.get("entries")
    return {int(key): str(value) for key, value in recorded.items()} if isinstance(recorded, dict) else {}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
