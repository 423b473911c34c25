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


@dataclass(frozen=True)
class WordSources:
    """What decides about the words: of those who go, and of those who stay and may share them."""

    pseudonyms: tuple[str, ...]
    hashes: frozenset[str]
    own_files: frozenset[str]
    other_files: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True)
class SearchedRows:
    """What a search through all rows found, before others had to wait: valid for these words only."""

    sources: WordSources
    words: ErasedWords
    anywhere: erasures.CleanRows
    by_people: erasures.CleanRows
    entries: audit.UncleanEntries


def search(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> SearchedRows:
    """Look through all rows for the words of an erasure to come, in a reading transaction.

    The erasure then reads again what has changed since, and holds others up for a moment only.
    """
    sources = _sources(tx, pseudonyms, recording_ids)
    words = _words_of(sources)
    return SearchedRows(
        sources,
        words,
        erasures.clean_rows(tx, words.anywhere, only_by_people=False),
        erasures.clean_rows(tx, words.by_people, only_by_people=True),
        audit.unclean(tx, lambda entry: _without_words(entry, words)),
    )


def words_of(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> ErasedWords:
    """The pseudonyms, the names of the recordings' files and their hashes, while their rows are still there."""
    return _words_of(_sources(tx, pseudonyms, recording_ids))


def words_again(
    tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int], searched: SearchedRows | None
) -> ErasedWords:
    """The same, or what was searched for where nothing that decides about it has changed."""
    sources = _sources(tx, pseudonyms, recording_ids)
    return searched.words if searched is not None and searched.sources == sources else _words_of(sources)


def _sources(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> WordSources:
    own, others = erasures.file_names(tx, recording_ids)
    present = {child.pseudonym for child in children.all_children(tx)} - set(pseudonyms)
    present |= {account.name for account in accounts.all_accounts(tx)}
    hashes = erasures.hashes_of(tx, recording_ids)
    return WordSources(
        tuple(sorted(pseudonyms)), frozenset(hashes), frozenset(own), frozenset(others), frozenset(present)
    )


def _words_of(sources: WordSources) -> ErasedWords:
    own, others, pseudonyms = sources.own_files, sources.other_files, sources.pseudonyms
    names = {spelling for name in own - others for spelling in (name, PurePosixPath(name).name)} - others
    folded = [word.casefold() for word in pseudonyms]
    present = sources.others | {name for name in others if not any(word in name.casefold() for word in folded)}
    certain, certain_names = ([word for word in some if _is_certain(word)] for some in (pseudonyms, names))
    return ErasedWords(
        redactor(pseudonyms, whole_words=names, hashes=sources.hashes, protected=present),
        redactor(certain, whole_words=certain_names, hashes=sources.hashes, protected=present),
    )


def replace_everywhere(
    tx: session.Connection, words: ErasedWords, *, actor: Actor, searched: SearchedRows | None = None
) -> int:
    """Replace the words in every row that stays, the audit log included; how many texts were changed."""
    if searched is not None and searched.words != words:  # a name came or went meanwhile: look through all of it again
        searched = None
    anywhere, by_people, entries = (
        (searched.anywhere, searched.by_people, searched.entries) if searched else (None, None, None)
    )
    changed = erasures.replace_words(tx, words.anywhere, only_by_people=False, clean=anywhere)
    changed += erasures.replace_words(tx, words.by_people, only_by_people=True, clean=by_people)
    redacted = audit.redact(tx, lambda entry: _without_words(entry, words), entries)
    if redacted:
        detail = chain.redaction_detail(redacted)
        audit.record(tx, actor.account_id, actor.name, chain.REDACTION, "", detail)
    return changed + len(redacted)


def count_mentions(tx: session.Connection, words: ErasedWords) -> int:
    """How many texts name the child or its recordings now, in rows of its own as well."""
    return erasures.replace_words(tx, words.by_people, only_by_people=True, is_counted_only=True)


def _without_words(entry: AuditEntry, words: ErasedWords) -> AuditEntry:
    detail: JsonObject = {
        key: (words.by_people if key == "reason" else words.anywhere).in_json(value)
        for key, value in entry.detail.items()
    }
    return replace(entry, subject=words.anywhere.in_text(entry.subject), detail=detail)


def _is_certain(word: str) -> bool:
    return len(word) >= GLUED_LENGTH and not word.isdigit() and word.casefold() not in _RESERVED
