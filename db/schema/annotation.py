"""Tables of judgements, claims, protocols and adjudications."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from core.domain.rounds import RoundKind
from core.domain.selection import SelectionReason
from db.schema.columns import (
    LABEL,
    LABEL_CHECK,
    as_heard,
    index_where_true,
    metadata,
    own_number,
    points_to,
    unique_where,
)
from db.schema.enum_words import EnumWord

SELECTION_REASON = EnumWord(SelectionReason, length=12)

# What staff set for all judges, append-only; the newest of a kind is in force, and judgements name the one that was.
protocols = Table(
    "protocols",
    metadata,
    own_number(),
    Column("kind", String(20), nullable=False, index=True),  # 'desk', 'queue', 'qualification', 'retraining', ...
    Column("value", JSON, nullable=False),
    points_to("account_id", "accounts", nullable=True),
    Column("set_at", DateTime, nullable=False),
    sqlite_autoincrement=True,  # a number names the same rules for good
)

# Labels of a judge that staff set aside, with the reason: a period of one judge; `undone_at` once they count again.
set_asides = Table(
    "set_asides",
    metadata,
    own_number(),
    points_to("judge_id", "accounts", index=True),
    points_to("account_id", "accounts", nullable=True),  # who did it; empty: the command line
    Column("begins_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("is_for_others", Boolean, nullable=False),
    Column("set_at", DateTime, nullable=False),
    Column("undone_at", DateTime),
)

judgements = Table(
    "judgements",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False, default=1),
    Column("label", LABEL, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("origin", String(10), nullable=False),  # 'annotate' or 'import'
    Column("sitting", String(64)),  # the desk session; undo goes back as far as this
    Column("request_id", String(64)),  # made in the browser: the same label sent twice is one row
    *as_heard(),
    points_to("protocol_id", "protocols", nullable=True),  # the desk's protocol in force
    Column("brought_by", String(12)),  # a value of SelectionReason, or the word of the file it was imported from
    Column("undone_at", DateTime),
    # a label that is set aside is out of force as well, so `undone_at` is set with it
    Column("set_aside_id", Integer),
    Column("bars_judge", Boolean, nullable=False, default=False, server_default=false()),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
    # one judgement in force per recording, judge and round; an undone one stays in the table, out of force
    unique_where("undone_at IS NULL", "uq_judgements_in_force", "recording_id", "account_id", "round"),
    Index("ix_judgements_account_id_decided_at", "account_id", "decided_at"),
    Index("ix_judgements_decided_at", "decided_at"),  # what the team has done today
    index_where_true("bars_judge", "ix_judgements_bars_judge", "recording_id", "account_id", "round"),
)

claims = Table(
    "claims",
    metadata,
    own_number(),
    points_to("recording_id", "recordings"),
    points_to("account_id", "accounts", index=True),
    Column("round", Integer, nullable=False),
    Column("sitting", String(64), nullable=False),
    Column("brought_by", SELECTION_REASON, nullable=False, default=SelectionReason.SHUFFLE),
    Column("expires_at", DateTime, nullable=False),
    UniqueConstraint("recording_id", "account_id", "round"),
)

# The recordings that came to each desk session: these rows outlive the claim, so that a label which waited in a browser
# for longer than its claim is accepted, and a label for a recording that never came to that desk is not.
desk_recordings = Table(
    "desk_recordings",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False),
    Column("sitting", String(64), nullable=False),
    Column("laid_at", DateTime, nullable=False),
    UniqueConstraint("account_id", "recording_id", "round", "sitting"),
)

# Which sound was sent to whom, since when and how much of its bytes: nobody has heard more than that.
sound_deliveries = Table(
    "sound_deliveries",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    Column("first_sent_at", DateTime, nullable=False),
    Column("share", Float, nullable=False),
    UniqueConstraint("account_id", "recording_id"),
)

# Rounds that staff began and requests for a third judge, with the reason; `undone_at` once that was taken back.
recording_rounds = Table(
    "recording_rounds",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts", nullable=True),  # empty: the command line
    Column("round", Integer, nullable=False),
    Column("kind", EnumWord(RoundKind, length=12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("begun_at", DateTime, nullable=False),
    Column("undone_at", DateTime),
    CheckConstraint("kind IN ('new round', 'third judge')", name="kind"),
    unique_where("undone_at IS NULL", "uq_recording_rounds_in_force", "recording_id", "round", "kind"),
)

# What staff wrote about a recording; it goes with the recording.
recording_comments = Table(
    "recording_comments",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts", nullable=True),  # empty: the command line
    Column("text", Text, nullable=False),
    Column("written_at", DateTime, nullable=False),
)

skips = Table(
    "skips",
    metadata,
    own_number(),
    points_to("recording_id", "recordings"),
    points_to("account_id", "accounts", index=True),
    Column("round", Integer, nullable=False),
    Column("skipped_at", DateTime, nullable=False),
    UniqueConstraint("recording_id", "account_id", "round"),
)

# The same judge, the same recording, later and unannounced. Never counted as a judgement.
repeats = Table(
    "repeats",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    points_to("judgement_id", "judgements", index=True),  # the one that is repeated
    Column("label", LABEL, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("sitting", String(64)),
    Column("request_id", String(64)),
    *as_heard(),
    points_to("protocol_id", "protocols", nullable=True),
    Column("undone_at", DateTime),
    Column("set_aside_id", Integer),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
    unique_where("undone_at IS NULL", "uq_repeats_in_force", "judgement_id"),
)

# Known answers: a recording whose label stands, heard by a judge who had no part in it. Never counted as a judgement.
control_answers = Table(
    "control_answers",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False),
    Column("label", LABEL, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("sitting", String(64)),
    Column("request_id", String(64)),
    *as_heard(),
    points_to("protocol_id", "protocols", nullable=True),
    Column("undone_at", DateTime),
    Column("set_aside_id", Integer),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
    unique_where("undone_at IS NULL", "uq_control_answers_in_force", "account_id", "recording_id"),
)

# Recordings whose label stands, for new judges to begin with.
qualification_items = Table(
    "qualification_items",
    metadata,
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("label", LABEL, nullable=False),
    Column("added_at", DateTime, nullable=False),
    CheckConstraint(LABEL_CHECK, name="label"),
)

qualification_answers = Table(
    "qualification_answers",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts", index=True),
    Column("label", LABEL, nullable=False),
    Column("expected", LABEL, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("request_id", String(64)),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
)

adjudications = Table(
    "adjudications",
    metadata,
    own_number(),
    points_to("recording_id", "recordings", index=True),
    points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False),
    Column("label", LABEL, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("decided_at", DateTime, nullable=False),
    Column("undone_at", DateTime),
    CheckConstraint(LABEL_CHECK, name="label"),
    unique_where("undone_at IS NULL", "uq_adjudications_in_force", "recording_id", "round"),
)
