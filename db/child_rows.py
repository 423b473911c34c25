"""Every row about the recordings of a child, from every table that points to recordings: for the right of access.

People who judged or decided are numbered, not named: the answer is about the child.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Table, select

from core.domain.json_types import JsonObject
from db.erasures import IDS_AT_ONCE, tables_of_recordings
from db.schema import recordings
from db.table_dump import plain_column

ACCOUNT_COLUMNS = ("account_id",)
NOT_ABOUT_THE_CHILD = ("request_id", "sitting", "protocol_id")  # how a browser and the server agreed


def of_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[str, list[JsonObject]]:
    """Rows by table, `recordings` first; times are ISO 8601 in UTC."""
    people: dict[int, int] = {}
    rows = {recordings.name: _rows(tx, recordings, "id", recording_ids, people)}
    for table in sorted(tables_of_recordings(), key=lambda table: table.name):
        rows[table.name] = _rows(tx, table, "recording_id", recording_ids, people)
    return rows


def _rows(
    tx: Connection, table: Table, key: str, recording_ids: Collection[int], people: dict[int, int]
) -> list[JsonObject]:
    columns = [plain_column(column) for column in table.columns if column.name not in NOT_ABOUT_THE_CHILD]
    ids, rows = sorted(recording_ids), list[JsonObject]()
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = select(*columns).where(table.c[key].in_(ids[begin : begin + IDS_AT_ONCE])).order_by(table.c[key])
        for stored in tx.execute(query).mappings():
            row: JsonObject = {
                name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in stored.items()
            }
            for name in ACCOUNT_COLUMNS:
                account_id = row.pop(name, None)
                if isinstance(account_id, int):
                    row["person"] = people.setdefault(account_id, len(people) + 1)
            rows.append(row)
    return rows
