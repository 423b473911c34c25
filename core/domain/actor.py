"""Who does it: handed to every workflow that changes something or reads what is audited."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.accounts import Account


@dataclass(frozen=True)
class Actor:
    """`account_id` is None for the command line, which the owner of the machine runs.

    sign_in : the hash of the token of the sign-in that acts; empty for the command line and for what runs by itself.
    """

    account_id: int | None
    name: str
    sign_in: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, account: Account) -> Actor:
        """The person whose account this is."""
        return cls(account.id, account.name, account.sign_in)


COMMAND_LINE = Actor(None, "command line")
