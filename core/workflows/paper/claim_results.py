"""A claim of the paper on these labels: its figure, its interval, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.catalogue import is_stand_in
from core.domain.verdicts import ClaimVerdict, PaperClaim

NEGLIGIBLE = 0.02  # of f(0.10): a smaller gain does not justify three models instead of one
CLAIMED_RATIO = 3.0  # "three to five times faster"


DOUBLINGS = 2  # of the recordings, over which a difference must not be on the way to its opposite


@dataclass(frozen=True)
class ClaimRepeats:
    """The same difference of f(0.10) from other trainings.

    others : with other seeds, each on other training sets
    half : with half of the training children
    """

    others: tuple[float, ...]
    half: float

    def confirm(self, value: float) -> bool:
        """Whether a difference below zero is below it in every training, and not on its way above.

        With half of the recordings it was `half`; a difference that shrinks with more recordings, so fast that it would
        be gone after `DOUBLINGS`, says that there are few recordings, not that the claim is wrong.
        """
        every = (value, *self.others)
        mean = sum(every) / len(every)
        return all(difference < 0.0 for difference in every) and mean + DOUBLINGS * (mean - self.half) < 0.0


@dataclass(frozen=True)
class ClaimResult:
    """A claim about figures has a mean difference of f(0.10), a claim about time a ratio of seconds.

    value, interval : None where they are not known; the interval is of 95 %
    is_trained : whether the systems that the claim compares are all trained, on the same labels
    repeats : of a difference that seems to be the opposite of the claim: the same from other trainings; None before
    is_stand_in : whether a stand-in has the place of VGGish in it
    """

    claim: PaperClaim
    value: float | None = None
    interval: tuple[float, float] | None = None
    is_trained: bool = True
    is_stand_in: bool = False
    repeats: ClaimRepeats | None = None

    @property
    def seems_opposite(self) -> bool:
        """Whether one training each says the opposite of a claim about figures: other trainings must say it too."""
        is_known = self.is_trained and self.interval is not None and not self.claim.is_about_time
        is_of_no_effect = self.claim is PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH
        return is_known and not is_of_no_effect and self.interval is not None and self.interval[1] < 0.0

    @property
    def verdict(self) -> ClaimVerdict:
        """An interval that leaves room for no difference decides nothing."""
        if not self.is_trained or self.interval is None:
            return ClaimVerdict.CANNOT_TELL
        low, high = self.interval
        if self.claim is PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH:
            return _verdict_of_no_effect(low, high)
        no_difference = 1.0 if self.claim.is_about_time else 0.0
        if low <= no_difference <= high:
            return ClaimVerdict.CANNOT_TELL
        if self.seems_opposite and not (self.repeats and self.repeats.confirm(self.value or 0.0)):
            return ClaimVerdict.CANNOT_TELL
        if high < no_difference:
            return ClaimVerdict.OPPOSITE
        return ClaimVerdict.IN_PART if self.claim.is_about_time and high < CLAIMED_RATIO else ClaimVerdict.HOLDS


def stand_in_replaces_vggish(families: Collection[str]) -> bool:
    """Whether a stand-in for VGGish is among the trained families, and VGGish is not."""
    return "vggish" not in families and any(map(is_stand_in, families))


def _verdict_of_no_effect(low: float, high: float) -> ClaimVerdict:
    if low > 0.0:
        return ClaimVerdict.NOT_SO
    return ClaimVerdict.HOLDS if high <= NEGLIGIBLE else ClaimVerdict.CANNOT_TELL
