"""The end of a sign-in whose password was right, or for which the provider vouched: the code of the authenticator."""

from __future__ import annotations

import secrets

from core.domain.accounts import Account
from core.errors import NotAllowed
from core.translation import translate
from core.workflows.accounts import sign_ins, tickets, tries, two_step
from core.workflows.accounts.tickets import Ticket
from db import accounts, session

TOO_OLD = "This took too long, or something changed meanwhile. Sign in again."


class TicketOver(NotAllowed):
    """The sign-in must begin anew."""


def finish(ticket: str, code: str, *, speaks: str = "en", ended_token: str = "") -> tuple[Account, str]:
    """Check the code and start the sign-in.

    Parameters
    ----------
    ticket : of the first step (`CodeNeeded`).
    code : of the authenticator app, or a recovery code.
    ended_token : of the sign-in that the same browser had until now: it ends.

    Returns
    -------
    account, token : the token is the secret for the cookie.

    Raises
    ------
    TicketOver
        The first step is too long ago, or the password or the second step changed since.
    NotAllowed
        The code is wrong or was used before, or too many were.
    """
    read = tickets.read(ticket)
    if read is None:
        raise TicketOver(translate(speaks, TOO_OLD))
    counters = two_step.code_counters(read.account_id)
    with session.writing() as tx:
        _account_of(tx, read, speaks)
        tries.begin(tx, counters, speaks)
    token = secrets.token_urlsafe(sign_ins.TOKEN_BYTES)
    with session.writing() as tx:
        account = _account_of(tx, read, speaks)
        if not two_step.is_right(tx, account.id, code):
            raise NotAllowed(translate(speaks, two_step.WRONG_CODE))
        tries.succeed(tx, counters)
        sign_ins.begin_sign_in(tx, account, token, ended_token=ended_token, by=f"{read.by} and code", speaks=speaks)
    return account, token


def name_of(ticket: str) -> str:
    """Whose sign-in a ticket belongs to; empty for one that is over."""
    read = tickets.read(ticket)
    if read is None:
        return ""
    with session.reading() as tx:
        account = accounts.get(tx, read.account_id)
    return account.name if account else ""


def _account_of(tx: session.Connection, ticket: Ticket, speaks: str) -> Account:
    account = accounts.get(tx, ticket.account_id)
    known = accounts.credentials(tx, account.name) if account is not None else None
    is_same = known is not None and known.account.id == ticket.account_id
    if known is None or not is_same or not known.account.can_sign_in or not known.account.has_two_steps:
        raise TicketOver(translate(speaks, TOO_OLD))
    if not secrets.compare_digest(tickets.fingerprint(known), ticket.fingerprint):
        raise TicketOver(translate(speaks, TOO_OLD))
    return known.account
