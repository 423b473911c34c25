"""Why a recording came to a judge's desk. Stored with claims and judgements, so the words stay."""

from __future__ import annotations

from enum import StrEnum


class QueueOrder(StrEnum):
    """In which order recordings come to a judge."""

    SHUFFLE = "shuffle"  # each judge's own
    UNCERTAINTY = "useful"  # what the newest model is least sure of comes first


class SelectionReason(StrEnum):
    """What brought a recording to a desk.

    SHUFFLE : the judge's own order, where that is the order in force.
    UNCERTAINTY : what the newest model is least sure of.
    RANDOM : the judge's own order, between recordings that uncertainty brought.
    REPEAT : the same judge once more, unannounced; never counted as a judgement.
    CONTROL : a known answer: its label stands already, and the judge's is compared with it; never a judgement either.
    """

    SHUFFLE = "shuffle"
    UNCERTAINTY = "useful"
    RANDOM = "random"
    REPEAT = "repeat"
    CONTROL = "control"

    @classmethod
    def of(cls, word: str | None) -> SelectionReason | None:
        """The reason that a stored word names; None for none, and for a word of another version."""
        return next((reason for reason in cls if reason == word), None)
