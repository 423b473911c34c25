"""Accounts, and their credentials."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.labels import Role


@dataclass(frozen=True)
class Account:
    """A person who can sign in, or a judge known from an import, who cannot yet.

    speaks : the language of every word this account is shown.
    qualified_at : when a judge passed the qualification, where there is one.
    is_external : an external annotator, whom only a file names; nobody signs in to it.
    matched_to : the number of the account that this external annotator is.
    has_password : or signs in at the OpenID Connect provider alone.
    has_two_steps : a code is asked after the password.
    oidc_login : who that is at the provider, as an administrator wrote it; empty: nobody.
    is_linked : the provider has vouched for this account once, so that it knows it by its own number.
    sign_in : the hash of the token by which this account was found signed in; empty where it was found otherwise.
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
    has_password: bool = False
    has_two_steps: bool = False
    oidc_login: str = ""
    is_linked: bool = False
    sign_in: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class SignIn:
    """An account's right to come in from one browser. Times are in UTC, without a zone.

    token_hash : of the secret in the cookie. address, browser : where it began; empty where that is not known.
    """

    token_hash: str = field(repr=False)
    began_at: datetime
    used_at: datetime
    ends_at: datetime
    address: str = ""
    browser: str = ""

    @property
    def handle(self) -> str:
        """A name for it that opens nothing: 16 hexadecimal digits."""
        return hashlib.sha256(f"handle {self.token_hash}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password; never leaves the accounts workflow."""

    account: Account
    password_hash: str | None


@dataclass(frozen=True)
class SealedAuthenticator:
    """`secret` as it is stored; `last_step` : the newest 30 seconds whose code was used."""

    secret: str
    last_step: int
