"""Which rows of `snapshot_items` are in a snapshot: each is in all from its first to its last.

Rows without a last snapshot are in the newest one. What freezing writes changes those alone, so that no snapshot ever
changes; an erasure removes a recording from all.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from db.schema import snapshot_items

IS_NEWEST = snapshot_items.c.last_snapshot_id.is_(None)


def is_item_of(snapshot_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row of `snapshot_items` is in a snapshot."""
    is_before_its_end = or_(IS_NEWEST, snapshot_items.c.last_snapshot_id >= snapshot_id)
    return and_(snapshot_items.c.first_snapshot_id <= snapshot_id, is_before_its_end)
