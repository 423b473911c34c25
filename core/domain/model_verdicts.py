"""What a model decides on a stored recording, by its stored probabilities and the threshold in force there."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.decisions import RejectionReason
from core.domain.sources import ThresholdBasis

CLOSE = 0.05  # from the threshold: a reading that sounds a little different may be decided the other way


@dataclass(frozen=True)
class ModelVerdict:
    """What a model decides on a recording, at the threshold of the recording's source.

    p_noise, p_speechless : None where the model does not tell the two apart
    """

    model_id: str
    model: str
    p_accepted: float
    p_noise: float | None
    p_speechless: float | None
    threshold: float
    basis: ThresholdBasis = ThresholdBasis.COMMON

    @property
    def is_refused(self) -> bool:
        return self.p_accepted < self.threshold

    @property
    def is_close(self) -> bool:
        """Whether p lies so near to the threshold that little would change the decision."""
        return abs(self.p_accepted - self.threshold) < CLOSE

    @property
    def reason(self) -> RejectionReason | None:
        """The likelier way to be unusable; None of an accepted recording, and where the model cannot tell."""
        if not self.is_refused or self.p_noise is None or self.p_speechless is None:
            return None
        return RejectionReason.NOISE if self.p_noise > self.p_speechless else RejectionReason.SPEECHLESS
