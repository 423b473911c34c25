"""Which account somebody has at the OpenID Connect provider: what an administrator writes."""

from __future__ import annotations

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts import accounts as account_verbs
from core.workflows.accounts import authorisation
from db import accounts, audit, provider_identities, session, sign_ins

MOST_LETTERS = 255


def link(account_id: int, login: str, *, actor: Actor) -> Account:
    """Write who that is at the provider; an empty `login` takes it back. Every sign-in of the account ends.

    Parameters
    ----------
    login : a verified e-mail, a user name, or the provider's own number of the person (`sub`).

    Raises
    ------
    Refused
        It is too long, or holds signs that cannot be read.
    Conflict
        Another account has it, or the last administrator could not sign in any more.
    """
    authorisation.require_confirmed_first(actor, Permission.MANAGE_ACCOUNTS)
    login = login.strip()
    if len(login) > MOST_LETTERS or not login.isprintable():
        raise Refused(
            "{login!r} cannot be a name at the provider: at most {most_letters} readable letters.",
            login=login[:40],
            most_letters=MOST_LETTERS,
        )
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = accounts.get(tx, account_id)
        if account is None:
            raise NotFound(
                "There is no account with the number {account_id}.",
                account_id=account_id,
            )
        if account.is_external:
            raise Conflict(
                "{name} is an external annotator, to which nobody signs in.",
                name=account.name,
            )
        _refuse_taken(tx, account, login)
        if not account.has_password:
            account_verbs.require_another_administrator(tx, account)
        provider_identities.set_oidc_login(tx, account_id, login or None)
        sign_ins.end_all(tx, account_id)
        audit.record(tx, actor.account_id, actor.name, "set provider name", account.name, {"to": login})
        return accounts.get(tx, account_id) or account


def _refuse_taken(tx: session.Connection, account: Account, login: str) -> None:
    for other in provider_identities.with_oidc_login(tx):
        if other.id != account.id and login and other.oidc_login.casefold() == login.casefold():
            raise Conflict(
                "{name} has {login!r} at the provider already.",
                name=other.name,
                login=login,
            )
