"""Recordings with their judgements and adjudication: search and lookup. For staff only, never for a judge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Subquery, func, or_, select

from core.domain.consensus import consensus
from core.domain.judgements import Adjudication, JudgedRecording, Judgement
from core.domain.labels import JudgingState, Label
from core.domain.recordings import Recording
from db import adjudications, judgements, schema
from db.recordings import IDS_AT_ONCE, recording_of, with_child
from db.schema import children, recordings


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


def search(tx: Connection, wanted: RecordingFilter, *, offset: int, limit: int) -> tuple[int, list[JudgedRecording]]:
    """One page of the recordings that fit, oldest first, with the judgements of each.

    Returns
    -------
    total, items : how many fit in all, and the page.
    """
    standing = judgements.standing()
    fits = _conditions(wanted, standing)
    joined = recordings.join(children).join(standing, standing.c.recording_id == recordings.c.id)
    total = tx.execute(select(func.count()).select_from(joined).where(*fits)).scalar_one()
    page = (
        with_child()
        .join(standing, standing.c.recording_id == recordings.c.id)
        .where(*fits)
        .order_by(recordings.c.id)
        .offset(offset)
        .limit(limit)
    )
    return total, _judged(tx, tx.execute(page).all())


def by_ids(tx: Connection, recording_ids: Collection[int]) -> dict[int, JudgedRecording]:
    """Recordings with the judgements of each, by their number."""
    judged: dict[int, JudgedRecording] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = with_child().where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
        judged.update((item.recording.id, item) for item in _judged(tx, tx.execute(query).all()))
    return judged


def count_by_consensus(tx: Connection) -> dict[Label, int]:
    """How many recordings have which consensus; every label is named, also with 0."""
    now = judgements.standing()
    query = select(now.c.consensus, func.count()).where(now.c.consensus.is_not(None)).group_by(now.c.consensus)
    counted = {row[0]: row[1] for row in tx.execute(query)}
    return {label: counted.get(label, 0) for label in Label}


def count_kinds(tx: Connection) -> dict[tuple[Label, ...], int]:
    """How many disagreements there are of which labels, in the order of `Label`; what does not occur is left out."""
    now = judgements.standing()
    are_labels = [_is_label_of(now, label) for label in Label]
    query = select(*are_labels, func.count()).where(now.c.standing == JudgingState.DISAGREED).group_by(*are_labels)
    return {
        tuple(label for label, is_label in zip(Label, row[:-1], strict=True) if is_label): row[-1]
        for row in tx.execute(query)
    }


def _conditions(wanted: RecordingFilter, standing: Subquery) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.text.strip():
        fits.append(_has_text(wanted.text.strip()))
    if wanted.languages:
        fits.append(recordings.c.language.in_(wanted.languages))
    if wanted.sources:
        fits.append(recordings.c.source.in_(wanted.sources))
    if wanted.child is not None:
        fits.append(children.c.pseudonym == wanted.child)
    if wanted.standings:
        fits.append(standing.c.standing.in_(wanted.standings))
    if wanted.labels:
        fits.append(_has_label(wanted.labels, standing.c.consensus))
    if wanted.has_consent is not None:
        fits.append((children.c.consent != "") == wanted.has_consent)
    if wanted.is_judged_anew:
        fits.append(recordings.c.round > 1)
    if wanted.judged_as:
        fits += [_is_label_of(standing, label) == (label in wanted.judged_as) for label in Label]
    return fits


def _is_label_of(standing: Subquery, label: Label) -> ColumnElement[bool]:
    has_label: ColumnElement[bool] = standing.c[f"n_{label.lower()}"] > 0
    return has_label


def _has_text(text: str) -> ColumnElement[bool]:
    columns = (recordings.c.filename, recordings.c.word, children.c.pseudonym)
    is_inside = [column.icontains(text, autoescape=True) for column in columns]
    return or_(*is_inside, recordings.c.sha256.istartswith(text, autoescape=True))


def _has_label(labels: Sequence[Label], now: ColumnElement[Label]) -> ColumnElement[bool]:
    has_judgement = (
        select(schema.judgements.c.id)
        .where(
            schema.judgements.c.recording_id == recordings.c.id,
            schema.judgements.c.round == recordings.c.round,
            schema.judgements.c.undone_at.is_(None),
            schema.judgements.c.label.in_(labels),
        )
        .exists()
    )
    return or_(now.in_(labels), now.is_(None) & has_judgement)


def _judged(tx: Connection, rows: Sequence[Row[Any]]) -> list[JudgedRecording]:
    ids = [row.id for row in rows]
    in_force, decisions = judgements.of_recordings(tx, ids), adjudications.of_recordings(tx, ids)
    return [_judged_recording(recording_of(row), in_force.get(row.id, ()), decisions.get(row.id)) for row in rows]


def _judged_recording(
    recording: Recording, in_force: tuple[Judgement, ...], decision: Adjudication | None
) -> JudgedRecording:
    labels = [judgement.label for judgement in in_force]
    state, label = consensus(labels, decision.label if decision else None, wanted=recording.wanted)
    return JudgedRecording(recording, state, label, in_force, decision)
