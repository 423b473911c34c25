"""Names and passwords: what is accepted, how they are stored, how long to wait after wrong ones.

Opens no database: `accounts` and `sign_ins` do.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.names import checked_person_name, person_name
from core.errors import Refused

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
            f"{name!r} cannot be a name: expected 1 to {MAX_NAME_LENGTH} letters, digits, spaces or any of . _ - @ ' +"
        )
    return tidy


def check_password(password: str) -> str:
    """The password itself.

    Raises
    ------
    Refused
        Too short, too long or blank; the message never repeats it.
    """
    if len(password) < MIN_PASSWORD_LENGTH or not password.strip():
        raise Refused(
            f"The password is too short: {len(password)} characters; at least {MIN_PASSWORD_LENGTH} are needed."
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Refused(f"The password is too long: at most {MAX_PASSWORD_LENGTH} characters can be used.")
    return password


def hash_password(password: str) -> str:
    """The argon2id hash to store, with its salt and costs in it."""
    return _hasher().hash(unicodedata.normalize("NFKC", password))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash it takes as long and is False."""
    try:
        _hasher().verify(
            password_hash or _hash_of_nobody(), unicodedata.normalize("NFKC", password[:MAX_PASSWORD_LENGTH])
        )
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


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe(32))


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
