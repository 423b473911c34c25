"""What people and programs wrote into rows: looking for words in every text of every table, and replacing them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy import JSON, Column, ColumnElement, Connection, Row, String, Table, Text, cast, or_, select, update

from core.domain.json_types import JsonValue
from db import erasures, session
from db.schema import accounts, children, metadata, recordings
from db.schema.counts import KEPT

IDS_AT_ONCE, ROWS_AT_ONCE = 500, 5000  # a database takes only so many parameters in one statement
NAME_LENGTH = 80
SEARCHED_LENGTH = 8  # of removed texts; shorter ones, such as "noisy", are found anywhere

# Identities, digests and chained entries. `audit` has a function of its own, `children` and `accounts` name others.
_UNTOUCHED = frozenset(
    [
        "accounts",
        "api_keys",
        "audit",
        "audit_head",
        "children",
        "erasure_receipts",
        "failed_sign_ins",
        "repeated_requests",
        "revisions",
        "row_watches",
        "sign_ins",
        "tombstones",
        "written_rows",
        *(table.name for table in KEPT),  # follow from what they count
    ]
)
# What people type and files say: here a word is looked for however short it is.
_WRITTEN_BY_PEOPLE = {
    "imports": {"source", "refused", "notes"},
    "recordings": {"filename", "source", "extra"},
    "judgements": {"comment"},
    "repeats": {"comment"},
    "control_answers": {"comment"},
    "adjudications": {"reason"},
    "recording_comments": {"text"},
    "recording_rounds": {"reason"},
    "set_asides": {"reason"},
    "operating_points": {"reason"},
    "deployments": {"reason"},
    "decisions": {"source"},
    "live_alarms": {"source"},
    "live_consents": {"source", "reference"},
    "live_samples": {"source"},
    "source_points": {"source", "reason"},
    "source_draws": {"source"},
    "source_summaries": {"source"},
    "retention_rules": {"source"},
}


class Redaction(Protocol):
    """What takes words out of texts."""

    def may_have_word(self, text: str) -> bool:
        """False where it surely leaves a text as it is."""

    def in_json(self, value: JsonValue) -> JsonValue:
        """The value without the words."""


RowKeys = Mapping[str, Collection[str]]
"""By table, the keys of rows, as words."""


RemovedTexts = Mapping[tuple[str, str], Collection[str]]
"""By table and column, texts of rows that were removed."""


def replace_words(
    tx: Connection,
    redaction: Redaction,
    *,
    only_by_people: bool,
    is_counted_only: bool = False,
    among: RowKeys | None = None,
) -> int:
    """Let `redaction` replace words in every text of every table; how many texts it changed.

    Parameters
    ----------
    only_by_people : only in what people typed and files said, not in what programs wrote.
    is_counted_only : change nothing.
    among : the rows to look at; all when None.
    """
    changed = 0
    for table, texts in _tables_with_texts(only_by_people):
        for key, new in _changes_in(tx, table, texts, redaction, among):
            changed += len(new)
            if not is_counted_only:
                tx.execute(update(table).where(key).values(new))
    return changed


def unclean_rows(tx: Connection, redaction: Redaction, *, only_by_people: bool) -> RowKeys:
    """The rows that `redaction` would change: looked for while nobody waits to write."""
    return {
        table.name: {str(row[0]) for row in _raw_rows(tx, table, texts, None) if _new_values(texts, row, redaction)}
        for table, texts in _tables_with_texts(only_by_people)
    }


def names_written(tx: Connection, noted: RowKeys) -> set[str]:
    """The names of files, children and accounts in rows with these keys."""
    return {
        name
        for column in (recordings.c.filename, children.c.pseudonym, accounts.c.name)
        for some in erasures.portions(int(key) for key in noted.get(column.table.name, ()))
        for name in tx.execute(select(column).where(column.table.c.id.in_(some))).scalars()
    }


def texts_about(tx: Connection, recording_ids: Collection[int]) -> RemovedTexts:
    """What people wrote in the rows that `remove_recordings` removes."""
    texts: dict[tuple[str, str], set[str]] = {}
    for table in (*erasures.tables_of_recordings(), recordings):
        key = table.c.id if table is recordings else table.c.recording_id
        for column in (table.c[name] for name in _WRITTEN_BY_PEOPLE.get(table.name, ())):
            raw = cast(column, Text) if isinstance(column.type, JSON) else column
            of_column = {
                text
                for some in erasures.portions(recording_ids)
                for text in tx.execute(select(raw).where(key.in_(some), raw != "").distinct()).scalars()
                if len(text) >= SEARCHED_LENGTH
            }
            if of_column:
                texts[table.name, column.name] = of_column
    return texts


def stand_elsewhere(texts: RemovedTexts) -> set[str]:
    """Those of a few texts that rows which stay have as well."""
    known: set[str] = set()
    with session.reading() as tx:
        for (name, column_name), some in texts.items():
            column = metadata.tables[name].c[column_name]
            raw = cast(column, Text) if isinstance(column.type, JSON) else column
            known.update(tx.execute(select(raw).where(raw.in_(list(some))).distinct()).scalars())
    return known


def _tables_with_texts(only_by_people: bool) -> Iterator[tuple[Table, list[Column[object]]]]:
    for table in metadata.sorted_tables:
        texts = [column for column in table.columns if _is_text(column)]
        if only_by_people:
            texts = [column for column in texts if column.name in _WRITTEN_BY_PEOPLE.get(table.name, set())]
        if texts and table.name not in _UNTOUCHED:
            yield table, texts


def _raw_rows(tx: Connection, table: Table, texts: list[Column[object]], among: RowKeys | None) -> Iterator[Row[Any]]:
    """Rows with any text, or some of them: the primary key and the texts. JSON comes as it is stored, which takes a
    tenth."""
    (key,) = table.primary_key.columns
    raw = [cast(column, Text) if isinstance(column.type, JSON) else column for column in texts]
    query = select(key, *raw).where(or_(*(column != "" for column in raw)))
    if among is None:
        yield from tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        return
    keys = sorted(among.get(table.name, ()))
    for begin in range(0, len(keys), IDS_AT_ONCE):
        some = [key.type.python_type(word) for word in keys[begin : begin + IDS_AT_ONCE]]
        yield from tx.execute(query.where(key.in_(some))).all()


def _changes_in(
    tx: Connection, table: Table, texts: list[Column[object]], redaction: Redaction, among: RowKeys | None
) -> list[tuple[ColumnElement[bool], dict[str, JsonValue]]]:
    """Of each row that needs a change: how to find it, and its new values."""
    (key,) = table.primary_key.columns
    return [
        (key == row[0], new)
        for row in _raw_rows(tx, table, texts, among)
        if (new := _new_values(texts, row, redaction))
    ]


def _new_values(texts: list[Column[object]], row: Row[Any], redaction: Redaction) -> dict[str, JsonValue]:
    """What changes in a row; its texts are its last values."""
    new: dict[str, JsonValue] = {}
    written = "\n".join(text for text in row[-len(texts) :] if text is not None)
    if "\\" not in written and not redaction.may_have_word(written):  # JSON without a backslash is as it reads
        return new
    for column, raw in zip(texts, row[-len(texts) :], strict=True):
        if raw is None:
            continue
        value: JsonValue = json.loads(raw) if isinstance(column.type, JSON) else raw
        fitting = _fitting(column, redaction.in_json(value))
        if fitting != value:
            new[column.name] = fitting
    return new


def _fitting(column: Column[object], value: JsonValue) -> JsonValue:
    length = column.type.length if isinstance(column.type, String) else None
    return value[:length] if isinstance(value, str) else value


def _is_text(column: Column[object]) -> bool:
    if column.primary_key or column.foreign_keys or not isinstance(column.type, JSON | String):
        return False
    # a short column holds a state, a kind, a language or a hash
    return isinstance(column.type, JSON) or column.type.length is None or column.type.length >= NAME_LENGTH
