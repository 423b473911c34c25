"""The authenticator and the recovery codes of an account: sealed, and hashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from core.domain.accounts import SealedAuthenticator
from db import accounts, session
from db.schema import recovery_codes, two_step_secrets


def authenticator(tx: Connection, account_id: int) -> SealedAuthenticator | None:
    """What was stored for an account last, also before the first code was right."""
    query = select(two_step_secrets).where(two_step_secrets.c.account_id == account_id)
    row = tx.execute(query).one_or_none()
    return None if row is None else SealedAuthenticator(row.secret, row.last_step)


def set_secret(tx: Connection, account_id: int, sealed: str) -> None:
    """Replace the secret. Codes of every time count again, since they are others."""
    tx.execute(delete(two_step_secrets).where(two_step_secrets.c.account_id == account_id))
    tx.execute(insert(two_step_secrets).values(account_id=account_id, secret=sealed, last_step=0))


def reseal_secrets(tx: Connection, reseal: Callable[[str], str]) -> int:
    """Store every secret as `reseal` gives it; how many changed."""
    changed = 0
    for row in tx.execute(select(two_step_secrets).with_for_update()).all():
        sealed = reseal(row.secret)
        if sealed != row.secret:
            same = two_step_secrets.c.account_id == row.account_id
            tx.execute(update(two_step_secrets).where(same).values(secret=sealed))
            changed += 1
    return changed


def use_step(tx: Connection, account_id: int, step: int) -> bool:
    """Note that the code of a step was used; False when it, or a later one, was used before."""
    is_newer = (two_step_secrets.c.account_id == account_id) & (two_step_secrets.c.last_step < step)
    return tx.execute(update(two_step_secrets).where(is_newer).values(last_step=step)).rowcount == 1


def set_recovery_codes(tx: Connection, account_id: int, hashes: Sequence[str]) -> None:
    """Replace all of them."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": code_hash} for code_hash in hashes]
    if rows:
        tx.execute(insert(recovery_codes), rows)


def use_recovery_code(tx: Connection, account_id: int, code_hash: str) -> bool:
    """Note that a recovery code was used; False when there is none such that was not used."""
    is_unused = (
        (recovery_codes.c.account_id == account_id)
        & (recovery_codes.c.code_hash == code_hash)
        & recovery_codes.c.used_at.is_(None)
    )
    return tx.execute(update(recovery_codes).where(is_unused).values(used_at=session.now())).rowcount == 1


def count_recovery_codes(tx: Connection, account_id: int) -> int:
    """How many were not used yet."""
    query = select(func.count()).select_from(recovery_codes)
    return tx.execute(
        query.where(recovery_codes.c.account_id == account_id, recovery_codes.c.used_at.is_(None))
    ).scalar_one()


def remove(tx: Connection, account_id: int) -> None:
    """Forget the authenticator and the recovery codes: no code is asked any more."""
    tx.execute(delete(two_step_secrets).where(two_step_secrets.c.account_id == account_id))
    tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    accounts.set_two_step_since(tx, account_id, None)
