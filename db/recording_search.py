"""Which recordings fit a filter: numbers by page, and how many. From kept states, see `recording_states`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache
from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, or_, select

from core.domain.list_pages import PageBounds
from db import keyset, one_view, recording_counts, revisions
from db.recording_filter import (
    WITHOUT_CONSENSUS,
    RecordingFilter,
    children_with,
    conditions,
    fits_facet,
    has_label,
    has_word,
    is_kept,
)
from db.recording_states import changed, changed_anew, has_changed
from db.schema import recording_states, recordings

LISTED_MOST = 10_000  # recordings whose words hold a text
LISTED_CHILDREN = 100  # in whose pseudonym a text stands; of more, the database looks each time
COUNTED_MOST = 1_000  # of what is not counted ahead: a text, a child, a consent
HEX = frozenset("0123456789abcdef")
REMEMBERED = 16  # texts that people search for at the same time

_remembered: LRUCache[tuple[str, str], _TextMatches] = LRUCache(REMEMBERED)
_lock = threading.Lock()


@dataclass(frozen=True)
class _TextMatches:
    """ids : None where they are too many to list."""

    ids: list[int] | None


def text_matches(tx: Connection, text: str) -> list[int] | None:
    """The recordings whose words hold a text; None for no text, and where they are too many to list.

    Every row is looked through for it, so it is remembered for the pages that follow, as long as no recording changes.
    """
    text = text.strip()
    if not text:
        return None
    (revision,) = revisions.of(tx, recordings)
    with _lock:
        known = _remembered.get((revision, text))
    if known is None:
        known = _TextMatches(_matching(tx, text))
        _remember(revision, text, known)
    return known.ids


def _remember(revision: str, text: str, matches: _TextMatches) -> None:
    """Under a revision that is stored; what was remembered of another one goes, so that nothing erased stays."""
    with _lock:
        for older in [key for key in _remembered if key[0] != revision]:
            del _remembered[older]
        if revision:
            _remembered[revision, text] = matches


def _matching(tx: Connection, text: str) -> list[int] | None:
    of_children = select(recordings.c.id).where(recordings.c.child_id.in_(children_with(text)))
    queries = [select(recordings.c.id).where(has_word(tx, text)), of_children]
    if set(text.lower()) <= HEX:
        begins = recordings.c.sha256.between(text.lower(), text.lower() + "g")
        queries.append(select(recordings.c.id).where(begins))
    matching: set[int] = set()
    for query in queries:
        matching.update(tx.execute(query.limit(LISTED_MOST + 1)).scalars())
        if len(matching) > LISTED_MOST:
            return None
    return sorted(matching)


def page_of_ids(
    tx: Connection, wanted: RecordingFilter, among: Sequence[int] | None, *, begin: int | None, limit: int
) -> tuple[list[int], PageBounds]:
    """One page of the numbers of the recordings that fit, in their order: see `keyset.page`.

    among : what `text_matches` gives for the filter's text
    """

    def numbers(begin: int | None, *, limit: int, is_back: bool = False) -> list[int]:
        return ids(tx, wanted, among, begin=begin, limit=limit, is_back=is_back)

    return keyset.page(numbers, begin=begin, size=limit)


def ids(
    tx: Connection,
    wanted: RecordingFilter,
    among: Sequence[int] | None,
    *,
    begin: int | None,
    limit: int,
    is_back: bool = False,
) -> list[int]:
    """Some numbers of the recordings that fit, on from one or back from it: see `keyset.RowNumbers`."""
    some: list[int] = []
    for query in _fitting(tx, wanted, among):  # each by itself: a union would be put together before it is cut
        number = query.selected_columns.recording_id
        if begin is not None:
            query = query.where(number < begin if is_back else number >= begin)
        some += tx.execute(query.order_by(number.desc() if is_back else number).limit(limit)).scalars()
    return sorted(some, reverse=is_back)[:limit]


def count(tx: Connection, wanted: RecordingFilter, among: Sequence[int] | None) -> int:
    """How many recordings fit. With a text, a child or a consent it is counted up to `COUNTED_MOST` + 1: one more says
    that there are more."""
    if is_kept(wanted):
        return sum(facet.n for facet in recording_counts.facets(tx) if fits_facet(facet, wanted))
    counted = 0
    for query in _fitting(tx, wanted, among):
        some = query.limit(COUNTED_MOST + 1 - counted).subquery()
        counted += int(tx.execute(select(func.count()).select_from(some)).scalar_one())
    return counted


def _fitting(tx: Connection, wanted: RecordingFilter, among: Sequence[int] | None) -> list[Select[int]]:
    """The numbers of the recordings that fit, no number in two of the queries: by their kept states, and of those that
    changed since, looked at anew."""
    if not has_changed(tx):
        return _kept(tx, wanted, among)
    kept = [query.where(recording_states.c.recording_id.not_in(changed())) for query in _kept(tx, wanted, among)]
    anew = changed_anew()
    return [*kept, _query(tx, wanted, among, anew, conditions(wanted, anew))]


def _kept(tx: Connection, wanted: RecordingFilter, among: Sequence[int] | None) -> list[Select[int]]:
    """By kept states: a query for each value of what restricts most, so that an index gives each in its order.

    Several values in one query would be sorted before the first is known, and other conditions would tempt a database
    to another index, and to sort: they are hidden from it.
    """
    of = recording_states
    ways = [] if among is not None or wanted.child is not None else _ways(wanted)
    if not ways:
        return [_query(tx, wanted, among, of, conditions(wanted, of))]
    facets = recording_counts.facets(tx)
    only = min(ways, key=lambda each: sum(facet.n for facet in facets if fits_facet(facet, each)))
    rest = conditions(_without(wanted, only), of, _hidden)
    return [_query(tx, wanted, among, of, [*value, *rest]) for value in _values(only)]


def _ways(wanted: RecordingFilter) -> list[RecordingFilter]:
    """A filter of its own for each condition that an index with the recording's number serves."""
    ways = (
        RecordingFilter(labels=wanted.labels),
        RecordingFilter(standings=wanted.standings),
        RecordingFilter(languages=wanted.languages),
        RecordingFilter(sources=wanted.sources),
    )
    return [way for way in ways if way != RecordingFilter()]


def _without(wanted: RecordingFilter, only: RecordingFilter) -> RecordingFilter:
    """What else is wanted, beside one of `_ways`."""
    return replace(
        wanted,
        labels=() if only.labels else wanted.labels,
        standings=() if only.standings else wanted.standings,
        languages=() if only.languages else wanted.languages,
        sources=() if only.sources else wanted.sources,
    )


def _values(only: RecordingFilter) -> list[list[ColumnElement[bool]]]:
    """The conditions of each value of a filter of one condition; no recording fits two of them."""
    c = recording_states.c
    equal = [
        *((c.language, value) for value in only.languages),
        *((c.source, value) for value in only.sources),
        *((c.state, value) for value in only.standings),
        *((c.consensus, value) for value in only.labels),
    ]
    values: list[list[ColumnElement[bool]]] = [[column == value] for column, value in dict.fromkeys(equal)]
    if only.labels:
        # these states say that there is no consensus: to ask for that too would tempt PostgreSQL to another index
        has_judgement = or_(*(has_label(recording_states, label) for label in only.labels))
        values += [[c.state == state, has_judgement] for state in WITHOUT_CONSENSUS]
    return values


def _query(
    tx: Connection,
    wanted: RecordingFilter,
    among: Sequence[int] | None,
    states: FromClause,
    conditions: list[ColumnElement[bool]],
) -> Select[int]:
    query = select(states.c.recording_id.label("recording_id")).where(*conditions)
    if among is not None:
        return query.where(states.c.recording_id.in_(among))
    if text := wanted.text.strip():
        joined = states.join(recordings, recordings.c.id == states.c.recording_id)
        has_text = or_(has_word(tx, text), _is_of_child(tx, text))
        query = query.select_from(joined).where(has_text)
    return query


def _is_of_child(tx: Connection, text: str) -> ColumnElement[bool]:
    """Of a child in whose pseudonym the text stands: looked for once, and mostly there is none."""

    def some(tx: Connection) -> list[int]:
        return list(tx.execute(children_with(text).limit(LISTED_CHILDREN + 1)).scalars())

    ids = one_view.once(tx, f"children with {text}", some)
    return recordings.c.child_id.in_(ids if len(ids) <= LISTED_CHILDREN else children_with(text))


def _hidden(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column, by an expression that no index is of."""
    return func.coalesce(column, column)
