"""The way of one recording: all its labels, in force and not, the events, and the snapshots it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Row, func, select

from core.domain.actor import COMMAND_LINE
from core.domain.judgements import Judgement
from core.domain.recording_history import (
    LabelState,
    PastLabel,
    RecordingEvent,
    RecordingEventKind,
    SnapshotPlace,
)
from core.domain.rounds import RoundKind
from core.domain.selection import SelectionReason
from db.schema import (
    accounts,
    adjudications,
    judgements,
    live_samples,
    models,
    qualification_items,
    recording_rounds,
    recordings,
    repeats,
    set_asides,
    snapshot_items,
    snapshots,
)
from db.snapshot_spans import is_item_of

Kind = RecordingEventKind


def past_labels(tx: Connection, recording_id: int) -> list[PastLabel]:
    """Every label that anybody gave the recording, oldest first, repeats among them."""
    this_round = select(recordings.c.round).where(recordings.c.id == recording_id).scalar_subquery()
    query = (
        select(judgements, accounts.c.name, this_round.label("this_round"))
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.recording_id == recording_id)
    )
    again = (
        select(repeats, accounts.c.name, judgements.c.round)
        .join(accounts, accounts.c.id == repeats.c.account_id)
        .join(judgements, judgements.c.id == repeats.c.judgement_id)
        .where(repeats.c.recording_id == recording_id, repeats.c.undone_at.is_(None))
    )
    rows = [
        PastLabel(_judgement(row, row.origin), _state(row), SelectionReason.of(row.brought_by))
        for row in tx.execute(query)
    ]
    rows += [
        PastLabel(_judgement(row, "annotate"), LabelState.REPEAT, SelectionReason.REPEAT) for row in tx.execute(again)
    ]
    return sorted(rows, key=lambda past: (past.judgement.decided_at, past.state is LabelState.REPEAT))


def events(tx: Connection, recording_id: int) -> list[RecordingEvent]:
    """What happened to the recording, oldest first."""
    happened = [
        *_of_row(tx, recording_id),
        *_of_rounds(tx, recording_id),
        *_of_judgements(tx, recording_id),
        *_of_adjudications(tx, recording_id),
    ]
    return sorted(happened, key=lambda event: event.at)


def snapshot_places(tx: Connection, recording_id: int) -> list[SnapshotPlace]:
    """The snapshots that the recording stands in, newest first, with the models that learned from each."""
    query = (
        select(snapshots.c.id, snapshots.c.created_at, snapshot_items.c.label, snapshot_items.c.split)
        .join(snapshots, is_item_of(snapshots.c.id))
        .where(snapshot_items.c.recording_id == recording_id)
        .order_by(snapshots.c.id.desc())
    )
    rows = tx.execute(query).all()
    names: dict[int, list[str]] = {}
    learned = select(models.c.snapshot_id, models.c.version_name, models.c.name).where(
        models.c.snapshot_id.in_([row.id for row in rows]), models.c.withdrawn_at.is_(None)
    )
    for snapshot_id, version_name, name in tx.execute(learned.order_by(models.c.created_at, models.c.id)):
        names.setdefault(snapshot_id, []).append(version_name or name)
    return [SnapshotPlace(row[0], row[1], row[2], row[3], tuple(names.get(row[0], ()))) for row in rows]


def same_sound(tx: Connection, recording_id: int, *, limit: int) -> list[int]:
    """Other recordings with the same waveform, whatever their bytes; silence is like no other silence."""
    own = select(recordings.c.waveform_sha256).where(recordings.c.id == recording_id)
    waveform = tx.execute(own).scalar_one_or_none()
    if not waveform:
        return []
    query = select(recordings.c.id).where(recordings.c.waveform_sha256 == waveform, recordings.c.id != recording_id)
    return list(tx.execute(query.order_by(recordings.c.id).limit(limit)).scalars())


def count_of_child(tx: Connection, recording_id: int) -> int:
    """How many recordings there are of the child of a recording, itself among them."""
    child = select(recordings.c.child_id).where(recordings.c.id == recording_id).scalar_subquery()
    return tx.execute(select(func.count()).where(recordings.c.child_id == child)).scalar_one()


def _state(row: Row[*tuple[object, ...]]) -> LabelState:
    if row.set_aside_id is not None:
        return LabelState.SET_ASIDE
    if row.undone_at is not None:
        return LabelState.TAKEN_BACK
    return LabelState.IN_FORCE if row.round == row.this_round else LabelState.EARLIER_ROUND


def _judgement(row: Row[*tuple[object, ...]], origin: str) -> Judgement:
    return Judgement(
        id=row.id,
        recording_id=row.recording_id,
        judge_id=row.account_id,
        judge=row.name,
        round=row.round,
        label=row.label,
        decided_at=row.decided_at,
        origin=origin,
        seconds_heard=row.seconds_heard,
        replays=row.replays,
        decision_s=row.decision_s,
        flag=row.flag,
        comment=row.comment,
        session_id=row.sitting,
    )


def _of_row(tx: Connection, recording_id: int) -> Iterator[RecordingEvent]:
    row = tx.execute(select(recordings).where(recordings.c.id == recording_id)).one()
    if row.collected_at is not None:
        yield RecordingEvent(Kind.COLLECTED, row.collected_at, by=row.source)
    yield RecordingEvent(Kind.IMPORTED, row.imported_at, reason=row.filename)
    drawn = select(live_samples).where(live_samples.c.recording_id == recording_id)
    for sample in tx.execute(drawn):
        yield RecordingEvent(Kind.DECIDED_IN_CLASS, sample.decided_at, by=sample.source, reason=str(sample.verdict))
    item = select(qualification_items).where(qualification_items.c.recording_id == recording_id)
    for chosen in tx.execute(item):
        yield RecordingEvent(Kind.FOR_PRACTICE, chosen.added_at, label=chosen.label)
    for place in snapshot_places(tx, recording_id):
        yield RecordingEvent(Kind.IN_SNAPSHOT, place.created_at, label=place.label, reason=", ".join(place.models))


def _of_rounds(tx: Connection, recording_id: int) -> Iterator[RecordingEvent]:
    query = (
        select(recording_rounds, accounts.c.name)
        .outerjoin(accounts, accounts.c.id == recording_rounds.c.account_id)
        .where(recording_rounds.c.recording_id == recording_id)
    )
    for row in tx.execute(query):
        is_new = row.kind is RoundKind.NEW_ROUND
        by = row.name or COMMAND_LINE.name
        yield RecordingEvent(Kind.SENT_BACK if is_new else Kind.THIRD_JUDGE, row.begun_at, by=by, reason=row.reason)
        if row.undone_at is not None:
            yield RecordingEvent(Kind.ROUND_WITHDRAWN if is_new else Kind.THIRD_JUDGE_WITHDRAWN, row.undone_at)


def _of_judgements(tx: Connection, recording_id: int) -> Iterator[RecordingEvent]:
    query = (
        select(judgements, accounts.c.name, set_asides.c.reason.label("set_aside_reason"))
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .outerjoin(set_asides, set_asides.c.id == judgements.c.set_aside_id)
        .where(judgements.c.recording_id == recording_id)
    )
    for row in tx.execute(query):
        yield RecordingEvent(Kind.LABELLED, row.decided_at, by=row.name, label=row.label)
        if row.set_aside_id is not None:
            reason = row.set_aside_reason or ""
            yield RecordingEvent(Kind.LABEL_SET_ASIDE, row.undone_at, by=row.name, label=row.label, reason=reason)
        elif row.undone_at is not None:
            yield RecordingEvent(Kind.LABEL_TAKEN_BACK, row.undone_at, by=row.name, label=row.label)


def _of_adjudications(tx: Connection, recording_id: int) -> Iterator[RecordingEvent]:
    query = (
        select(adjudications, accounts.c.name)
        .join(accounts, accounts.c.id == adjudications.c.account_id)
        .where(adjudications.c.recording_id == recording_id)
    )
    for row in tx.execute(query):
        yield RecordingEvent(Kind.SETTLED, row.decided_at, by=row.name, label=row.label, reason=row.reason)
        if row.undone_at is not None:
            yield RecordingEvent(Kind.SETTLING_UNDONE, row.undone_at, label=row.label)
