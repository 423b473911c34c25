"""Recordings and children by the beginning of what they are called: a word, a file, a pseudonym, a hash, a number.

Each question is a range of an index (`ix_..._begins`, made by migration 0020), so that it takes as long among a
million recordings as among ten. The expressions are those of the indexes, word by word: a database uses such an index
for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal_column, or_, select

from core.domain.recordings import Recording
from db import recordings as recordings_table
from db.schema import children, live_samples, recordings

LAST_SIGN = "\U0010ffff"  # behind every text that begins alike
HEX = frozenset("0123456789abcdef")
HIGHEST_NUMBER = 2**31 - 1
SHORTEST_HASH = 4  # signs of a hash or an id: fewer fit too many

BEGINNINGS = {
    "sqlite": {
        "word": "lower(recordings.word)",
        "file": "lower(substr(recordings.filename, "
        "length(rtrim(recordings.filename, replace(recordings.filename, '/', ''))) + 1))",
        "pseudonym": "lower(children.pseudonym)",
    },
    "postgresql": {
        "word": 'lower(recordings.word) COLLATE "C"',
        "file": "lower(regexp_replace(recordings.filename, '^.*/', '')) COLLATE \"C\"",
        "pseudonym": 'lower(children.pseudonym) COLLATE "C"',
    },
}


def recordings_beginning(tx: Connection, text: str, *, limit: int) -> list[Recording]:
    """Recordings whose number is the text, or whose word, file name, hash or decision begins with it, in this order.

    The file's name counts without its folders, in whatever case.
    """
    text = text.strip()
    if not text:
        return []
    ids: dict[int, None] = {}
    for query in _queries(tx, text):
        if len(ids) < limit:
            ids.update(dict.fromkeys(tx.execute(query.limit(limit)).scalars()))
    stored = recordings_table.by_ids(tx, list(ids)[:limit])
    return [stored[number] for number in ids if number in stored]


def children_beginning(tx: Connection, text: str, *, limit: int) -> list[str]:
    """Pseudonyms that begin with a text, in alphabetical order."""
    text = text.strip()
    if not text:
        return []
    key = _beginning(tx, "pseudonym")
    query = select(children.c.pseudonym).where(_begins(tx, key, text)).order_by(key).limit(limit)
    return list(tx.execute(query).scalars())


def _queries(tx: Connection, text: str) -> list[Select[int]]:
    """The questions, the surest first."""
    queries: list[Select[int]] = []
    if text.isascii() and text.isdigit() and int(text) <= HIGHEST_NUMBER:
        queries.append(select(recordings.c.id).where(recordings.c.id == int(text)))
    word, file = _beginning(tx, "word"), _beginning(tx, "file")
    queries.append(select(recordings.c.id).where(_begins(tx, word, text)).order_by(word, recordings.c.id))
    name = text.replace("\\", "/").rpartition("/")[2]
    if name:
        queries.append(select(recordings.c.id).where(_begins(tx, file, name)).order_by(file, recordings.c.id))
    digits = text.lower()
    if len(digits) >= SHORTEST_HASH and set(digits) <= HEX:
        queries.append(select(recordings.c.id).where(_lies_between(recordings.c.sha256, digits)))
        queries.append(select(live_samples.c.recording_id).where(_lies_between(live_samples.c.decision_id, digits)))
    return queries


def _beginning(tx: Connection, name: str) -> ColumnElement[Any]:
    return literal_column(BEGINNINGS[tx.dialect.name][name])


def _begins(tx: Connection, key: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return or_(
        *(_lies_between(key, spelling) for spelling in _spellings(text, knows_accents=tx.dialect.name != "sqlite"))
    )


def _lies_between(key: ColumnElement[Any], beginning: str) -> ColumnElement[bool]:
    return (key >= beginning) & (key < beginning + LAST_SIGN)


def _spellings(text: str, *, knows_accents: bool) -> Sequence[str]:
    """The text as the database writes it in small letters: SQLite's lower() leaves accented capitals as they are, so
    there each of the usual ways to write it counts."""
    if knows_accents:
        return [text.lower()]
    ways = (text, text.lower(), text.capitalize(), text.upper())
    return list(dict.fromkeys(_ascii_lower(way) for way in ways))


def _ascii_lower(text: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)
