"""The own sign-ins: where somebody is signed in, and ending those that are not theirs or not needed any more."""

from __future__ import annotations

from datetime import timedelta

from core.config import settings
from core.domain.accounts import Account, SignIn
from core.errors import NotFound
from core.translation import translate
from db import audit, session, sign_ins

ENDED = "end sign-in"


def own_sign_ins(account: Account) -> list[SignIn]:
    """The sign-ins of this account that are in force, the one used last first."""
    idle = timedelta(hours=settings().idle_hours)
    with session.reading() as tx:
        return sign_ins.in_force(tx, account.id, used_since=session.now() - idle)


def end_own(account: Account, handle: str) -> bool:
    """End one of the own sign-ins; whether it was the one that asks.

    Raises
    ------
    NotFound
        None of this account that is in force has the handle: another's are never ended.
    """
    with session.writing() as tx:
        own = sign_ins.in_force(tx, account.id, used_since=session.now() - timedelta(hours=settings().idle_hours))
        chosen = next((each for each in own if each.handle == handle), None)
        if chosen is None:
            raise NotFound(translate(account.speaks, "This sign-in has ended already."))
        sign_ins.end(tx, chosen.token_hash)
        audit.record(tx, account.id, account.name, ENDED, account.name, {"browser": chosen.browser})
    return chosen.token_hash == account.sign_in


def end_others(account: Account) -> int:
    """End every sign-in of this account but the one that asks; how many."""
    with session.writing() as tx:
        ended = sign_ins.end_others(tx, account.id, account.sign_in)
        audit.record(tx, account.id, account.name, "end other sign-ins", account.name, {"ended": ended})
    return ended
