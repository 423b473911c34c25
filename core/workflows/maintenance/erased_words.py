"""The words that name a child and its recordings, and taking them out of everything that stays in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from core.domain import audit as chain
from core.domain.actor import Actor
from core.domain.audit import AuditEntry
from core.domain.json_types import JsonObject
from core.domain.redaction import GLUED_LENGTH, Redactor, redactor
from db import accounts, audit, children, erasures, session

SOMEBODY = "a child that was erased"

# a pseudonym that is also a word of programs is looked for in what people wrote only
_RESERVED = frozenset(
    [
        "accepted",
        "rejected",
        "speechless",
        "validation",
        "multiclass",
        "binary",
        "dynamics",
        "steady",
        "vggish",
        "yamnet",
        "boosting",
        "fusion",
        "succeeded",
        "interrupted",
        "cancelled",
        "recording",
        "judge_1",
        "judge_2",
    ]
)


@dataclass(frozen=True)
class ErasedWords:
    """`by_people` finds every word in what people wrote; `anywhere` those that are safe to replace in every text."""

    by_people: Redactor
    anywhere: Redactor


def words_of(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> ErasedWords:
    """The pseudonyms, the names of the recordings' files and their hashes, while their rows are still there."""
    hashes = erasures.hashes_of(tx, recording_ids)
    own, others = erasures.file_names(tx, recording_ids)
    names = {spelling for name in own - others for spelling in (name, PurePosixPath(name).name)} - others
    present = {child.pseudonym for child in children.all_children(tx)} - set(pseudonyms)
    present |= {account.name for account in accounts.all_accounts(tx)}
    folded = [word.casefold() for word in pseudonyms]
    present |= {name for name in others if not any(word in name.casefold() for word in folded)}
    certain, certain_names = ([word for word in some if _is_certain(word)] for some in (pseudonyms, names))
    return ErasedWords(
        redactor(pseudonyms, whole_words=names, hashes=hashes, protected=present),
        redactor(certain, whole_words=certain_names, hashes=hashes, protected=present),
    )


def replace_everywhere(tx: session.Connection, words: ErasedWords, *, actor: Actor) -> int:
    """Replace the words in every row that stays, the audit log included; how many texts were changed."""
    changed = erasures.replace_words(tx, words.anywhere.in_json, only_by_people=False)
    changed += erasures.replace_words(tx, words.by_people.in_json, only_by_people=True)
    redacted = audit.redact(tx, lambda entry: _without_words(entry, words))
    if redacted:
        detail = chain.redaction_detail(redacted)
        audit.record(tx, actor.account_id, actor.name, chain.REDACTION, "", detail)
    return changed + len(redacted)


def count_mentions(tx: session.Connection, words: ErasedWords) -> int:
    """How many texts name the child or its recordings now, in rows of its own as well."""
    change = words.by_people.in_json
    return erasures.replace_words(tx, change, only_by_people=True, is_counted_only=True)


def _without_words(entry: AuditEntry, words: ErasedWords) -> AuditEntry:
    detail: JsonObject = {
        key: (words.by_people if key == "reason" else words.anywhere).in_json(value)
        for key, value in entry.detail.items()
    }
    return replace(entry, subject=words.anywhere.in_text(entry.subject), detail=detail)


def _is_certain(word: str) -> bool:
    return len(word) >= GLUED_LENGTH and not word.isdigit() and word.casefold() not in _RESERVED
