"""Live: which sources agreed to sampling, what was drawn of their decisions, and alarms that were raised."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, String, Table, UniqueConstraint

from core.domain.decisions import LONGEST_SOURCE, Verdict
from core.domain.recordings import LONGEST_CONSENT
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

# Only ever added; the newest of a source is in force. An empty reference: the consent was taken back.
live_consents = Table(
    "live_consents",
    metadata,
    own_number(),
    Column("source", String(LONGEST_SOURCE), nullable=False, index=True),
    Column("reference", String(LONGEST_CONSENT), nullable=False),
    points_to("account_id", "accounts", nullable=True),  # empty: the command line
    Column("set_at", DateTime, nullable=False),
)

# A drawn decision whose recording is stored. It goes with the recording; the decision record may go before, by age.
live_samples = Table(
    "live_samples",
    metadata,
    own_number(),
    Column("decision_id", String(32), nullable=False, unique=True),
    points_to("recording_id", "recordings", index=True),
    Column("decided_at", DateTime, nullable=False, index=True),
    Column("source", String(LONGEST_SOURCE), nullable=False),
    Column("model_id", String(80), nullable=False),
    Column("verdict", EnumWord(Verdict, length=10), nullable=False),
    Column("p_accepted", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("probability", Float, nullable=False),  # of being drawn
    Column("floor", Float, nullable=False),  # the least probability of any decision of the source at that time
    Column("names_child", Boolean, nullable=False),  # whether the program named the child
)

# The first time that AM in class was shown to be above the target: of all sources together, and of each.
live_alarms = Table(
    "live_alarms",
    metadata,
    own_number(),
    points_to("deployment_id", "deployments"),
    Column("is_of_all", Boolean, nullable=False),
    Column("source", String(LONGEST_SOURCE), nullable=False, default=""),
    Column("raised_at", DateTime, nullable=False),
    Column("capital", Float, nullable=False),
    Column("am", Float, nullable=False),
    Column("n", Integer, nullable=False),  # judged Accepted
    UniqueConstraint("deployment_id", "is_of_all", "source"),
)
