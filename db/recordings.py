"""Recordings: adding, finding, listing and removing their rows. The bytes lie in the storage, under the SHA-256."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.json_types import JsonObject
from core.domain.recordings import Recording
from db import session
from db.schema import children, recordings

SAME_LENGTH_S = 1e-4
IDS_AT_ONCE, ROWS_AT_ONCE = 500, 5000  # a database takes only so many parameters in one statement


@dataclass(frozen=True)
class NewRecording:
    """What is known of a recording when it comes in; empty words: not known."""

    sha256: str
    extension: str
    filename: str
    duration_s: float
    sample_rate_hz: int
    size_bytes: int
    language: str = ""
    word: str = ""
    source: str = ""
    collected_at: datetime | None = None
    extra: JsonObject = field(default_factory=dict)
    waveform_sha256: str | None = None


def add(tx: Connection, new: NewRecording, *, child_id: int) -> int | None:
    """Add one recording.

    Returns
    -------
    id : int, or None when a recording with these bytes is there already; nothing is changed then.
    """
    try:
        with tx.begin_nested():
            values = asdict(new) | {"child_id": child_id, "imported_at": session.now()}
            return int(tx.execute(insert(recordings).values(values).returning(recordings.c.id)).scalar_one())
    except IntegrityError:
        if id_of(tx, new.sha256) is None:
            raise
        return None


def add_all(tx: Connection, new: Sequence[tuple[NewRecording, int]]) -> dict[str, int]:
    """Add recordings, each with the number of its child; their numbers by SHA-256. None where one is there already."""
    imported_at = session.now()
    rows = [{**vars(recording), "child_id": child_id, "imported_at": imported_at} for recording, child_id in new]
    if not rows:
        return {}
    try:
        with tx.begin_nested():
            added = tx.execute(insert(recordings).returning(recordings.c.sha256, recordings.c.id), rows)
            return {row[0]: row[1] for row in added}
    except IntegrityError:
        if not known_among(tx, [recording.sha256 for recording, _ in new]):
            raise
        return {}


def known_among(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Which of a few hundred recordings are there."""
    return set(tx.execute(select(recordings.c.sha256).where(recordings.c.sha256.in_(sha256s))).scalars())


def shared_waveforms(tx: Connection, waveforms: Sequence[str | None]) -> set[str | None]:
    """Which of a few hundred waveforms several recordings have."""
    column = recordings.c.waveform_sha256
    query = select(column).where(column.in_(waveforms)).group_by(column).having(func.count() > 1)
    return set(tx.execute(query).scalars())


def id_of(tx: Connection, sha256: str) -> int | None:
    return tx.execute(select(recordings.c.id).where(recordings.c.sha256 == sha256)).scalar_one_or_none()


def hold_by_sha256(tx: Connection, sha256: str) -> None:
    """Keep the row of a recording, if there is one, from being removed until this transaction ends.

    On SQLite a writer holds everything anyhow.
    """
    tx.execute(select(recordings.c.id).where(recordings.c.sha256 == sha256).with_for_update(key_share=True, read=True))


def waveform_of(tx: Connection, sha256: str) -> tuple[int, str | None] | None:
    """(number, hash of the waveform) of the recording with these bytes; the hash is None where it was not computed."""
    row = tx.execute(_waveform(), {"sha256": sha256}).one_or_none()
    return None if row is None else (row[0], row[1])


@lru_cache(maxsize=1)
def _waveform() -> Select[Any]:
    # runs with every file of an import, so put together once
    return select(recordings.c.id, recordings.c.waveform_sha256).where(recordings.c.sha256 == bindparam("sha256"))


def without_waveform(tx: Connection, durations_s: Collection[float]) -> list[Recording]:
    """Recordings whose waveform was not hashed, of any of a few hundred lengths."""
    length = recordings.c.duration_s
    is_as_long = or_(*(length.between(wanted - SAME_LENGTH_S, wanted + SAME_LENGTH_S) for wanted in set(durations_s)))
    query = with_child().where(recordings.c.waveform_sha256.is_(None), is_as_long).order_by(recordings.c.id)
    return [recording_of(row) for row in tx.execute(query)]


def has_several_with_waveform(tx: Connection, waveform_sha256: str) -> bool:
    query = select(recordings.c.id).where(recordings.c.waveform_sha256 == waveform_sha256).limit(2)
    return len(tx.execute(query).all()) > 1


def with_waveform(tx: Connection, waveform_sha256: str) -> list[Recording]:
    """Every recording of one waveform, whatever its bytes, the oldest first."""
    query = with_child().where(recordings.c.waveform_sha256 == waveform_sha256).order_by(recordings.c.id)
    return [recording_of(row) for row in tx.execute(query)]


def fill(tx: Connection, recording_id: int, **values: object) -> None:
    """Write what was not known of a recording; `values` by column."""
    tx.execute(update(recordings).where(recordings.c.id == recording_id).values(**values))


def get(tx: Connection, recording_id: int) -> Recording | None:
    row = tx.execute(_by_id(), {"recording_id": recording_id}).one_or_none()
    return None if row is None else recording_of(row)


@lru_cache(maxsize=1)
def _by_id() -> Select[Any]:
    # runs with every sound, so put together once
    return with_child().where(recordings.c.id == bindparam("recording_id"))


def by_sha256(tx: Connection, sha256: str) -> Recording | None:
    row = tx.execute(with_child().where(recordings.c.sha256 == sha256)).one_or_none()
    return None if row is None else recording_of(row)


def by_ids(tx: Connection, recording_ids: Collection[int]) -> dict[int, Recording]:
    """Recordings by their number; numbers that do not exist are missing from the answer."""
    by_id: dict[int, Recording] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = with_child().where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
        by_id.update((row.id, recording_of(row)) for row in tx.execute(query))
    return by_id


def of_child(tx: Connection, child_id: int) -> list[Recording]:
    rows = tx.execute(with_child().where(recordings.c.child_id == child_id).order_by(recordings.c.id))
    return [recording_of(row) for row in rows]


def all_recordings(tx: Connection) -> Iterator[Recording]:
    """All recordings, oldest first."""
    for row in tx.execute(with_child().order_by(recordings.c.id), execution_options={"yield_per": ROWS_AT_ONCE}):
        yield recording_of(row)


def all_files(tx: Connection) -> Iterator[tuple[str, str]]:
    """(SHA-256, extension) of all recordings, oldest first."""
    query = select(recordings.c.sha256, recordings.c.extension).order_by(recordings.c.id)
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield row[0], row[1]


def hold(tx: Connection, recording_ids: Collection[int]) -> set[int]:
    """Those of some recordings that are there; nobody else changes or removes them until this transaction ends."""
    present: set[int] = set()
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = select(recordings.c.id).where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
        present.update(tx.execute(query.order_by(recordings.c.id).with_for_update()).scalars())
    return present


def set_round(tx: Connection, recording_id: int, *, round_: int, wanted: int) -> None:
    """Set the round of a recording, and how many judgements it waits for. Judgements are not touched."""
    tx.execute(update(recordings).where(recordings.c.id == recording_id).values(round=round_, wanted=wanted))


def with_child(*more: ColumnElement[Any]) -> Select[Any]:
    """The query of recordings with their child, which `recording_of` reads; for query files beside this one."""
    return select(recordings, children.c.pseudonym, children.c.split, *more).join(children)


def recording_of(row: Row[Any]) -> Recording:
    """One row of `with_child` as a record."""
    return Recording(
        id=row.id,
        sha256=row.sha256,
        extension=row.extension,
        filename=row.filename,
        child=row.pseudonym,
        language=row.language,
        word=row.word,
        source=row.source,
        split=row.split,
        collected_at=row.collected_at,
        duration_s=row.duration_s,
        sample_rate_hz=row.sample_rate_hz,
        size_bytes=row.size_bytes,
        round=row.round,
        imported_at=row.imported_at,
        extra=dict(row.extra),
        wanted=row.wanted,
    )
