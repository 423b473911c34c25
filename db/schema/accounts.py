"""Tables of accounts, sign-ins and the audit log."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from core.domain.labels import Role
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

accounts = Table(
    "accounts",
    metadata,
    own_number(),
    Column("name", String(80), nullable=False, unique=True),
    Column("password_hash", Text),  # empty: a judge known from an import, who cannot sign in yet
    Column("role", EnumWord(Role, length=10), nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("speaks", String(5), nullable=False, default="en"),  # the language of every word this account is shown
    Column("may_judge", JSON, nullable=False, default=list),  # languages of recordings; empty: all of them
    Column("preferences", JSON, nullable=False, default=dict),  # the desk as this judge likes it: speed, keys, ...
    Column("qualified_at", DateTime),  # when a judge passed the qualification, where there is one
    Column("created_at", DateTime, nullable=False),
    # somebody whom a file names: labels stand under it, nobody signs in to it
    Column("is_external", Boolean, nullable=False, default=False, server_default=false()),
    points_to("matched_to", "accounts", nullable=True),  # who of us that is, as an administrator knows
    Column("two_step_since", DateTime),  # from then on a code is asked after the password; empty: none
    # who that is at the OpenID Connect provider: as an administrator wrote it, and as the provider knows it since
    Column("oidc_login", String(255)),
    Column("oidc_issuer", String(255)),
    Column("oidc_subject", String(255)),
    Index("ix_accounts_oidc_identity", "oidc_issuer", "oidc_subject", unique=True),
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
    points_to("account_id", "accounts", index=True),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("used_at", DateTime),  # empty: not since it began; a sign-in that nobody uses ends earlier
    Column("confirmed_at", DateTime),  # when the person last proved who they are; empty: when it began
    # from where it began, as its owner is shown it; empty where nobody knows
    Column("address", String(45), nullable=False, default="", server_default=""),
    Column("browser", String(40), nullable=False, default="", server_default=""),
)

two_step_secrets = Table(
    "two_step_secrets",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("secret", Text, nullable=False),  # sealed
    Column("last_step", Integer, nullable=False),  # the newest 30 seconds whose code was used: none is taken twice
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    own_number(),
    points_to("account_id", "accounts", index=True),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", DateTime),
)

audit = Table(
    "audit",
    metadata,
    own_number(),
    Column("at", DateTime, nullable=False, index=True),
    points_to("account_id", "accounts", nullable=True),
    Column("actor", String(80), nullable=False),  # the name as it was then, or "command line"
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("detail", JSON, nullable=False, default=dict),
    Column(
        "address", String(45), nullable=False, default="", server_default=""
    ),  # network address; IPv6 at the longest
    # the chain of `core.domain.audit`: only added to, which triggers see to
    Column("salt", String(32), nullable=False, default="", server_default=""),
    Column("content_hash", String(64), nullable=False, default="", server_default=""),
    Column("previous_hash", String(64), nullable=False, default="", server_default=""),
    Column("hash", String(64), nullable=False, default="", server_default=""),
    Index("ix_audit_action", "action", "id"),
    Index("ix_audit_actor", "actor", "id"),
)

# Where the chain ends: one row, or none while nothing was recorded. Rows that are missing at the end show by it.
audit_head = Table(
    "audit_head",
    metadata,
    own_number(),
    Column("n_entries", Integer, nullable=False),
    Column("last_id", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
