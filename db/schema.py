"""The tables. Every invariant that the database can hold, it holds: unique keys, foreign keys, checks.

Times are UTC, stored without a zone. Labels, roles and states are stored as the words of `core.labels`.
Rows of `judgements`, `adjudications`, `operating_points`, `deployments` and `audit` are only ever added; the one
exception is the `undone_at` stamp, which takes a judgement or an adjudication out of force without losing it.
"""

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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


def _id() -> Column:
    return Column("id", Integer, primary_key=True)


def _points_to(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column:
    return Column(name, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("password_hash", Text),  # empty: a judge known from an import, who cannot sign in yet
    Column("role", String(10), nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("speaks", String(5), nullable=False, default="en"),  # the language of every word this account is shown
    Column("may_judge", JSON, nullable=False, default=list),  # languages of recordings; empty: all of them
    Column("preferences", JSON, nullable=False, default=dict),  # the desk as this judge likes it: speed, keys, ...
    Column("qualified_at", DateTime),  # when a judge passed the qualification, where there is one
    Column("created_at", DateTime, nullable=False),
    CheckConstraint("role IN ('judge', 'staff', 'admin')", name="role"),
)

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    # of the name as typed, whether or not there is such an account: the wait must not tell which names exist
    Column("name_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),  # in a row
    Column("last_failed_at", DateTime, nullable=False, index=True),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256 of the secret in the cookie
    _points_to("account_id", "accounts", index=True),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
)

children = Table(
    "children",
    metadata,
    _id(),
    Column("pseudonym", String(120), nullable=False, unique=True),
    # 'train' in the pool means: a manifest said that this child is not for testing
    Column("pool", String(10)),
    Column("split", String(10)),
    CheckConstraint("split IN ('train', 'validation', 'test')", name="split"),
    sqlite_autoincrement=True,
)

recordings = Table(
    "recordings",
    metadata,
    _id(),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("extension", String(8), nullable=False),
    Column("filename", Text, nullable=False),
    _points_to("child_id", "children", index=True),
    Column("language", String(20), nullable=False, default=""),
    Column("word", Text, nullable=False, default=""),
    Column("source", String(120), nullable=False, default=""),
    Column("collected_at", DateTime),
    Column("duration_s", Float, nullable=False),
    Column("sample_rate_hz", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("extra", JSON, nullable=False, default=dict),  # columns of the manifest that nobody asked for, kept aside
    Column("round", Integer, nullable=False, default=1),
    Column("wanted", Integer, nullable=False, default=2),  # judgements that this round waits for; 3 with a third judge
    Column("imported_at", DateTime, nullable=False),
    # the number of an erased recording is never given again: a browser may still hold it, or a label for it
    sqlite_autoincrement=True,
)

imports = Table(
    "imports",
    metadata,
    _id(),
    Column("source", Text, nullable=False),
    _points_to("account_id", "accounts", nullable=True),
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("recordings", Integer, nullable=False, default=0),
    Column("known", Integer, nullable=False, default=0),
    Column("judgements", Integer, nullable=False, default=0),
    Column("refused", JSON, nullable=False, default=list),
    Column("notes", JSON, nullable=False, default=list),
)

# What staff set for all judges, append-only; the newest of a kind is in force, and judgements name the one that was.
protocols = Table(
    "protocols",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False, index=True),  # 'desk', 'queue' or 'qualification'
    Column("value", JSON, nullable=False),
    _points_to("account_id", "accounts", nullable=True),
    Column("set_at", DateTime, nullable=False),
    sqlite_autoincrement=True,  # a number names the same rules for good
)

judgements = Table(
    "judgements",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False, default=1),
    Column("label", String(12), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("origin", String(10), nullable=False),  # 'annotate' or 'import'
    Column("sitting", String(64)),  # one visit of a judge to the desk; undo goes back as far as this
    Column("request_id", String(64)),  # made in the browser: the same label sent twice is one row
    Column("seconds_heard", Float),
    Column("replays", Integer),
    Column("decision_s", Float),
    Column("flag", Boolean, nullable=False, default=False),
    Column("comment", Text, nullable=False, default=""),
    _points_to("protocol_id", "protocols", nullable=True),  # the desk's protocol in force
    Column("brought_by", String(12)),  # what brought the item: 'shuffle', 'useful' or 'random'
    Column("undone_at", DateTime),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
    # one judgement in force per recording, judge and round; an undone one stays in the table, out of force
    Index(
        "uq_judgements_in_force",
        "recording_id",
        "account_id",
        "round",
        unique=True,
        sqlite_where=text("undone_at IS NULL"),
        postgresql_where=text("undone_at IS NULL"),
    ),
    Index("ix_judgements_account_id_decided_at", "account_id", "decided_at"),
)

claims = Table(
    "claims",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts", index=True),
    Column("round", Integer, nullable=False),
    Column("sitting", String(64), nullable=False),
    Column("brought_by", String(12), nullable=False, default="shuffle"),  # or 'useful', 'random', 'repeat'
    Column("expires_at", DateTime, nullable=False),
    UniqueConstraint("recording_id", "account_id", "round"),
)

skips = Table(
    "skips",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts", index=True),
    Column("round", Integer, nullable=False),
    Column("skipped_at", DateTime, nullable=False),
    UniqueConstraint("recording_id", "account_id", "round"),
)

# The same judge, the same recording, later and unannounced. Never counted as a judgement.
repeats = Table(
    "repeats",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts"),
    _points_to("judgement_id", "judgements"),  # the first hearing
    Column("label", String(12), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("sitting", String(64)),
    Column("request_id", String(64)),
    Column("seconds_heard", Float),
    Column("replays", Integer),
    Column("decision_s", Float),
    Column("flag", Boolean, nullable=False, default=False),
    Column("comment", Text, nullable=False, default=""),
    _points_to("protocol_id", "protocols", nullable=True),
    Column("undone_at", DateTime),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
    Index(
        "uq_repeats_in_force",
        "judgement_id",
        unique=True,
        sqlite_where=text("undone_at IS NULL"),
        postgresql_where=text("undone_at IS NULL"),
    ),
)

# Recordings whose answer is settled, for new judges to begin with.
qualification_items = Table(
    "qualification_items",
    metadata,
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("label", String(12), nullable=False),
    Column("added_at", DateTime, nullable=False),
    CheckConstraint(LABEL_CHECK, name="label"),
)

qualification_answers = Table(
    "qualification_answers",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts", index=True),
    Column("label", String(12), nullable=False),
    Column("expected", String(12), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("request_id", String(64)),
    CheckConstraint(LABEL_CHECK, name="label"),
    UniqueConstraint("account_id", "request_id"),
)

adjudications = Table(
    "adjudications",
    metadata,
    _id(),
    _points_to("recording_id", "recordings"),
    _points_to("account_id", "accounts"),
    Column("round", Integer, nullable=False),
    Column("label", String(12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("decided_at", DateTime, nullable=False),
    Column("undone_at", DateTime),
    CheckConstraint(LABEL_CHECK, name="label"),
    Index(
        "uq_adjudications_in_force",
        "recording_id",
        "round",
        unique=True,
        sqlite_where=text("undone_at IS NULL"),
        postgresql_where=text("undone_at IS NULL"),
    ),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("steps", JSON, nullable=False, default=list),
    Column("result", JSON, nullable=False, default=dict),
    Column("error", Text, nullable=False, default=""),
    _points_to("account_id", "accounts", nullable=True),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
    Column("heartbeat_at", DateTime),  # the running job's sign of life
    Column("owner", String(120)),  # the process that runs it: host/pid/a random word
    Column("cancel_requested_at", DateTime),
    # one job of a kind at a time, whoever asks
    Index(
        "uq_jobs_live",
        "kind",
        unique=True,
        sqlite_where=text("state IN ('queued', 'running')"),
        postgresql_where=text("state IN ('queued', 'running')"),
    ),
)

snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", DateTime, nullable=False),
)

snapshot_items = Table(
    "snapshot_items",
    metadata,
    Column("snapshot_id", ForeignKey("snapshots.id"), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("label", String(12), nullable=False),
    Column("split", String(10), nullable=False),
    CheckConstraint(LABEL_CHECK, name="label"),
)

models = Table(
    "models",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(120), nullable=False),
    _points_to("snapshot_id", "snapshots"),
    Column("job_id", ForeignKey("jobs.id")),
    Column("seconds", Float, nullable=False),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("card", JSON, nullable=False),
)

probabilities = Table(
    "probabilities",
    metadata,
    Column("model_id", ForeignKey("models.id"), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("p_accepted", Float, nullable=False),
    Column("p_noise", Float),  # empty where the model's task does not tell the rejected classes apart
    Column("p_speechless", Float),
)

# What a system said of recordings that it was not shown, fold by fold: kept with the job that cross-validated it.
fold_probabilities = Table(
    "fold_probabilities",
    metadata,
    Column("job_id", ForeignKey("jobs.id"), primary_key=True),
    Column("system", String(120), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("fold", Integer, nullable=False),
    Column("p_accepted", Float, nullable=False),
    Column("p_noise", Float),
    Column("p_speechless", Float),
)

# A new model held against the one in force, whatever came of it. The names stay when a model is deleted.
challenges = Table(
    "challenges",
    metadata,
    _id(),
    Column("challenger_id", String(80), nullable=False, index=True),
    Column("champion_id", String(80)),
    Column("am_target", Float, nullable=False),
    Column("is_offered", Boolean, nullable=False),
    Column("figures", JSON, nullable=False, default=dict),
    Column("decided_at", DateTime, nullable=False),
)

operating_points = Table(
    "operating_points",
    metadata,
    _id(),
    Column("model_id", ForeignKey("models.id"), nullable=False, index=True),
    Column("am_target", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    _points_to("account_id", "accounts", nullable=True),
    Column("reason", Text, nullable=False, default=""),
    Column("chosen_at", DateTime, nullable=False),
)

deployments = Table(
    "deployments",
    metadata,
    _id(),
    _points_to("operating_point_id", "operating_points"),
    _points_to("account_id", "accounts", nullable=True),
    Column("reason", Text, nullable=False, default=""),
    Column("deployed_at", DateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", DateTime, nullable=False, index=True),
    _points_to("account_id", "accounts", nullable=True),
    Column("actor", String(80), nullable=False),  # the name as it was then, or "command line"
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("detail", JSON, nullable=False, default=dict),
)
