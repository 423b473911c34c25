"""Which recordings fit a filter: numbers by page, and how many. From kept states, see `recording_states`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, or_, select

from core.domain.labels import JudgingState, Label
from core.domain.list_pages import PageBounds
from db import keyset, recording_counts
from db.recording_counts import Facet
from db.recording_states import changed, computed, has_changed
from db.schema import children, recording_states, recordings

COUNTED_MOST = 10_000  # of what is not counted ahead: a text, a child, a consent
HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class RecordingFilter:
    """Which recordings; what is empty does not restrict.

    Attributes
    ----------
    text : part of the file name, the word, the child or the beginning of the SHA-256, in whatever case.
    labels : of the consensus; where there is none yet, of any judgement in force.
    is_judged_anew : only those whose newest round is not their first, when True.
    has_consent : only those whose child has a consent reference, when True; only those without, when False.
    judged_as : the labels in force of the newest round are these and no other: the kind of a disagreement.
    """

    text: str = ""
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    child: str | None = None
    standings: tuple[JudgingState, ...] = ()
    labels: tuple[Label, ...] = ()
    judged_as: tuple[Label, ...] = ()
    is_judged_anew: bool = False
    has_consent: bool | None = None


def text_matches(tx: Connection, text: str) -> list[int] | None:
    """The recordings whose words hold a text; None for no text, and where they are too many to list."""
    text = text.strip()
    if not text:
        return None
    of_children = select(recordings.c.id).where(recordings.c.child_id.in_(_children_with(text)))
    queries = [select(recordings.c.id).where(_has_word(tx, text)), of_children]
    if set(text.lower()) <= HEX:
        begins = recordings.c.sha256.between(text.lower(), text.lower() + "g")
        queries.append(select(recordings.c.id).where(begins))
    matching: set[int] = set()
    for query in queries:
        matching.update(tx.execute(query.limit(COUNTED_MOST + 1)).scalars())
        if len(matching) > COUNTED_MOST:
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
        return sum(facet.n for facet in recording_counts.facets(tx) if _fits(facet, wanted))
    counted = 0
    for query in _fitting(tx, wanted, among):
        some = query.limit(COUNTED_MOST + 1 - counted).subquery()
        counted += int(tx.execute(select(func.count()).select_from(some)).scalar_one())
    return counted


def is_kept(wanted: RecordingFilter) -> bool:
    """Whether the count of what fits is kept, whatever it is."""
    return not wanted.text.strip() and wanted.child is None and wanted.has_consent is None


def _fits(facet: Facet, wanted: RecordingFilter) -> bool:
    has_label = facet.consensus in wanted.labels if facet.consensus else bool({*facet.labels} & {*wanted.labels})
    return (
        (not wanted.languages or facet.language in wanted.languages)
        and (not wanted.sources or facet.source in wanted.sources)
        and (not wanted.standings or facet.state in wanted.standings)
        and (not wanted.labels or has_label)
        and (not wanted.judged_as or {*facet.labels} == {*wanted.judged_as})
        and (not wanted.is_judged_anew or facet.is_judged_anew)
    )


def _fitting(tx: Connection, wanted: RecordingFilter, among: Sequence[int] | None) -> list[Select[int]]:
    """The numbers of the recordings that fit: by their kept states, and of those that changed since, looked at anew."""

    def of(states: FromClause) -> Select[int]:
        query = select(states.c.recording_id.label("recording_id")).where(*_conditions(wanted, states))
        if among is not None:
            return query.where(states.c.recording_id.in_(among))
        if text := wanted.text.strip():
            joined = states.join(recordings, recordings.c.id == states.c.recording_id)
            has_text = or_(_has_word(tx, text), recordings.c.child_id.in_(_children_with(text)))
            query = query.select_from(joined).where(has_text)
        return query

    if not has_changed(tx):
        return [of(recording_states)]
    kept = of(recording_states).where(recording_states.c.recording_id.not_in(changed()))
    return [kept, of(computed(changed()).subquery("anew"))]


def _conditions(wanted: RecordingFilter, states: FromClause) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.languages:
        fits.append(states.c.language.in_(wanted.languages))
    if wanted.sources:
        fits.append(states.c.source.in_(wanted.sources))
    if wanted.child is not None:
        fits.append(states.c.child_id.in_(select(children.c.id).where(children.c.pseudonym == wanted.child)))
    if wanted.standings:
        fits.append(states.c.state.in_(wanted.standings))
    if wanted.labels:
        has_judgement = or_(*(_is_label_of(states, label) for label in wanted.labels))
        fits.append(or_(states.c.consensus.in_(wanted.labels), states.c.consensus.is_(None) & has_judgement))
    if wanted.has_consent is not None:
        has_consent = (children.c.consent != "") == wanted.has_consent
        fits.append(states.c.child_id.in_(select(children.c.id).where(has_consent)))
    if wanted.is_judged_anew:
        fits.append(states.c.is_judged_anew)
    if wanted.judged_as:
        fits += [_is_label_of(states, label) == (label in wanted.judged_as) for label in Label]
    return fits


def _is_label_of(states: FromClause, label: Label) -> ColumnElement[bool]:
    has_label: ColumnElement[bool] = states.c[f"n_{label.lower()}"] > 0
    return has_label


def _has_word(tx: Connection, text: str) -> ColumnElement[bool]:
    """In the file name or the word, in whatever case."""
    return or_(*(_contains(tx, column, text) for column in (recordings.c.filename, recordings.c.word)))


def _contains(tx: Connection, column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    # SQLite's LIKE makes no difference of case; to write everything in small letters first takes thrice as long
    if tx.dialect.name == "sqlite":
        return column.contains(text, autoescape=True)
    return column.icontains(text, autoescape=True)


def _children_with(text: str) -> Select[int]:
    return select(children.c.id).where(children.c.pseudonym.icontains(text, autoescape=True))
