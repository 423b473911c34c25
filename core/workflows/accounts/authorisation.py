"""Whether somebody may do it, by the account as it stands in the database at that moment.

Every verb that changes something asks first, in its own transaction: a session that was opened before a role was taken
away, or before the account was closed, changes nothing any more.
"""

from __future__ import annotations

from datetime import timedelta

from core.config import settings
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.permissions import Permission, may, roles_with
from core.errors import ConfirmationNeeded, NotAllowed
from core.messages import Message
from core.translation import mark, translate
from db import accounts, api_keys, session, sign_ins

ROLES_IN_WORDS = {
    Role.JUDGE: mark("judges"),
    Role.STAFF: mark("pedagogy staff"),
    Role.ADMIN: mark("administrators"),
}


def require(tx: session.Connection, actor: Actor, permission: Permission) -> None:
    """Let an actor pass who may do it. The command line may do everything: it belongs to the owner of the machine.

    Raises
    ------
    NotAllowed
        The account is not there, not active, or of a role that may not; the key is not in force, or of other scopes.
    """
    if actor.is_command_line:
        return
    if actor.key_id is not None:
        _require_key(tx, actor, permission)
        return
    role = None if actor.account_id is None else accounts.role_in_force(tx, actor.account_id)
    if role is None or not may(role, permission):
        raise NotAllowed(_refusal(actor.name, permission))


def require_first(actor: Actor, permission: Permission) -> None:
    """The same in a transaction of its own, for verbs that work before they write.

    Raises
    ------
    NotAllowed
        As `require`.
    """
    if actor.is_command_line:
        return
    with session.reading() as tx:
        require(tx, actor, permission)


def require_confirmed(tx: session.Connection, actor: Actor, permission: Permission) -> None:
    """Let an actor pass who may do it and has proved within the last minutes who they are.

    For what cannot be taken back: whoever finds an open browser, or a cookie, does not get by. An actor that names no
    sign-in has proved nothing. The command line passes.

    Raises
    ------
    NotAllowed
        As `require`.
    ConfirmationNeeded
        The sign-in began, or was confirmed, too long ago.
    """
    require(tx, actor, permission)
    require_recent_proof(tx, actor, permission)


def require_recent_proof(tx: session.Connection, actor: Actor, deed: str) -> None:
    """The second half of `require_confirmed`: the proof alone. `deed` completes "your sign-in is too old to ..."."""
    if actor.account_id is None:
        return
    proved_at = sign_ins.confirmed_at(tx, actor.sign_in, actor.account_id)
    if proved_at is None or session.now() - proved_at > timedelta(minutes=settings().confirm_minutes):
        raise ConfirmationNeeded(
            "Confirm that it is you, {name}: your sign-in is too old to {deed}.",
            name=actor.name,
            deed=Message(deed),
        )


def require_confirmed_first(actor: Actor, permission: Permission) -> None:
    """`require_confirmed` in a transaction of its own, for verbs that work before they write."""
    with session.reading() as tx:
        require_confirmed(tx, actor, permission)


def require_self_or(tx: session.Connection, actor: Actor, account_id: int, permission: Permission) -> None:
    """Let an active account change what is its own, and whoever has the permission change what is another's.

    Raises
    ------
    NotAllowed
        Neither is so.
    """
    own = accounts.get(tx, account_id) if actor.account_id == account_id else None
    if own is None or not own.is_active:
        require(tx, actor, permission)


def require_judge(tx: session.Connection, judge: Account) -> None:
    """Let an account pass that may judge now.

    Raises
    ------
    NotAllowed
        The account is not active, or its role may not judge; in the judge's language.
    """
    role = accounts.role_in_force(tx, judge.id) if judge.is_active else None
    if role is None or not may(role, Permission.JUDGE):
        words = mark("The account '{name}' is not active or may not judge; ask an administrator.")
        raise NotAllowed(translate(judge.speaks, words, name=judge.name))


def _refusal(name: str, permission: Permission) -> Message:
    roles, *others = [Message(ROLES_IN_WORDS[role]) for role in roles_with(permission)] or [Message("nobody")]
    for other in others:
        roles = Message("{first} and {second}", {"first": roles, "second": other})
    words = mark("{name} may not {permission}: that is for {roles} whose account is active.")
    return Message(words, {"name": name, "permission": Message(permission.value), "roles": roles})


def _require_key(tx: session.Connection, actor: Actor, permission: Permission) -> None:
    key = api_keys.get(tx, actor.key_id or 0)
    if key is None or not key.is_in_force(session.now()) or not key.grants(permission):
        raise NotAllowed(
            "The {name} may not {permission}: it is of other scopes, or not in force.",
            name=actor.name,
            permission=Message(permission),
        )
