"""Labels, roles, splits, and the states of judging. Imports nothing of the project.

A judge hears a recording and chooses one `Label`. Rejected means Noise or Speechless.
Source of the three classes: section 2 and Table 1 of the paper.
"""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """The class of a recording, as a judge hears it."""

    ACCEPTED = "Accepted"
    NOISE = "Noise"
    SPEECHLESS = "Speechless"

    @property
    def is_rejected(self) -> bool:
        """Noise or Speechless."""
        return self is not Label.ACCEPTED


class BinaryLabel(StrEnum):
    """The two classes that a threshold separates; Rejected is Noise or Speechless."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class Role(StrEnum):
    """The kind of an account; what each may do: `core.domain.permissions`."""

    JUDGE = "judge"
    STAFF = "staff"
    ADMIN = "admin"


class Split(StrEnum):
    """The part of a data set that a child's recordings belong to. A child never moves."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class JudgingState(StrEnum):
    """The state of judging of a recording, in its newest round."""

    UNJUDGED = "unjudged"
    ONE_JUDGEMENT = "judged once"
    AWAITING_THIRD = "third judge"
    AGREED = "agreed"
    DISAGREED = "to settle"
    SETTLED = "settled"


class HistoryRowKind(StrEnum):
    """The kind of a row in an exported history of labels."""

    JUDGEMENT = "judgement"  # in force: the only rows of an ordinary export
    UNDONE = "undone"  # a judgement that its judge took back
    SET_ASIDE = "set aside"  # a judgement that staff do not count
    REPEAT = "repeat"  # the same judge again, unannounced: no judgement
    KNOWN_ANSWER = "known answer"  # of a judge who was checked: no judgement
    DECISION = "undone decision"  # of staff


JUDGEMENTS_PER_RECORDING = 2
JUDGEMENTS_WITH_A_THIRD_JUDGE = 3

ROLE_IN_WORDS: dict[Role, str] = {Role.JUDGE: "Judge", Role.STAFF: "Pedagogy staff", Role.ADMIN: "Administrator"}
