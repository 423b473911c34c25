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
from db import accounts, audit, children, erasure_records, erasures, row_texts, session, written_rows

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
    """What a search through all rows found, before others had to wait: valid for these words only.

    own_files : names of the files of those who go
    anywhere, by_people : the rows with a word to replace
    receipt : the newest receipt of an erasure at that time
    """

    pseudonyms: tuple[str, ...]
    hashes: frozenset[str]
    own_files: frozenset[str]
    words: ErasedWords
    anywhere: row_texts.RowKeys
    by_people: row_texts.RowKeys
    entries: audit.UncleanEntries
    receipt: int


def search(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> SearchedRows:
    """Look through all rows for the words of an erasure to come: reading, while `written_rows` watches.

    The erasure then reads what was written since, and holds others up for a moment only.
    """
    sources = _sources(tx, pseudonyms, recording_ids)
    words = _words_of(sources)
    return SearchedRows(
        sources.pseudonyms,
        sources.hashes,
        sources.own_files,
        words,
        row_texts.unclean_rows(tx, words.anywhere, only_by_people=False),
        row_texts.unclean_rows(tx, words.by_people, only_by_people=True),
        audit.unclean(tx, lambda entry: _without_words(entry, words)),
        erasure_records.newest_receipt(tx),
    )


def is_current(
    tx: session.Connection, searched: SearchedRows, pseudonyms: Collection[str], recording_ids: Collection[int]
) -> bool:
    """Whether nothing has changed since the search that decides about the words, and about what stays.

    Names that came since, of others, count where they hold a word or are the name of a file of those who go. Names that
    went are those of another erasure.
    """
    if erasure_records.newest_receipt(tx) != searched.receipt or searched.pseudonyms != tuple(sorted(pseudonyms)):
        return False
    if erasures.hashes_of(tx, recording_ids) != searched.hashes:
        return False
    own = {spelling for name in searched.own_files for spelling in (name, PurePosixPath(name).name)}
    patterns = (searched.words.anywhere, searched.words.by_people)
    names = row_texts.names_written(tx, written_rows.keys(tx))
    return not any(name in own or any(words.may_have_word(name) for words in patterns) for name in names)


def words_of(tx: session.Connection, pseudonyms: Collection[str], recording_ids: Collection[int]) -> ErasedWords:
    """The pseudonyms, the names of the recordings' files and their hashes, while their rows are still there."""
    return _words_of(_sources(tx, pseudonyms, recording_ids))


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
    """Replace the words in every row that stays, the audit log included; how many texts were changed.

    searched : the search that gave these words; then the rows that it found are read, and those written since
    """
    anywhere = by_people = entries = None
    if searched is not None:
        noted = written_rows.keys(tx)
        anywhere, by_people = (_with(noted, rows) for rows in (searched.anywhere, searched.by_people))
        entries = searched.entries
    changed = row_texts.replace_words(tx, words.anywhere, only_by_people=False, among=anywhere)
    changed += row_texts.replace_words(tx, words.by_people, only_by_people=True, among=by_people)
    redacted = audit.redact(tx, lambda entry: _without_words(entry, words), entries)
    if redacted:
        detail = chain.redaction_detail(redacted)
        audit.record(tx, actor.account_id, actor.name, chain.REDACTION, "", detail)
    return changed + len(redacted)


def _with(noted: row_texts.RowKeys, found: row_texts.RowKeys) -> row_texts.RowKeys:
    return {name: {*noted.get(name, ()), *found.get(name, ())} for name in {*noted, *found}}


def count_mentions(tx: session.Connection, words: ErasedWords) -> int:
    """How many texts name the child or its recordings now, in rows of its own as well."""
    return row_texts.replace_words(tx, words.by_people, only_by_people=True, is_counted_only=True)


def _without_words(entry: AuditEntry, words: ErasedWords) -> AuditEntry:
    detail: JsonObject = {
        key: (words.by_people if key == "reason" else words.anywhere).in_json(value)
        for key, value in entry.detail.items()
    }
    return replace(entry, subject=words.anywhere.in_text(entry.subject), detail=detail)


def _is_certain(word: str) -> bool:
    return len(word) >= GLUED_LENGTH and not word.isdigit() and word.casefold() not in _RESERVED
