"""How people prove who they are, and what a sign-in still lacks."""

from __future__ import annotations

from enum import StrEnum

from core.domain.accounts import Account


class Proof(StrEnum):
    """What an account confirms itself with, before what cannot be taken back."""

    PASSWORD = "password"  # noqa: S105 - the kind, not a secret
    CODE = "code"
    PROVIDER = "provider"


def proof_of(account: Account) -> Proof:
    """The password; for whoever has none the code, and without that the OpenID Connect provider."""
    if account.has_password:
        return Proof.PASSWORD
    return Proof.CODE if account.has_two_steps else Proof.PROVIDER
