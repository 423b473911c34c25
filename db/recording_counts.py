"""How many recordings there are of which kind, from the figures that are kept: no recording is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from core.domain.labels import JudgingState, Label
from db import count_aggregates, kept_counts, one_view
from db.schema import child_counts, children, recordings


@dataclass(frozen=True)
class Facet:
    """Recordings that are alike in all of this, at least one.

    labels : which labels their judges gave, in the order of `Label`
    """

    language: str
    source: str
    is_judged_anew: bool
    state: JudgingState
    consensus: Label | None
    labels: tuple[Label, ...]
    n: int
    duration_us: int


def facets(tx: Connection) -> Sequence[Facet]:
    """All recordings by what is told apart of them; in no order."""
    return one_view.once(tx, "facets", _facets)


def _facets(tx: Connection) -> Sequence[Facet]:
    counted = kept_counts.read(tx, count_aggregates.FACETS)
    return [
        Facet(
            language,
            source,
            bool(is_judged_anew),
            JudgingState(state),
            Label(consensus) if consensus else None,
            tuple(label for place, label in enumerate(Label) if labels >> place & 1),
            n,
            duration_us,
        )
        for (language, source, is_judged_anew, state, consensus, labels), (n, duration_us) in counted.items()
        if n
    ]


def count_by_standing(tx: Connection) -> dict[JudgingState, int]:
    """How many recordings are in which state; every state is named, also with 0."""
    counted = Counter[JudgingState]()
    for facet in facets(tx):
        counted[facet.state] += facet.n
    return {state: counted[state] for state in JudgingState}


def count_by_consensus(tx: Connection) -> dict[Label, int]:
    """How many recordings have which consensus; every label is named, also with 0."""
    counted = Counter[Label | None]()
    for facet in facets(tx):
        counted[facet.consensus] += facet.n
    return {label: counted[label] for label in Label}


def count_labelled(tx: Connection) -> int:
    """How many recordings have a label that stands."""
    return sum(count_by_consensus(tx).values())


def count_kinds(tx: Connection) -> dict[tuple[Label, ...], int]:
    """How many disagreements there are of which labels, in the order of `Label`; what does not occur is left out."""
    counted = Counter[tuple[Label, ...]]()
    for facet in facets(tx):
        if facet.state is JudgingState.DISAGREED:
            counted[facet.labels] += facet.n
    return dict(counted)


def count_by_language(tx: Connection) -> dict[str, int]:
    """How many recordings of each language, most first; "" where it is not known."""
    counted = Counter[str]()
    for facet in facets(tx):
        counted[facet.language] += facet.n
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def languages(tx: Connection) -> list[str]:
    """Every language that occurs, in alphabetical order; the empty one is left out."""
    return sorted({facet.language for facet in facets(tx)} - {""})


def sources(tx: Connection) -> list[str]:
    """Every source that occurs, in alphabetical order; the empty one is left out."""
    return sorted({facet.source for facet in facets(tx)} - {""})


def totals(tx: Connection) -> tuple[int, int, float]:
    """(recordings, children that have any, seconds of sound)."""
    every = facets(tx)
    return sum(facet.n for facet in every), count_children(tx), sum(facet.duration_us for facet in every) / 1_000_000


def count_children(tx: Connection) -> int:
    """How many children have any recording."""
    has_any = child_counts.c.n > 0
    counted = int(tx.execute(select(func.count()).select_from(child_counts).where(has_any)).scalar_one())
    changed = kept_counts.of_changed_children(tx, count_aggregates.CHILDREN)
    n_now, n_kept = (len([n for n, *_ in each.values() if n > 0]) for each in (changed.now, changed.kept))
    return counted + n_now - n_kept


def labelled_by_child(tx: Connection) -> dict[int, tuple[int, ...]]:
    """By child that has any: how many of its recordings have which label that stands, in the order of `Label`."""
    counted = kept_counts.read(tx, count_aggregates.CHILDREN)
    return {child_id: tuple(labels) for (child_id,), (_, *labels) in counted.items() if any(labels)}


def pseudonyms(tx: Connection, *, limit: int) -> list[str]:
    """Children that have a recording, by pseudonym: the first of them."""
    has_any = select(recordings.c.id).where(recordings.c.child_id == children.c.id).exists()
    query = select(children.c.pseudonym).where(has_any).order_by(children.c.pseudonym)
    return list(tx.execute(query.limit(limit)).scalars())


def count_open(tx: Connection, judge_id: int, spoken: Collection[str]) -> int:
    """Recordings that wait for a judge and that this one has not judged; claims are not looked at.

    spoken : languages to count; all when empty.
    """

    def is_own(of: FromClause) -> ColumnElement[bool]:
        is_of_judge: ColumnElement[bool] = of.c.account_id == judge_id
        return is_of_judge

    waiting = sum(
        facet.n
        for facet in facets(tx)
        if facet.state in count_aggregates.OPEN_STATES and (not spoken or facet.language in spoken)
    )
    own = kept_counts.read(tx, count_aggregates.OPEN, is_own)
    judged = sum(int(n) for (_, language), (n,) in own.items() if not spoken or language in spoken)
    return waiting - judged
