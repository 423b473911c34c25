"""Sources: where recordings come from (a school, a device, a task), and the threshold that is in force in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject
from core.domain.models import OperatingPoint


class ThresholdBasis(StrEnum):
    """Where the threshold of a source comes from. The words are stored."""

    COMMON = "common"  # that of the deployment, as everywhere else
    UNLABELLED = "without labels"  # chosen from the p of its recordings alone
    JUDGED = "judged"  # chosen after recordings of the source were judged
    RECOMPUTED = "recomputed"  # without labels, because another model was deployed


@dataclass(frozen=True)
class SourcePoint:
    """A threshold that was chosen for a source, for one model and one AM target; the newest of these is in force.

    threshold : None where the source went back to the common one
    n, n_judged : recordings that it was chosen on, and of them judged ones
    figures : what it expects and costs, as the workflow that chose it writes them
    """

    id: int
    source: str
    model_id: str
    am_target: float
    threshold: float | None
    basis: ThresholdBasis
    n: int
    n_judged: int
    figures: JsonObject
    chosen_by: str
    chosen_at: datetime
    reason: str

    @property
    def is_own(self) -> bool:
        return self.threshold is not None

    @property
    def certainty(self) -> Certainty | None:
        """How sure an own threshold keeps the target; None where nothing is sure: labels are missing, or too few.

        Thresholds of before certainty aimed at the target itself, without a margin.
        """
        if self.basis is not ThresholdBasis.JUDGED:
            return None
        share = self.figures.get("certainty", Certainty.EVEN.value)
        return Certainty.of(share) if isinstance(share, float) else None


@dataclass(frozen=True)
class ThresholdInForce:
    """What decides in a source: the deployed operating point, and the source's own threshold where it has one."""

    point: OperatingPoint
    source: str = ""
    own: SourcePoint | None = None

    @property
    def certainty(self) -> Certainty | None:
        """How sure the threshold keeps the target with other children; None where nothing is sure."""
        return self.own.certainty if self.own and self.own.is_own else self.point.certainty

    @property
    def threshold(self) -> float:
        own = self.own.threshold if self.own else None
        return self.point.threshold if own is None else own

    @property
    def basis(self) -> ThresholdBasis:
        return self.own.basis if self.own and self.own.is_own else ThresholdBasis.COMMON


@dataclass(frozen=True)
class SourceRecording:
    """A recording of a source with its p by a model, and the share of its judges that accept it.

    vote : None until two judges have judged its newest round
    """

    recording_id: int
    child_id: int
    p_accepted: float
    vote: float | None


@dataclass(frozen=True)
class ScoredDay:
    """What was scored of a source on a day by a model: counts and sums, no audio and no names.

    day : ISO 8601
    sums, reading_sums : of the measures of sound, of all recordings, and each weighted with its p
    """

    source: str
    day: str
    model_id: str
    n: int = 0
    n_refused: int = 0
    sum_p: float = 0.0
    n_processed: int = 0
    sums: tuple[float, ...] = field(default_factory=tuple)
    reading_sums: tuple[float, ...] = field(default_factory=tuple)

    def plus(self, other: ScoredDay) -> ScoredDay:
        """Both together, under the source, day and model of this one."""
        return ScoredDay(
            self.source,
            self.day,
            self.model_id,
            self.n + other.n,
            self.n_refused + other.n_refused,
            self.sum_p + other.sum_p,
            self.n_processed + other.n_processed,
            _added(self.sums, other.sums),
            _added(self.reading_sums, other.reading_sums),
        )


def _added(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    """Of measures that another version knows, the sums begin anew."""
    if not first or not second or len(first) != len(second):
        return second or first
    return tuple(a + b for a, b in zip(first, second, strict=True))
