"""Who does it: handed to every workflow that changes something or reads what is audited."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.accounts import Account


@dataclass(frozen=True)
class Actor:
    """`account_id` is None for the command line, which the owner of the machine runs."""

    account_id: int | None
    name: str

    @classmethod
    def of(cls, account: Account) -> Actor:
        """The person whose account this is."""
        return cls(account.id, account.name)


COMMAND_LINE = Actor(None, "command line")
