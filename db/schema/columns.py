"""What the tables have in common: how keys are named, and the columns that recur."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LABEL_CHECK = "label IN ('Accepted', 'Noise', 'Speechless')"


def own_number() -> Column:
    return Column("id", Integer, primary_key=True)


def points_to(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column:
    return Column(name, ForeignKey(f"{target}.id"), nullable=nullable, index=index)
