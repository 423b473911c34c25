"""Who somebody is by the word of an OpenID Connect provider, and which account is meant by that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ProvenIdentity:
    """What the provider vouched for.

    subject : its number of the person, which never changes and is never given to somebody else.
    verified_email : empty where there is none, or where the provider does not say that it verified it.
    user_name : `preferred_username`; people may be able to choose it.
    authenticated_at : when the person last typed a password there, UTC; None where the provider does not say.
    """

    issuer: str
    subject: str
    verified_email: str = ""
    user_name: str = ""
    authenticated_at: datetime | None = None

    @property
    def shown_name(self) -> str:
        return self.verified_email or self.user_name or self.subject


def is_meant(login: str, identity: ProvenIdentity) -> bool:
    """Whether what an administrator wrote (`login`) means this person: a verified e-mail, a user name, or the subject.

    What has an @ in it is an e-mail and never a user name: those can be chosen to look like somebody's e-mail.

    >>> is_meant("Ada@school.example", ProvenIdentity("https://id.example", "7", verified_email="ada@school.example"))
    True
    >>> is_meant("ada@school.example", ProvenIdentity("https://id.example", "7", user_name="ada@school.example"))
    False
    """
    if not login:
        return False
    if login == identity.subject:
        return True
    known_as = identity.verified_email if "@" in login else identity.user_name
    return bool(known_as) and known_as.casefold() == login.casefold()
