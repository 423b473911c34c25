"""How sure staff want to be that an AM target is kept by other children than those it was chosen on."""

from __future__ import annotations

from enum import Enum

from core.errors import Refused

LEAST_CHILDREN = 5  # drawing fewer with replacement tells nothing of other children


class Certainty(Enum):
    """The chance with which a threshold keeps its AM target; the value is that share.

    EVEN is the paper's rule: the largest threshold whose AM on the validation children is at most the target. It has no
    margin, so with other children AM exceeds the target about every second time.
    """

    EVEN = 0.50
    MOST = 0.80
    HIGH = 0.90
    HIGHEST = 0.95

    @property
    def has_margin(self) -> bool:
        """Whether the threshold is chosen by a bound over children; EVEN takes the share on validation as it is."""
        return self is not Certainty.EVEN

    @property
    def in_hundred(self) -> int:
        """The value as staff read it: 95."""
        return round(100 * self.value)

    @staticmethod
    def of(share: float) -> Certainty:
        """The certainty of that value.

        Raises
        ------
        Refused
            There is no such certainty.
        """
        for certainty in Certainty:
            if abs(certainty.value - share) < 1e-9:
                return certainty
        choices = ", ".join(f"{certainty.value:.2f}" for certainty in Certainty)
        raise Refused(
            "Certainty {share!r} cannot be chosen: expected one of {choices}.",
            share=share,
            choices=choices,
        )
