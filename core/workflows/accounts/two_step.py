"""The second step: a code of an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds), or a recovery code.

Each code counts once. The secret is stored sealed, recovery codes as SHA-256 hashes: they are long and random.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC

import pyotp

from core.config import settings
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.permissions import Permission
from core.errors import Conflict, NotAllowed, NotFound, Refused, Unavailable
from core.translation import translate
from core.workflows.accounts import authorisation, passwords, sealing, tries
from core.workflows.accounts.passwords import PATIENCE
from core.workflows.accounts.tries import TryCounter
from db import accounts, audit, session, sign_ins, two_step

STEP_S = 30
STEPS_AROUND = 1  # clocks differ: the code before and the one after count as well
RECOVERY_CODES = 10
RECOVERY_LENGTH = 16  # of 32 letters: 80 bits
RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
WRONG_CODE = "This code is not right, or was used before."
SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is told: the secret in base 32, and the same as an address for a QR code."""

    secret: str
    uri: str


def is_required(account: Account) -> bool:
    """Whether this account may do nothing until it has a second step."""
    return settings().require_totp and account.role == Role.ADMIN and not account.has_two_steps


def begin_enrolment(account: Account) -> Enrolment:
    """A fresh secret for the own account. It asks for nothing until `enrol` has seen a right code.

    Raises
    ------
    Conflict
        There is a second step already.
    ConfirmationNeeded
        The sign-in began, or was confirmed, too long ago.
    """
    secret = pyotp.random_base32()
    with session.writing() as tx:
        _require_own(tx, account)
        _refuse_second(tx, account)
        two_step.set_secret(tx, account.id, sealing.seal(secret))
    return _enrolment(account, secret)


def begun_enrolment(account: Account) -> Enrolment | None:
    """The enrolment that began last and waits for its first code."""
    with session.reading() as tx:
        stored = two_step.authenticator(tx, account.id)
        account_now = accounts.get(tx, account.id)
    if stored is None or account_now is None or account_now.has_two_steps:
        return None
    try:
        return _enrolment(account, sealing.unseal(stored.secret))
    except Unavailable:
        return None


def enrol(account: Account, code: str) -> list[str]:
    """Ask for codes from now on, once the app has shown a right one. Every other sign-in of the account ends.

    Returns
    -------
    recovery_codes : shown once; each takes the place of a code once.

    Raises
    ------
    NotAllowed
        The code is wrong, or too many were.
    """
    counters = code_counters(account.id)
    with session.writing() as tx:
        _require_own(tx, account)
        _refuse_second(tx, account)
        tries.begin(tx, counters, account.speaks)
    fresh = _fresh_codes()
    with session.writing() as tx:
        _refuse_second(tx, account)
        if not _is_totp_code(tx, account.id, code):
            raise NotAllowed(translate(account.speaks, WRONG_CODE))
        tries.succeed(tx, counters)
        two_step.set_recovery_codes(tx, account.id, [_recovery_hash(recovery) for recovery in fresh])
        accounts.set_two_step_since(tx, account.id, session.now())
        sign_ins.end_others(tx, account.id, account.sign_in)
        audit.record(tx, account.id, account.name, "turn on second step", account.name)
    return fresh


def remove_own(account: Account, code: str) -> None:
    """Ask for no codes any more, by a last right one.

    Raises
    ------
    Refused
        The settings demand a second step of this account.
    NotAllowed
        The code is wrong, or too many were.
    """
    if settings().require_totp and account.role == Role.ADMIN:
        raise Refused(translate(account.speaks, "Administrators must have a second step here (EARSHOT_REQUIRE_TOTP)."))
    counters = code_counters(account.id)
    with session.writing() as tx:
        _require_own(tx, account)
        tries.begin(tx, counters, account.speaks)
    with session.writing() as tx:
        if not is_right(tx, account.id, code):
            raise NotAllowed(translate(account.speaks, WRONG_CODE))
        tries.succeed(tx, counters)
        two_step.remove(tx, account.id)
        audit.record(tx, account.id, account.name, "turn off second step", account.name)


def reset(account_id: int, *, actor: Actor) -> Account:
    """Turn off the second step of somebody who lost the authenticator. All of their sign-ins end.

    Raises
    ------
    Conflict
        It is the actor's own: that needs a code, or another administrator.
    """
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_ACCOUNTS)
        account = accounts.get(tx, account_id)
        if account is None:
            raise NotFound(
                "There is no account with the number {account_id}.",
                account_id=account_id,
            )
        if actor.account_id == account_id:
            raise Conflict("Your own second step is turned off with a code, or by another administrator.")
        two_step.remove(tx, account_id)
        sign_ins.end_all(tx, account_id)
        audit.record(tx, actor.account_id, actor.name, "reset second step", account.name)
        return accounts.get(tx, account_id) or account


def remaining_recovery_codes(account: Account) -> int:
    """How many of the own recovery codes were not used yet."""
    with session.reading() as tx:
        return two_step.count_recovery_codes(tx, account.id)


def is_right(tx: session.Connection, account_id: int, code: str) -> bool:
    """Whether a code counts now, or is an unused recovery code; either is used up by the question."""
    if _is_totp_code(tx, account_id, code):
        return True
    return two_step.use_recovery_code(tx, account_id, _recovery_hash(code))


def code_counters(account_id: int) -> list[TryCounter]:
    """Where wrong codes of an account are counted: only who knows the password gets there."""
    return [TryCounter(passwords.hash_name(f"{account_id}|code"), PATIENCE, is_cleared=True)]


def _is_totp_code(tx: session.Connection, account_id: int, code: str) -> bool:
    digits = "".join(code.split())
    stored = two_step.authenticator(tx, account_id)
    if stored is None or not SIX_DIGITS.fullmatch(digits):
        return False
    totp = pyotp.TOTP(sealing.unseal(stored.secret), interval=STEP_S)
    now_step = int(session.now().replace(tzinfo=UTC).timestamp()) // STEP_S
    steps = range(now_step - STEPS_AROUND, now_step + STEPS_AROUND + 1)
    fitting = [step for step in steps if secrets.compare_digest(totp.generate_otp(step), digits)]
    return any(two_step.use_step(tx, account_id, step) for step in fitting)


def _require_own(tx: session.Connection, account: Account) -> None:
    actor = Actor.of(account)
    authorisation.require_self_or(tx, actor, account.id, Permission.MANAGE_ACCOUNTS)
    authorisation.require_recent_proof(tx, actor, "change your second step")


def _refuse_second(tx: session.Connection, account: Account) -> None:
    account_now = accounts.get(tx, account.id)
    if account_now is None or account_now.has_two_steps:
        raise Conflict(translate(account.speaks, "This account has a second step already."))


def _enrolment(account: Account, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=account.name, issuer_name="Earshot")
    return Enrolment(secret, uri)


def _fresh_codes() -> list[str]:
    drawn = ["".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    return ["-".join(code[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4)) for code in drawn]


def _recovery_hash(code: str) -> str:
    return passwords.hash_secret("".join(letter for letter in code.upper() if letter.isalnum()))
