"""Accounts, and their credentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.labels import Role


@dataclass(frozen=True)
class Account:
    """A person who can sign in, or a judge known from an import, who cannot yet.

    speaks : the language of every word this account is shown.
    qualified_at : when a judge passed the qualification, where there is one.
    is_external : an external annotator, whom only a file names; nobody signs in to it.
    matched_to : the number of the account that this external annotator is.
    """

    id: int
    name: str
    role: Role
    is_active: bool
    can_sign_in: bool
    created_at: datetime
    speaks: str = "en"
    may_judge: tuple[str, ...] = ()  # languages of recordings; empty: all of them
    qualified_at: datetime | None = None
    is_external: bool = False
    matched_to: int | None = None


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password; never leaves the accounts workflow."""

    account: Account
    password_hash: str | None
