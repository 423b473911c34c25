"""Signing in and out.

Tokens are stored as SHA-256 hashes: they cannot be read back from the database. Every refusal of a sign-in has the same
words and takes the same time, whatever was wrong; the words are those of whoever asks.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from cachetools import LRUCache

from core.config import settings
from core.domain.accounts import Account, Credentials
from core.errors import CodeNeeded, NotAllowed, Refused
from core.translation import DEFAULT_LANGUAGE, translate
from core.workflows.accounts import passwords, tickets, tries
from core.workflows.accounts.password_tries import UNKNOWN_SOURCE, Source, counters_of
from core.workflows.accounts.tries import TryCounter
from db import accounts, audit, audit_addresses, session, sign_ins

WRONG = "That name and password do not go together."
CODE_ASKED = "Type the code that your authenticator app shows."
TOKEN_BYTES = 32
USE_NOTED_SHARE = 0.02  # of the idle time: a use is stored again after so long, and not with each request
LATELY_S = 1.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class _Reading:
    """When the database was read, which changes were stored by then, and which database it was."""

    at: float
    version: int
    database: str


_NEVER: tuple[_Reading, None] = (_Reading(float("-inf"), -1, ""), None)
_lately: LRUCache[str, tuple[_Reading, Account]] = LRUCache(MOST_REMEMBERED)
_lock = threading.Lock()


def sign_in(
    name: str, password: str, *, speaks: str = "en", source: Source = UNKNOWN_SOURCE, ended_token: str = ""
) -> tuple[Account, str]:
    """Check a password and start a sign-in.

    Parameters
    ----------
    speaks : the language of the page: of a refusal, and of an account that never chose one.
    source : from where it is tried; by it failures are counted.
    ended_token : of the sign-in that the same browser had until now: it ends.

    Returns
    -------
    account, token : the token is the secret for the cookie; only its hash is stored.

    Raises
    ------
    NotAllowed
        In the same words for a wrong name, a wrong password and a deactivated account; after five failures in a
        row the message says how long to wait, and nothing is checked before.
    CodeNeeded
        The password is right, and the account has a second step: `second_step.finish` takes the ticket and the code.
    Unavailable
        Too many people sign in at this moment.
    """
    name = passwords.normalise(name)[: passwords.MAX_NAME_LENGTH]
    counters = counters_of(name, source)
    credentials = _begin_try(name, counters, speaks)
    is_right = passwords.verify_password(password, credentials.password_hash if credentials else None)
    if credentials is None or not is_right or not credentials.account.can_sign_in:
        raise NotAllowed(translate(speaks, WRONG))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return _end_try(name, credentials, password, token, counters, speaks, ended_token), token


def change_own_password(account: Account, current: str, new: str, *, source: Source = UNKNOWN_SOURCE) -> str:
    """Give the own account a new password, by the current one. Every sign-in ends; a new one begins.

    Returns
    -------
    token : of the new sign-in.

    Raises
    ------
    NotAllowed
        The current password is wrong, or it was tried too often.
    Refused
        The new one cannot be used; the message says why.
    """
    counters = counters_of(account.name, source)
    checked = passwords.check_password(new, name=account.name, speaks=account.speaks)
    credentials = _begin_try(account.name, counters, account.speaks)
    if (
        credentials is None
        or not passwords.verify_password(current, credentials.password_hash)
        or credentials.account.id != account.id
    ):
        raise NotAllowed(translate(account.speaks, "The current password is not right."))
    if current == new:
        raise Refused(translate(account.speaks, "The new password is the same as the current one."))
    new_hash, token = passwords.hash_password(checked), secrets.token_urlsafe(TOKEN_BYTES)
    with session.writing() as tx:
        if accounts.credentials(tx, account.name) != credentials:
            raise NotAllowed(translate(account.speaks, "The current password is not right."))
        accounts.set_password_hash(tx, account.id, new_hash)
        sign_ins.end_all(tx, account.id)
        tries.succeed(tx, counters)
        _add(tx, account, token)
        audit.record(tx, account.id, account.name, "change own password", account.name)
    return token


def account_of_token(token: str, *, is_use: bool = True) -> Account | None:
    """Whose token this is, as the account stands now; None when it is no sign-in in force.

    is_use : somebody does something with it, so that it is not idle; not when a page only stays open.
    """
    reading = _Reading(time.monotonic(), accounts.version(), settings().database)
    token_hash, idle = passwords.hash_secret(token), timedelta(hours=settings().idle_hours)
    with session.reading() as tx:
        account = sign_ins.account_of(tx, token_hash, used_since=session.now() - idle)
        is_stale = account is not None and sign_ins.used_before(tx, token_hash, session.now() - idle * USE_NOTED_SHARE)
    if is_stale and is_use:
        with session.writing() as tx:
            sign_ins.note_use(tx, token_hash)
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
        account = sign_ins.account_of(tx, passwords.hash_secret(token), used_since=None)
        if account is not None:
            sign_ins.end(tx, passwords.hash_secret(token))
            audit.record(tx, account.id, account.name, "sign out", account.name)


def _begin_try(name: str, counters: list[TryCounter], speaks: str) -> Credentials | None:
    with session.writing() as tx:
        tries.begin(tx, counters, speaks)
        return accounts.credentials(tx, name)


def _end_try(
    name: str,
    known: Credentials,
    password: str,
    token: str,
    counters: list[TryCounter],
    speaks: str,
    ended_token: str,
) -> Account:
    newer_hash = passwords.hash_password(password) if passwords.needs_rehash(known.password_hash or "") else None
    with session.writing() as tx:
        stored = accounts.credentials(tx, name)
        if stored != known:  # deactivated, or the password changed, since it was checked
            raise NotAllowed(translate(speaks, WRONG))
        if newer_hash:
            accounts.set_password_hash(tx, known.account.id, newer_hash)
        tries.succeed(tx, counters)
        if not known.account.has_two_steps:
            begin_sign_in(tx, known.account, token, ended_token=ended_token, speaks=speaks)
    if known.account.has_two_steps:
        raise CodeNeeded(translate(speaks, CODE_ASKED), tickets.issue(known, speaks))
    return known.account


def begin_sign_in(
    tx: session.Connection,
    account: Account,
    token: str,
    *,
    ended_token: str = "",
    by: str = "password",
    speaks: str = DEFAULT_LANGUAGE,
) -> None:
    """Store a sign-in that begins now.

    Parameters
    ----------
    token : the secret for the cookie.
    ended_token : of the sign-in that the same browser had until now: it ends.
    by : how the person proved who they are, for the audit log.
    speaks : the language of the page they signed in on: theirs, until they choose another at the desk.
    """
    if ended_token:
        sign_ins.end(tx, passwords.hash_secret(ended_token))
    _add(tx, account, token)
    audit.record(tx, account.id, account.name, "sign in", account.name, {} if by == "password" else {"by": by})
    if speaks != account.speaks == DEFAULT_LANGUAGE and not accounts.preferences(tx, account.id):
        accounts.set_speaks(tx, account.id, speaks)


def _add(tx: session.Connection, account: Account, token: str) -> None:
    expires_at = session.now() + timedelta(hours=settings().session_hours)
    address = audit_addresses.request_address.get()
    sign_ins.add(tx, passwords.hash_secret(token), account.id, expires_at=expires_at, address=address)
