"""External annotators: people whom files name. Their labels count; nobody signs in as them.

A file that somebody uploads must not put words into the mouth of an account. A name in it is an external annotator,
until an administrator says whose it is (`match`). Only administrators and the command line bring in labels under the
name of an account.
"""

from __future__ import annotations

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.names import checked_person_name, skeleton
from core.domain.permissions import Permission
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.workflows.accounts import authorisation
from db import accounts, audit, session


def account_of(tx: session.Connection, name: str, actor: Actor) -> int:
    """The account under which labels of somebody stand whom a file names; added where there is none.

    Raises
    ------
    Refused
        The name has signs that cannot be seen, mixes alphabets, or looks like that of somebody else.
    Conflict
        It is the name of an account, and whoever imports may not speak for others.
    """
    name = checked_person_name(name)
    present = accounts.by_name(tx, name)
    if present is None:
        accounts.lock_accounts(tx)
        present = accounts.by_name(tx, name) or _add(tx, name, actor)
    if present.is_external:
        return present.matched_to or present.id
    if present.id != actor.account_id and not _may_speak_for_others(tx, actor):
        raise Conflict(
            "{name!r} is an account here, and an uploaded file cannot label as somebody else; an "
            "administrator may bring this file in.",
            name=name,
        )
    return present.id


def refuse_look_alikes(tx: session.Connection, name: str) -> None:
    """Refuse a new name that looks like that of another account."""
    wanted = skeleton(name)
    for other in accounts.all_accounts(tx):
        if skeleton(other.name) == wanted and other.name.casefold() != name.casefold():
            raise Refused(
                "{name!r} looks like the account {other_name!r}; choose another name.",
                name=name,
                other_name=other.name,
            )


def match(external_name: str, account_name: str, *, actor: Actor) -> int:
    """Say which account an external annotator is; how many labels and decisions stand under the account by that.

    Raises
    ------
    NotFound
        There is no account of one of the names.
    Conflict
        The first is no external annotator, or is matched already; or the second is one.
    """
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        accounts.lock_accounts(tx)
        external, account = _named(tx, external_name), _named(tx, account_name)
        if not external.is_external or external.matched_to is not None:
            raise Conflict(
                "{name} is no external annotator that could be matched.",
                name=external.name,
            )
        if account.is_external:
            raise Conflict(
                "{name} is an external annotator too; match with an account that signs in.",
                name=account.name,
            )
        moved = accounts.match(tx, external.id, account.id)
        detail = {"to": account.name, "rows": moved}
        audit.record(tx, actor.account_id, actor.name, "match annotator", external.name, detail)
    return moved


def _add(tx: session.Connection, name: str, actor: Actor) -> Account:
    refuse_look_alikes(tx, name)
    account = accounts.add(tx, name, Role.JUDGE, None, is_external=True)
    audit.record(tx, actor.account_id, actor.name, "add account", name, {"role": str(Role.JUDGE), "by": "import"})
    return account


def _may_speak_for_others(tx: session.Connection, actor: Actor) -> bool:
    try:
        authorisation.require(tx, actor, Permission.MANAGE_ACCOUNTS)
    except NotAllowed:
        return False
    return True


def _named(tx: session.Connection, name: str) -> Account:
    account = accounts.by_name(tx, name)
    if account is None:
        raise NotFound(
            "There is no account named {name!r}.",
            name=name,
        )
    return account
