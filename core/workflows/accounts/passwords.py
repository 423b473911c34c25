"""Names and passwords: what is accepted, how they are stored, how long to wait after wrong ones.

Opens no database: `accounts` and `sign_ins` do.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.names import checked_person_name, person_name
from core.errors import Refused, Unavailable
from core.translation import mark, translate
from core.workflows.accounts import common_passwords

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 500
MAX_NAME_LENGTH = 80
NAME_PUNCTUATION = frozenset(" ._-@'+")


@dataclass(frozen=True)
class RetryDelay:
    """How wrong passwords in a row slow the next try down."""

    free_tries: int = 5
    first_wait_s: float = 30.0
    longest_wait_s: float = 15 * 60.0
    forgotten_after_days: float = 1.0

    def wait_s(self, failures: int) -> float:
        """Seconds from the last failure until the next try: none, then 30, 60, 120 ... 900."""
        if failures < self.free_tries:
            return 0.0
        doublings = min(failures - self.free_tries, 20)
        return min(self.first_wait_s * 2.0**doublings, self.longest_wait_s)


PATIENCE = RetryDelay()
# of one address, whatever the names: a school signs in from one; of one name from many addresses
PATIENCE_WITH_ADDRESS = RetryDelay(free_tries=30)
PATIENCE_WITH_NAME = RetryDelay(free_tries=100, longest_wait_s=60.0)
HASHES_AT_ONCE = 2
LONGEST_WAIT_S = 20.0

_turns = threading.BoundedSemaphore(HASHES_AT_ONCE)


def normalise(text: str) -> str:
    """One spelling for what looks the same.

    What no database takes, NUL and halves of characters, becomes a sign that belongs into no name.
    """
    storable = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return person_name(storable)


def check_name(name: str) -> str:
    """The name as it will be stored.

    Raises
    ------
    Refused
        Empty, too long, or with characters that do not belong into a name.
    """
    tidy = normalise(name)
    checked_person_name(tidy)
    has_control_signs = any(unicodedata.category(letter) == "Cc" for letter in name.strip())
    is_plain = not has_control_signs and all(
        letter.isalnum() or letter in NAME_PUNCTUATION or _is_mark(letter) for letter in tidy
    )
    if not tidy or len(tidy) > MAX_NAME_LENGTH or not is_plain or not any(letter.isalnum() for letter in tidy):
        raise Refused(
            "{name!r} cannot be a name: expected 1 to {max_name_length} letters, digits, spaces or any of . _ - @ ' +",
            name=name,
            max_name_length=MAX_NAME_LENGTH,
        )
    return tidy


def check_password(password: str, *, name: str = "", speaks: str = "en") -> str:
    """The password itself.

    Parameters
    ----------
    name : whose it is; a password made of the name is refused.
    speaks : the language of a refusal.

    Raises
    ------
    Refused
        Too short, too long, blank, or one that is tried first; the message never repeats it.
    """
    if len(password) < MIN_PASSWORD_LENGTH or not password.strip():
        words = mark("The password is too short: {count} characters; at least {least} are needed.")
        raise Refused(translate(speaks, words, count=len(password), least=MIN_PASSWORD_LENGTH))
    if len(password) > MAX_PASSWORD_LENGTH:
        words = mark("The password is too long: at most {most} characters can be used.")
        raise Refused(translate(speaks, words, most=MAX_PASSWORD_LENGTH))
    if common_passwords.is_common(password, name=name):
        words = mark(
            "This password is one of those that are tried first. Choose some words that only you put together."
        )
        raise Refused(translate(speaks, words))
    return password


def hash_password(password: str) -> str:
    """The argon2id hash to store, with its salt and costs in it."""
    with _turn():
        return _hasher().hash(unicodedata.normalize("NFKC", password))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash it takes as long and is False."""
    compared = password_hash or _hash_of_nobody()
    try:
        with _turn():
            _hasher().verify(compared, unicodedata.normalize("NFKC", password[:MAX_PASSWORD_LENGTH]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None and len(password) <= MAX_PASSWORD_LENGTH


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with lower costs than are used now."""
    return _hasher().check_needs_rehash(password_hash)


def hash_secret(secret: str) -> str:
    """SHA-256 in hex: enough for tokens, which are long and random, and for names, which are only looked up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_name(name: str) -> str:
    """What failed sign-ins of a name are stored under, whatever its case."""
    return hash_secret(name.lower())


@contextmanager
def _turn() -> Iterator[None]:
    """This thread's turn to hash: each hash takes 64 MiB and several cores, so few run at once."""
    if not _turns.acquire(timeout=LONGEST_WAIT_S):
        raise Unavailable("Too many people sign in at this moment. Try again in a few seconds.")
    try:
        yield
    finally:
        _turns.release()


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe(32))


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
