"""Who does it: handed to every workflow that changes something or reads what is audited."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.accounts import Account
from core.domain.api_keys import ApiKey


@dataclass(frozen=True)
class Actor:
    """`account_id` and `key_id` are None for the command line, which the owner of the machine runs.

    sign_in : the hash of the token of the sign-in that acts; empty for the command line and for what runs by itself.
    key_id : of a program that came with a key.
    """

    account_id: int | None
    name: str
    sign_in: str = field(default="", compare=False, repr=False)
    key_id: int | None = None

    @classmethod
    def of(cls, account: Account) -> Actor:
        """The person whose account this is."""
        return cls(account.id, account.name, account.sign_in)

    @classmethod
    def of_key(cls, key: ApiKey) -> Actor:
        """The program that holds this key."""
        return cls(None, f"key {key.name}", key_id=key.id)

    @property
    def is_command_line(self) -> bool:
        return self.account_id is None and self.key_id is None


COMMAND_LINE = Actor(None, "command line")
