"""Rows for exported tables: plain tuples or dictionaries in the order of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, null, select

from core.domain.labels import HistoryRowKind
from db import recording_states
from db.schema import (
    accounts,
    adjudications,
    children,
    control_answers,
    judgements,
    models,
    probabilities,
    recordings,
    repeats,
    snapshot_items,
)
from db.schema import recording_states as kept_states
from db.snapshot_spans import is_item_of

ROWS_AT_ONCE = 1000

ExportRow = dict[str, object]
_Value = TypeVar("_Value")

_HEARD = ("seconds_heard", "flag", "comment", "replays", "decision_s", "brought_by")


def count_labels(tx: Connection) -> int:
    """How many rows `labels` gives."""
    return tx.execute(select(func.count()).where(judgements.c.undone_at.is_(None))).scalar_one()


def count_history(tx: Connection) -> int:
    """How many rows `history` gives."""
    counts = (
        select(func.count()).select_from(judgements),
        select(func.count()).select_from(repeats),
        select(func.count()).select_from(control_answers),
        select(func.count()).where(adjudications.c.undone_at.is_not(None)),
    )
    return sum(tx.execute(count).scalar_one() for count in counts)


def labels(tx: Connection) -> Iterator[ExportRow]:
    """Every judgement in force of every round, by recording, round and time, with what staff decided in that round;
    read as they are taken.

    Keys: filename, sha256, child, language, word, source, split, judge, label, round, decided_at, seconds_heard, flag,
    comment, replays, decision_s, brought_by, consensus (of the newest round), newest_round, wanted, settled,
    settled_by, settled_at, settled_why.
    """
    return _read(tx, _rows(tx, judgements, judgements.c.round).where(judgements.c.undone_at.is_(None)))


def history(tx: Connection) -> Iterator[ExportRow]:
    """The whole history: the rows of `labels`, then judgements that were taken back or set aside, repeats, known
    answers, and decisions of staff that were taken back, each by recording, round and time.

    Keys: those of `labels`, and kind (HistoryRowKind), undone_at, and repeat_of: when the judgement was given that a
    repeat repeats. The judge of a decision is who made it, its comment the reason.
    """
    first, taken_back = judgements.alias("first"), adjudications.alias("taken_back")
    judged, is_undone = _rows(tx, judgements, judgements.c.round), judgements.c.undone_at.is_not(None)
    both = repeats.join(first, first.c.id == repeats.c.judgement_id)
    repeated = _rows(tx, repeats, first.c.round, source=both, repeat_of=first.c.decided_at)
    decided = _rows(tx, taken_back, taken_back.c.round, comment=taken_back.c.reason)
    kinds = (
        (HistoryRowKind.JUDGEMENT, judged.where(judgements.c.undone_at.is_(None))),
        (HistoryRowKind.UNDONE, judged.where(is_undone, judgements.c.set_aside_id.is_(None))),
        (HistoryRowKind.SET_ASIDE, judged.where(is_undone, judgements.c.set_aside_id.is_not(None))),
        (HistoryRowKind.REPEAT, repeated),
        (HistoryRowKind.KNOWN_ANSWER, _rows(tx, control_answers, control_answers.c.round)),
        (HistoryRowKind.DECISION, decided.where(taken_back.c.undone_at.is_not(None))),
    )
    for kind, query in kinds:
        for row in _read(tx, query):
            yield row | {"kind": kind}


def without_judgements(tx: Connection) -> list[ExportRow]:
    """Recordings that have no judgement in force, by number.

    Keys: filename, sha256, child, language, word, source, split, newest_round, wanted.
    """
    judged = exists().where(judgements.c.recording_id == recordings.c.id, judgements.c.undone_at.is_(None))
    query = (
        select(
            *_recording(),
            recordings.c.round.label("newest_round"),
            recordings.c.wanted,
        )
        .join(children, children.c.id == recordings.c.child_id)
        .where(~judged)
        .order_by(recordings.c.id)
    )
    return [dict(row._mapping) for row in tx.execute(query)]


def of_data_set(tx: Connection) -> Iterator[ExportRow]:
    """Every recording with the consensus of its newest round, by number; read as they are taken.

    Keys: id, filename, sha256, extension, child, language, word, source, split, collected_at, duration_s, consent,
    label.
    """
    standing = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    query = (
        select(
            recordings.c.id,
            *_recording(),
            recordings.c.extension,
            recordings.c.collected_at,
            recordings.c.duration_s,
            children.c.consent,
            standing.c.consensus.label("label"),
        )
        .join(children, children.c.id == recordings.c.child_id)
        .join(standing, standing.c.recording_id == recordings.c.id)
        .order_by(recordings.c.id)
    )
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield dict(row._mapping)


def count_predictions(tx: Connection, model_id: str) -> int:
    """How many rows `predictions` gives."""
    joined = probabilities.join(models, models.c.id == probabilities.c.model_id).join(snapshot_items, _is_item())
    return tx.execute(select(func.count()).select_from(joined).where(models.c.id == model_id)).scalar_one()


def _is_item() -> ColumnElement[bool]:
    return and_(is_item_of(models.c.snapshot_id), snapshot_items.c.recording_id == probabilities.c.recording_id)


def predictions(tx: Connection, model_id: str) -> Iterator[ExportRow]:
    """A model's probabilities for the recordings of its snapshot, by recording; read as they are taken.

    Keys: model, filename, sha256, child, language, split, label, p_accepted, p_noise, p_speechless.
    """
    query = (
        select(
            models.c.id.label("model"),
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym.label("child"),
            recordings.c.language,
            snapshot_items.c.split,
            snapshot_items.c.label,
            probabilities.c.p_accepted,
            probabilities.c.p_noise,
            probabilities.c.p_speechless,
        )
        .select_from(probabilities)
        .join(models, models.c.id == probabilities.c.model_id)
        .join(snapshot_items, _is_item())
        .join(recordings, recordings.c.id == probabilities.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(models.c.id == model_id)
        .order_by(recordings.c.id)
    )
    return _read(tx, query)


def _recording() -> tuple[ColumnElement[object], ...]:
    return (
        recordings.c.filename,
        recordings.c.sha256,
        children.c.pseudonym.label("child"),
        recordings.c.language,
        recordings.c.word,
        recordings.c.source,
        children.c.split,
    )


def _read(tx: Connection, query: Select[*tuple[object, ...]]) -> Iterator[ExportRow]:
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield dict(row._mapping)


def _rows(
    tx: Connection,
    labels: FromClause,
    round_: ColumnElement[int],
    *,
    source: FromClause | None = None,
    **more: ColumnElement[_Value],
) -> Select[*tuple[object, ...]]:
    """Labels as rows of a table: of `labels`, which need not have all columns, in the round `round_`.

    source : `labels` with what else is needed to know the round.
    """
    standing = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    staff = accounts.alias("staff")
    decided = adjudications.c
    is_of_round = and_(
        decided.recording_id == labels.c.recording_id, decided.round == round_, decided.undone_at.is_(None)
    )
    heard = [more.get(name, labels.c.get(name, null())).label(name) for name in (*_HEARD, "undone_at", "repeat_of")]
    return (
        select(
            *_recording(),
            accounts.c.name.label("judge"),
            labels.c.label,
            round_.label("round"),
            labels.c.decided_at,
            *heard,
            standing.c.consensus,
            recordings.c.round.label("newest_round"),
            recordings.c.wanted,
            decided.label.label("settled"),
            staff.c.name.label("settled_by"),
            decided.decided_at.label("settled_at"),
            decided.reason.label("settled_why"),
        )
        .select_from(labels if source is None else source)
        .join(recordings, recordings.c.id == labels.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == labels.c.account_id)
        .join(standing, standing.c.recording_id == recordings.c.id)
        .outerjoin(adjudications, is_of_round)
        .outerjoin(staff, staff.c.id == decided.account_id)
        .order_by(recordings.c.id, round_, labels.c.id)
    )
