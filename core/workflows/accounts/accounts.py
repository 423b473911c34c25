"""Accounts: who there is and who may do what. How people sign in: `sign_ins`.

Passwords are stored as argon2id hashes: they cannot be read back from the database.
"""

from __future__ import annotations

from collections.abc import Sequence

from core import languages as languages_
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused
from core.translation import LANGUAGES
from core.workflows.accounts import authorisation, external_annotators, passwords
from db import accounts, audit, session, sign_ins


def create(name: str, password: str | None, role: Role, *, actor: Actor) -> Account:
    """A new account; without a password nobody can sign in to it until `set_password`.

    Raises
    ------
    Refused
        The name or the password cannot be used; the message says why.
    Conflict
        The name is taken.
    """
    authorisation.require_confirmed_first(actor, Permission.MANAGE_ACCOUNTS)
    name = passwords.check_name(name)
    password_hash = None if password is None else _checked_hash(password, name)
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        external_annotators.refuse_look_alikes(tx, name)
        account = accounts.add(tx, name, Role(role), password_hash)
        audit.record(tx, actor.account_id, actor.name, "add account", name, {"role": str(role)})
    return account


def is_first_start() -> bool:
    """Whether nobody ever had a password, so that the first administrator may be created."""
    with session.reading() as tx:
        return not accounts.has_any_password(tx)


def create_first_administrator(name: str, password: str) -> Account:
    """The first administrator, once: of two people who try at the same time, one succeeds.

    Raises
    ------
    Refused
        The name or the password cannot be used.
    Conflict
        Somebody was first, or an account known from an import has the name.
    """
    name, password_hash = passwords.check_name(name), _checked_hash(password, name)
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        if accounts.has_any_password(tx):
            raise Conflict("There is an account already; sign in with it.")
        account = accounts.add(tx, name, Role.ADMIN, password_hash)
        audit.record(tx, account.id, name, "add account", name, {"role": str(Role.ADMIN), "first": True})
    return account


def sign_out_everywhere(account_id: int, *, actor: Actor | None = None) -> int:
    """End every sign-in of an account, on every machine; by default the person's own wish.

    Returns
    -------
    ended : int, how many sign-ins were in force.
    """
    with session.writing() as tx:
        if actor is not None:
            authorisation.require_self_or(tx, actor, account_id, Permission.MANAGE_ACCOUNTS)
        account = _existing(tx, account_id)
        actor = actor or Actor.of(account)
        ended = sign_ins.end_all(tx, account_id)
        audit.record(tx, actor.account_id, actor.name, "sign out everywhere", account.name, {"ended": ended})
    return ended


def set_password(account_id: int, password: str, *, actor: Actor) -> None:
    """Give an account a new password. Every sign-in with the old one ends."""
    authorisation.require_confirmed_first(actor, Permission.MANAGE_ACCOUNTS)
    password_hash = _checked_hash(password)
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = _existing(tx, account_id)
        if account.is_external:
            raise Conflict(
                "{name} is an external annotator; add an account for the person and match the two.",
                name=account.name,
            )
        accounts.set_password_hash(tx, account_id, password_hash)
        sign_ins.set_failures(tx, passwords.hash_name(account.name), 0)
        sign_ins.end_all(tx, account_id)
        audit.record(tx, actor.account_id, actor.name, "set password", account.name)


def set_role(account_id: int, role: Role, *, actor: Actor) -> Account:
    """Change what an account may do, at once. The last administrator stays one (Conflict)."""
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = _existing(tx, account_id)
        if role != Role.ADMIN:
            require_another_administrator(tx, account)
        accounts.set_role(tx, account_id, Role(role))
        detail = {"from": str(account.role), "to": str(role)}
        audit.record(tx, actor.account_id, actor.name, "set role", account.name, detail)
        return _existing(tx, account_id)


def set_language(account_id: int, speaks: str, *, actor: Actor) -> Account:
    """Choose the language of every word this account is shown while judging.

    Raises
    ------
    Refused
        Earshot does not speak it.
    """
    with session.writing() as tx:
        authorisation.require_self_or(tx, actor, account_id, Permission.MANAGE_ACCOUNTS)
        if speaks not in LANGUAGES:
            raise Refused(
                "Earshot does not speak {speaks!r}; it speaks {languages}.",
                speaks=speaks,
                languages=", ".join(LANGUAGES),
            )
        account = _existing(tx, account_id)
        if account.speaks != speaks:
            accounts.set_speaks(tx, account_id, speaks)
            detail = {"from": account.speaks, "to": speaks}
            audit.record(tx, actor.account_id, actor.name, "set language", account.name, detail)
        return _existing(tx, account_id)


def set_judging_languages(account_id: int, languages: Sequence[str], *, actor: Actor) -> Account:
    """Choose the languages of the recordings that come to this account; none: all of them."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_ACCOUNTS)
        # what is no code stays as it is: recordings of before may have it
        chosen = sorted({languages_.standard_tag(language) or language.strip() for language in languages} - {""})
        account = _existing(tx, account_id)
        accounts.set_may_judge(tx, account_id, chosen)
        detail = {"from": list(account.may_judge), "to": chosen}
        audit.record(tx, actor.account_id, actor.name, "set languages to judge", account.name, detail)
        return _existing(tx, account_id)


def deactivate(account_id: int, *, actor: Actor) -> Account:
    """Close an account: its sign-ins end, its judgements stay. The last administrator stays (Conflict)."""
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = _existing(tx, account_id)
        require_another_administrator(tx, account)
        accounts.set_active(tx, account_id, is_active=False)
        sign_ins.end_all(tx, account_id)
        audit.record(tx, actor.account_id, actor.name, "deactivate account", account.name)
        return _existing(tx, account_id)


def reactivate(account_id: int, *, actor: Actor) -> Account:
    """Open a closed account again."""
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = _existing(tx, account_id)
        accounts.set_active(tx, account_id, is_active=True)
        audit.record(tx, actor.account_id, actor.name, "reactivate account", account.name)
        return _existing(tx, account_id)


def require_another_administrator(tx: session.Connection, account: Account) -> None:
    """Conflict when this is the last administrator who can sign in."""
    is_administrator = account.role == Role.ADMIN and account.can_sign_in
    if is_administrator and accounts.count_administrators(tx) == 1:
        raise Conflict(
            "{name} is the last administrator; make another one first.",
            name=account.name,
        )


def all_accounts() -> list[Account]:
    """All accounts by name, deactivated ones included."""
    with session.reading() as tx:
        return accounts.all_accounts(tx)


def known_name(name: str) -> str:
    """The name as its account has it; empty where there is no such account."""
    with session.reading() as tx:
        account = accounts.by_name(tx, passwords.normalise(name)[: passwords.MAX_NAME_LENGTH])
    return account.name if account else ""


def account_named(name: str) -> Account:
    """The account of that name, in whatever case.

    Raises
    ------
    NotFound
        There is none.
    """
    with session.reading() as tx:
        account = accounts.by_name(tx, passwords.normalise(name))
    if account is None:
        raise NotFound(
            "There is no account named {name!r}.",
            name=name,
        )
    return account


def _checked_hash(password: str, name: str = "") -> str:
    return passwords.hash_password(passwords.check_password(password, name=name))


def _existing(tx: session.Connection, account_id: int) -> Account:
    account = accounts.get(tx, account_id)
    if account is None:
        raise NotFound(
            "There is no account with the number {account_id}.",
            account_id=account_id,
        )
    return account
