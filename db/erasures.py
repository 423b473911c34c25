"""Removing recordings for good, with every row that points to them, so that the file of the database forgets them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Table, delete, select

from db import session
from db.schema import metadata, models, recordings, snapshot_items

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement


def overwrite_what_is_removed(tx: Connection) -> None:
    """From now on, fill the place of removed rows with zeros; SQLite would leave their words in the file."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA secure_delete=ON")


def empty_the_log() -> None:
    """Bring SQLite's write-ahead log into the file and cut it: it still holds the rows as they were."""
    if session.engine().dialect.name != "sqlite":
        return
    connection = session.engine().raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # outside any transaction
    finally:
        connection.close()


def models_that_saw(tx: Connection, recording_ids: Collection[int]) -> list[str]:
    """The models whose snapshot holds any of these recordings, in alphabetical order."""
    found: set[str] = set()
    for some in _portions(recording_ids):
        query = (
            select(models.c.id)
            .join(snapshot_items, snapshot_items.c.snapshot_id == models.c.snapshot_id)
            .where(snapshot_items.c.recording_id.in_(some))
        )
        found.update(tx.execute(query).scalars())
    return sorted(found)


def remove_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[str, int]:
    """Remove recordings and every row that points to them.

    Returns
    -------
    removed : how many rows, by table.
    """
    removed = {table.name: 0 for table in (*_pointing_to_recordings(), recordings)}
    for some in _portions(recording_ids):
        for table in _pointing_to_recordings():
            removed[table.name] += tx.execute(delete(table).where(table.c.recording_id.in_(some))).rowcount
        removed[recordings.name] += tx.execute(delete(recordings).where(recordings.c.id.in_(some))).rowcount
    return removed


def _pointing_to_recordings() -> list[Table]:
    # read from the schema: a table that is added later is not forgotten; what points to another of these comes first
    return [
        table
        for table in reversed(metadata.sorted_tables)
        if any(key.column is recordings.c.id for key in table.foreign_keys)
    ]


def _portions(recording_ids: Collection[int]) -> list[list[int]]:
    ids = sorted(set(recording_ids))
    return [ids[begin : begin + IDS_AT_ONCE] for begin in range(0, len(ids), IDS_AT_ONCE)]
