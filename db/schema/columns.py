"""Shared column definitions, and the naming of keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Text, text

from core.domain.labels import Label, Split
from db.schema.enum_words import EnumWord

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LABEL = EnumWord(Label, length=12)
SPLIT = EnumWord(Split, length=10)
LABEL_CHECK = "label IN ('Accepted', 'Noise', 'Speechless')"


def own_number() -> Column[int]:
    """The key of a table whose rows are numbered."""
    return Column("id", Integer, primary_key=True)


def points_to(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    """A foreign key to the number of another table's row."""
    return Column(name, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def as_heard() -> tuple[Column[float] | Column[int] | Column[bool] | Column[str], ...]:
    """How a label came about: seconds heard, replays, seconds to the decision, doubt and words."""
    return (
        Column("seconds_heard", Float),
        Column("replays", Integer),
        Column("decision_s", Float),
        Column("flag", Boolean, nullable=False, default=False),
        Column("comment", Text, nullable=False, default=""),
    )


def unique_where(condition: str, name: str, *columns: str) -> Index:
    """These columns together are unique among the rows of a condition, on every database."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


def index_where_true(flag: str, name: str, *columns: str) -> Index:
    """An index over the rows with a flag alone. SQLite takes it only for the condition as it is asked: `flag = 1`."""
    return Index(name, *columns, sqlite_where=text(f"{flag} = 1"), postgresql_where=text(flag))
