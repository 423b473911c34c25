"""What a filter of recordings asks of a row: in SQL, and of counts that are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, or_, select

from core.domain.labels import JudgingState, Label
from db.recording_counts import Facet
from db.schema import children, recordings

WITHOUT_CONSENSUS = tuple(
    state for state in JudgingState if state not in (JudgingState.UNJUDGED, JudgingState.AGREED, JudgingState.SETTLED)
)


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


def is_kept(wanted: RecordingFilter) -> bool:
    """Whether the count of what fits is kept, whatever it is."""
    return not wanted.text.strip() and wanted.child is None and wanted.has_consent is None


def fits_facet(facet: Facet, wanted: RecordingFilter) -> bool:
    """Whether the recordings of a kept count fit; a filter of which `is_kept` is true."""
    has_label = facet.consensus in wanted.labels if facet.consensus else bool({*facet.labels} & {*wanted.labels})
    return (
        (not wanted.languages or facet.language in wanted.languages)
        and (not wanted.sources or facet.source in wanted.sources)
        and (not wanted.standings or facet.state in wanted.standings)
        and (not wanted.labels or has_label)
        and (not wanted.judged_as or {*facet.labels} == {*wanted.judged_as})
        and (not wanted.is_judged_anew or facet.is_judged_anew)
    )


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def conditions(
    wanted: RecordingFilter,
    states: FromClause,
    of: Callable[[ColumnElement[Any]], ColumnElement[Any]] = _as_it_is,
) -> list[ColumnElement[bool]]:
    """What a filter asks of kept or computed states, but its text; `of` wraps the columns that an index is of."""
    fits: list[ColumnElement[bool]] = []
    if wanted.languages:
        fits.append(of(states.c.language).in_(wanted.languages))
    if wanted.sources:
        fits.append(of(states.c.source).in_(wanted.sources))
    if wanted.child is not None:
        fits.append(states.c.child_id.in_(select(children.c.id).where(children.c.pseudonym == wanted.child)))
    if wanted.standings:
        fits.append(of(states.c.state).in_(wanted.standings))
    if wanted.labels:
        has_judgement = or_(*(has_label(states, label) for label in wanted.labels))
        consensus = of(states.c.consensus)
        fits.append(or_(consensus.in_(wanted.labels), consensus.is_(None) & has_judgement))
    if wanted.has_consent is not None:
        has_consent = (children.c.consent != "") == wanted.has_consent
        fits.append(of(states.c.child_id).in_(select(children.c.id).where(has_consent)))
    if wanted.is_judged_anew:
        fits.append(states.c.is_judged_anew)
    if wanted.judged_as:
        fits += [has_label(states, label) == (label in wanted.judged_as) for label in Label]
    return fits


def has_label(states: FromClause, label: Label) -> ColumnElement[bool]:
    """That a judgement in force of the newest round has this label."""
    is_counted: ColumnElement[bool] = states.c[f"n_{label.lower()}"] > 0
    return is_counted


def has_word(tx: Connection, text: str) -> ColumnElement[bool]:
    """In the file name or the word, in whatever case."""
    return or_(*(_contains(tx, column, text) for column in (recordings.c.filename, recordings.c.word)))


def _contains(tx: Connection, column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    # SQLite's LIKE makes no difference of case; to write everything in small letters first takes thrice as long
    if tx.dialect.name == "sqlite":
        return column.contains(text, autoescape=True)
    return column.icontains(text, autoescape=True)


def children_with(text: str) -> Select[int]:
    """The numbers of the children in whose pseudonym the text stands, in whatever case."""
    return select(children.c.id).where(children.c.pseudonym.icontains(text, autoescape=True))
