"""Who an account is at the OpenID Connect provider."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.domain.accounts import Account
from db.accounts import account_of_row, change, first
from db.schema import accounts


def set_oidc_login(tx: Connection, account_id: int, login: str | None) -> None:
    """Who that is at the OpenID Connect provider, in an administrator's words. What the provider knew before goes."""
    change(tx, account_id, oidc_login=login, oidc_issuer=None, oidc_subject=None)


def set_oidc_identity(tx: Connection, account_id: int, issuer: str, subject: str) -> None:
    """Who that is at the provider, in the provider's words, which never change."""
    change(tx, account_id, oidc_issuer=issuer, oidc_subject=subject)


def by_oidc_identity(tx: Connection, issuer: str, subject: str) -> Account | None:
    """The account that the provider has vouched for before."""
    query = select(accounts).where(accounts.c.oidc_issuer == issuer, accounts.c.oidc_subject == subject)
    return first(tx, query, {})


def with_oidc_login(tx: Connection) -> list[Account]:
    """The accounts for which an administrator wrote who that is at the provider."""
    return [account_of_row(row) for row in tx.execute(select(accounts).where(accounts.c.oidc_login.is_not(None)))]
