"""Proving once more who one is, before what cannot be taken back (`authorisation.require_confirmed`)."""

from __future__ import annotations

from datetime import timedelta

from core.config import settings
from core.domain.accounts import Account
from core.domain.sign_in_steps import Proof, proof_of
from core.errors import NotAllowed
from core.translation import translate
from core.workflows.accounts import passwords, tries, two_step
from core.workflows.accounts.passwords import PATIENCE
from core.workflows.accounts.tries import TryCounter
from db import accounts, audit, session, sign_ins

WRONG = "That is not right."


def is_recent(account: Account) -> bool:
    """Whether this sign-in began, or was confirmed, within the last minutes."""
    with session.reading() as tx:
        proved_at = sign_ins.confirmed_at(tx, account.sign_in, account.id)
    return proved_at is not None and session.now() - proved_at <= timedelta(minutes=settings().confirm_minutes)


def confirm(account: Account, proof: str) -> None:
    """Note that the person of this sign-in is there: by the password, or the code for whoever has none.

    Wrong ones are counted for this sign-in, so that whoever took it makes nobody else wait.

    Raises
    ------
    NotAllowed
        It is wrong, or too many were, or the account proves itself at the provider alone.
    """
    kind = proof_of(account)
    if kind is Proof.PROVIDER:
        raise NotAllowed(translate(account.speaks, WRONG))
    counters = [TryCounter(passwords.hash_name(f"{account.id}|confirm {account.sign_in}"), PATIENCE, is_cleared=True)]
    if kind is Proof.CODE:
        counters += two_step.code_counters(account.id)
    with session.writing() as tx:
        tries.begin(tx, counters, account.speaks)
        known = accounts.credentials(tx, account.name)
    password_hash = known.password_hash if known is not None and known.account.id == account.id else None
    is_right = kind is Proof.CODE or passwords.verify_password(proof, password_hash)
    with session.writing() as tx:
        if not is_right or (kind is Proof.CODE and not two_step.is_right(tx, account.id, proof)):
            raise NotAllowed(translate(account.speaks, WRONG))
        tries.succeed(tx, counters)
        record(tx, account, kind)


def record(tx: session.Connection, account: Account, proof: Proof) -> None:
    """Note the proof.

    Raises
    ------
    NotAllowed
        The sign-in has ended.
    """
    if sign_ins.confirmed_at(tx, account.sign_in, account.id) is None:
        raise NotAllowed(translate(account.speaks, "Your sign-in has ended."))
    sign_ins.confirm(tx, account.sign_in)
    audit.record(tx, account.id, account.name, "confirm sign-in", account.name, {"by": str(proof)})
