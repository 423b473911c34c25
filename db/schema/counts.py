"""Figures that are kept, so that no screen counts all recordings: see `db.kept_counts`.

All of it follows from other tables and can be made anew. `changed_recordings` is written by triggers, in the
transaction that changes a recording, a judgement or an adjudication; the rest is brought up to date from it. There are
no foreign keys: an erasure removes rows first, and what was kept of them is taken off afterwards.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, String, Table, text

from core.domain.labels import JudgingState
from db.schema.columns import LABEL, metadata, own_number
from db.schema.enum_words import EnumWord

JUDGING_STATE = EnumWord(JudgingState, length=12)
N_CLUSTERS = 1024  # of children, for intervals; as long as there are fewer children, each is one
LABEL_PAIRS = tuple(f"n_{first}{second}" for first in range(3) for second in range(3))  # in the order of `Label`


def _key(name: str, type_: type[Integer] | type[Boolean] | String | EnumWord[JudgingState]) -> Column[object]:
    return Column(name, type_, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _index_of_empty(table: str, column: str) -> Index:
    where = text("n = 0")
    return Index(f"ix_{table}_empty", column, sqlite_where=where, postgresql_where=where)


def _index_of_differing(name: str, *columns: str) -> Index:
    where = text("label_a <> label_b")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# Recordings whose row in `recording_states` may be out of date, as often as they changed.
changed_recordings = Table("changed_recordings", metadata, own_number(), _number("recording_id"))

# One row: how often the kept figures were brought up to date. Who does it holds this row.
count_updates = Table("count_updates", metadata, own_number(), _number("n_updates"))

recording_states = Table(
    "recording_states",
    metadata,
    _key("recording_id", Integer),
    _number("child_id"),
    Column("language", String(20), nullable=False),
    Column("source", String(120), nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("is_judged_anew", Boolean, nullable=False),
    Column("state", JUDGING_STATE, nullable=False),
    Column("consensus", LABEL),
    _number("n_accepted"),
    _number("n_noise"),
    _number("n_speechless"),
    # the first two labels in force of the newest round, the lower account first; empty where there are none
    Column("judge_a", Integer),
    Column("judge_b", Integer),
    Column("label_a", LABEL),
    Column("label_b", LABEL),
    Column("decided_at_a", DateTime),
    Column("decided_at_b", DateTime),
    _number("label_changed"),  # the update at which the consensus became what it is
    Index("ix_recording_states_state", "state", "recording_id"),
    Index("ix_recording_states_consensus", "consensus", "recording_id"),
    Index("ix_recording_states_language", "language", "recording_id"),
    Index("ix_recording_states_source", "source", "recording_id"),
    Index("ix_recording_states_child_id", "child_id"),
    Index("ix_recording_states_judge_a", "judge_a"),
    Index("ix_recording_states_judge_b", "judge_b"),
    _index_of_differing("ix_recording_states_differs_a", "judge_a", "decided_at_a"),
    _index_of_differing("ix_recording_states_differs_b", "judge_b", "decided_at_b"),
    Index("ix_recording_states_label_changed", "label_changed"),
)

facet_counts = Table(
    "facet_counts",
    metadata,
    _key("language", String(20)),
    _key("source", String(120)),
    _key("is_judged_anew", Boolean),
    _key("state", JUDGING_STATE),
    _key("consensus", String(12)),  # '' where there is none
    _key("labels", Integer),  # which labels judges gave: 1 Accepted, 2 Noise, 4 Speechless
    _number("n"),
    Column("duration_us", BigInteger, nullable=False),
)

# Recordings of a child, and how many of them have which label that stands.
child_counts = Table(
    "child_counts",
    metadata,
    _key("child_id", Integer),
    *(_number(name) for name in ("n", "n_accepted", "n_noise", "n_speechless")),
    _index_of_empty("child_counts", "child_id"),
)

# Recordings that still wait for a judge, and that this one has judged.
open_counts = Table("open_counts", metadata, _key("account_id", Integer), _key("language", String(20)), _number("n"))

# Pairs of labels of recordings judged twice, by clusters of children: all that kappa, alpha and their intervals need.
agreement_counts = Table(
    "agreement_counts",
    metadata,
    _key("kind", String(8)),  # 'all', 'pair', 'language' or 'source'
    _key("name", String(120)),  # of the language or source
    _key("judge_a", Integer),  # 0 where it is no pair
    _key("judge_b", Integer),
    _key("cluster", Integer),
    *(_number(name) for name in LABEL_PAIRS),
)

agreement_children = Table(
    "agreement_children",
    metadata,
    _key("kind", String(8)),
    _key("name", String(120)),
    _key("judge_a", Integer),
    _key("judge_b", Integer),
    _key("child_id", Integer),
    _number("n"),
    _index_of_empty("agreement_children", "child_id"),
)

KEPT = (
    recording_states,
    facet_counts,
    child_counts,
    open_counts,
    agreement_counts,
    agreement_children,
)
