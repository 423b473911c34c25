"""Columns whose values are the members of an enum, stored as the members' values in a VARCHAR."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Dialect, Enum, TypeDecorator

from core.errors import Unavailable

MemberT = TypeVar("MemberT", bound=StrEnum)


class EnumWord(TypeDecorator[MemberT]):
    """Rows give members and statements take members; the database holds VARCHAR(length), without a check of its own.

    Raises
    ------
    Unavailable
        A row holds a word that is no member: a newer version has written it.
    StatementError
        A statement would write or compare with something that is no member.
    """

    impl = Enum
    cache_ok = True

    def __init__(self, members: type[MemberT], length: int) -> None:
        super().__init__(
            members,
            native_enum=False,
            create_constraint=False,
            length=length,
            values_callable=lambda enum: [member.value for member in enum],
            validate_strings=True,
        )
        self.members = members
        self.length = length

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], MemberT | None]:
        """A word of the database as its member. Runs with every row, so a look-up and no more."""
        by_word: dict[str | None, MemberT | None] = {None: None, **{member.value: member for member in self.members}}

        def member_of(word: str | None) -> MemberT | None:
            try:
                return by_word[word]
            except KeyError:
                raise self._unknown(word) from None

        return member_of

    def _unknown(self, word: str | None) -> Unavailable:
        known = ", ".join(repr(member.value) for member in self.members)
        return Unavailable(
            "The database holds {word!r} where this version of Earshot knows {known} ({kind}). A "
            "newer version has written it: run that version.",
            word=word,
            known=known,
            kind=self.members.__name__,
        )
