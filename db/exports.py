"""Rows for tables that leave the house: plain tuples or dictionaries in the order of their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, null, select

from core.domain.labels import HistoryRowKind
from db import judgements as standings
from db.schema import (
    accounts,
    adjudications,
    children,
    judgements,
    models,
    probabilities,
    recordings,
    repeats,
    snapshot_items,
)

_HEARD = ("seconds_heard", "flag", "comment", "replays", "decision_s", "brought_by")


def labels(tx: Connection) -> list[dict[str, Any]]:
    """Every judgement in force of every round, by recording, round and time, with what staff decided in that round.

    Keys: filename, sha256, child, language, word, source, split, judge, label, round, decided_at, seconds_heard, flag,
    comment, replays, decision_s, brought_by, consensus (of the newest round), newest_round, wanted, settled,
    settled_by, settled_at, settled_why.
    """
    query = _told(judgements, judgements.c.round).where(judgements.c.undone_at.is_(None))
    return [dict(row._mapping) for row in tx.execute(query)]


def history(tx: Connection) -> list[dict[str, Any]]:
    """All that was ever said: the rows of `labels`, then judgements that were taken back, repeats, and decisions of
    staff that were taken back, each by recording, round and time.

    Keys: those of `labels`, and kind (a word of `core.domain.labels.HistoryRowKind`), undone_at, and repeat_of: when
    the judgement was
    given that a repeat repeats. The judge of a decision is who made it, its comment the reason.
    """
    first, taken_back = judgements.alias("first"), adjudications.alias("taken_back")
    judged = _told(judgements, judgements.c.round)
    both = repeats.join(first, first.c.id == repeats.c.judgement_id)
    repeated = _told(repeats, first.c.round, source=both, repeat_of=first.c.decided_at)
    decided = _told(taken_back, taken_back.c.round, comment=taken_back.c.reason)
    kinds = (
        (HistoryRowKind.JUDGEMENT, judged.where(judgements.c.undone_at.is_(None))),
        (HistoryRowKind.UNDONE, judged.where(judgements.c.undone_at.is_not(None))),
        (HistoryRowKind.REPEAT, repeated),
        (HistoryRowKind.DECISION, decided.where(taken_back.c.undone_at.is_not(None))),
    )
    return [dict(row._mapping) | {"kind": str(kind)} for kind, query in kinds for row in tx.execute(query)]


def predictions(tx: Connection, model_id: str) -> list[tuple[Any, ...]]:
    """(model, filename, sha256, child, language, split, label, p_accepted, p_noise, p_speechless), by recording."""
    query = (
        select(
            models.c.id,
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym,
            recordings.c.language,
            snapshot_items.c.split,
            snapshot_items.c.label,
            probabilities.c.p_accepted,
            probabilities.c.p_noise,
            probabilities.c.p_speechless,
        )
        .select_from(probabilities)
        .join(models, models.c.id == probabilities.c.model_id)
        .join(
            snapshot_items,
            (snapshot_items.c.snapshot_id == models.c.snapshot_id)
            & (snapshot_items.c.recording_id == probabilities.c.recording_id),
        )
        .join(recordings, recordings.c.id == probabilities.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(models.c.id == model_id)
        .order_by(recordings.c.id)
    )
    return [tuple(row) for row in tx.execute(query)]


def _told(
    said: FromClause, round_: ColumnElement[int], *, source: FromClause | None = None, **more: ColumnElement[Any]
) -> Select[Any]:
    """What was said, as rows of a table: of `said`, which need not have all columns, in the round `round_`.

    source : `said` with what else is needed to know the round.
    """
    standing, staff = standings.standing(), accounts.alias("staff")
    decided = adjudications.c
    is_of_round = and_(
        decided.recording_id == said.c.recording_id, decided.round == round_, decided.undone_at.is_(None)
    )
    heard = [more.get(name, said.c.get(name, null())).label(name) for name in (*_HEARD, "undone_at", "repeat_of")]
    return (
        select(
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym.label("child"),
            recordings.c.language,
            recordings.c.word,
            recordings.c.source,
            children.c.split,
            accounts.c.name.label("judge"),
            said.c.label,
            round_.label("round"),
            said.c.decided_at,
            *heard,
            standing.c.consensus,
            recordings.c.round.label("newest_round"),
            recordings.c.wanted,
            decided.label.label("settled"),
            staff.c.name.label("settled_by"),
            decided.decided_at.label("settled_at"),
            decided.reason.label("settled_why"),
        )
        .select_from(said if source is None else source)
        .join(recordings, recordings.c.id == said.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == said.c.account_id)
        .join(standing, standing.c.recording_id == recordings.c.id)
        .outerjoin(adjudications, is_of_round)
        .outerjoin(staff, staff.c.id == decided.account_id)
        .order_by(recordings.c.id, round_, said.c.id)
    )
