"""What staff wrote about recordings. Rows go with their recordings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, insert, select

from core.domain.actor import COMMAND_LINE
from core.domain.recording_history import RecordingComment
from db.schema import accounts, recording_comments


def add(tx: Connection, recording_id: int, text: str, *, account_id: int | None, at: datetime) -> None:
    values = {"recording_id": recording_id, "account_id": account_id, "text": text, "written_at": at}
    tx.execute(insert(recording_comments).values(values))


def of_recording(tx: Connection, recording_id: int) -> list[RecordingComment]:
    """Oldest first."""
    query = _comments().where(recording_comments.c.recording_id == recording_id).order_by(recording_comments.c.id)
    return [RecordingComment(*row) for row in tx.execute(query)]


def get(tx: Connection, comment_id: int) -> RecordingComment | None:
    row = tx.execute(_comments().where(recording_comments.c.id == comment_id)).one_or_none()
    return None if row is None else RecordingComment(*row)


def recording_of(tx: Connection, comment_id: int) -> int | None:
    """The recording that a comment is about."""
    query = select(recording_comments.c.recording_id).where(recording_comments.c.id == comment_id)
    return tx.execute(query).scalar_one_or_none()


def remove(tx: Connection, comment_id: int) -> None:
    tx.execute(delete(recording_comments).where(recording_comments.c.id == comment_id))


def _comments() -> Select[int, int | None, str, str, datetime]:
    """The fields of `RecordingComment`, in their order."""
    return select(
        recording_comments.c.id,
        recording_comments.c.account_id,
        func.coalesce(accounts.c.name, COMMAND_LINE.name),
        recording_comments.c.text,
        recording_comments.c.written_at,
    ).outerjoin(accounts, accounts.c.id == recording_comments.c.account_id)
