"""The table of revisions, by which caches detect changed rows."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from db.schema.columns import metadata

revisions = Table(
    "revisions",
    metadata,
    Column("name", String(40), primary_key=True),  # of a table
    Column("token", String(32), nullable=False),  # random; another one after every transaction that writes to the table
)
