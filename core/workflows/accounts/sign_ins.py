"""Signing in and out.

Tokens are stored as SHA-256 hashes: they cannot be read back from the database. Every refusal of a sign-in has the same
words and takes the same time, whatever was wrong; the words are those of whoever asks.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from cachetools import LRUCache

from core.config import settings
from core.domain.accounts import Account, Credentials
from core.errors import NotAllowed
from core.translation import mark, translate
from core.workflows.accounts import passwords
from core.workflows.accounts.passwords import PATIENCE
from db import accounts, audit, session, sign_ins

WRONG = "That name and password do not go together."
TOKEN_BYTES = 32
SHOWN_IN_MINUTES_S = 120
LATELY_S = 1.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class _Reading:
    """When the database was read, which changes were stored by then, and which database it was."""

    at: float
    version: int
    database: str


_NEVER: tuple[_Reading, None] = (_Reading(-math.inf, -1, ""), None)
_lately: LRUCache[str, tuple[_Reading, Account]] = LRUCache(MOST_REMEMBERED)
_lock = threading.Lock()


def sign_in(name: str, password: str, *, speaks: str = "en") -> tuple[Account, str]:
    """Check a password and start a sign-in.

    Parameters
    ----------
    speaks : the language of a refusal: nobody is known yet whose own it could be.

    Returns
    -------
    account, token : the token is the secret for the cookie; only its hash is stored.

    Raises
    ------
    NotAllowed
        In the same words for a wrong name, a wrong password and a deactivated account; after five failures in a
        row the message says how long to wait, and nothing is checked before.
    """
    name = passwords.normalise(name)[: passwords.MAX_NAME_LENGTH]
    known = _begin_try(name, speaks)
    is_right = passwords.verify_password(password, known.password_hash if known else None)
    if known is None or not is_right or not known.account.can_sign_in:
        raise NotAllowed(translate(speaks, WRONG))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return _end_try(name, known, password, token, speaks), token


def account_of_token(token: str) -> Account | None:
    """Whose token this is, as the account stands now; None when it is no sign-in in force."""
    reading = _Reading(time.monotonic(), accounts.version(), settings().database)
    with session.reading() as tx:
        account = sign_ins.account_of(tx, passwords.hash_secret(token))
    if account is not None:
        with _lock:
            _lately[token] = (reading, account)
    return account


def cached_account_of_token(token: str) -> Account | None:
    """Whose token this was within the last second, without asking the database; None: call `account_of_token`.

    A desk sends several requests a second. What this process itself changes (a sign-out, a role) is known at once; what
    another one changes, the command line for instance, after `LATELY_S` at most.
    """
    with _lock:
        reading, account = _lately.get(token, _NEVER)
    is_fresh = time.monotonic() - reading.at < LATELY_S and reading.version == accounts.version()
    return account if is_fresh and reading.database == settings().database else None


def sign_out(token: str) -> None:
    """End the sign-in of this token; nothing happens when it ended before."""
    with session.writing() as tx:
        account = sign_ins.account_of(tx, passwords.hash_secret(token))
        if account is not None:
            sign_ins.end(tx, passwords.hash_secret(token))
            audit.record(tx, account.id, account.name, "sign out", account.name)


def _begin_try(name: str, speaks: str) -> Credentials | None:
    # the try is counted before the password is looked at: a hundred tries at once are a hundred failures
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        failures, last_failed_at = sign_ins.failures(tx, passwords.hash_name(name))
        if last_failed_at is not None:
            waited_s = (session.now() - last_failed_at).total_seconds()
            _demand_patience(PATIENCE.wait_s(failures) - waited_s, speaks)
        sign_ins.set_failures(tx, passwords.hash_name(name), failures + 1)
        sign_ins.forget(tx, before=session.now() - timedelta(days=PATIENCE.forgotten_after_days))
        return accounts.credentials(tx, name)


def _end_try(name: str, known: Credentials, password: str, token: str, speaks: str) -> Account:
    newer_hash = passwords.hash_password(password) if passwords.needs_rehash(known.password_hash or "") else None
    with session.writing() as tx:
        stored = accounts.credentials(tx, name)
        if stored != known:  # deactivated, or the password changed, since it was checked
            raise NotAllowed(translate(speaks, WRONG))
        if newer_hash:
            accounts.set_password_hash(tx, known.account.id, newer_hash)
        sign_ins.set_failures(tx, passwords.hash_name(name), 0)
        expires_at = session.now() + timedelta(hours=settings().session_hours)
        sign_ins.add(tx, passwords.hash_secret(token), known.account.id, expires_at=expires_at)
        audit.record(tx, known.account.id, known.account.name, "sign in", known.account.name)
    return known.account


def _demand_patience(wait_s: float, speaks: str) -> None:
    if wait_s <= 0:
        return
    seconds = math.ceil(wait_s)
    if seconds < SHOWN_IN_MINUTES_S:
        words = mark("Too many wrong passwords in a row for this name. Wait {seconds} seconds, then try again.")
        raise NotAllowed(translate(speaks, words, seconds=seconds))
    words = mark("Too many wrong passwords in a row for this name. Wait {minutes} minutes, then try again.")
    raise NotAllowed(translate(speaks, words, minutes=math.ceil(seconds / 60)))
