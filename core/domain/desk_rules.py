"""Words of the rules that a judge works under. They are stored with the rules, so the words stay."""

from __future__ import annotations

from enum import StrEnum


class WordShown(StrEnum):
    """When a judge sees the word that the child was to read: knowing it primes the ear.

    BEFORE : with the recording.
    AFTER : once as much was heard as a label needs.
    NEVER : not at all; the server does not send it.
    """

    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"
