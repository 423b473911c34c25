"""What a comparison comes to. Sentences about it are made where people read them."""

from __future__ import annotations

from enum import StrEnum


class GateVerdict(StrEnum):
    """A new model against the one in force."""

    BETTER = "better"
    ALIKE = "alike"
    UNSURE = "unsure"  # a loss that may be chance
    WORSE = "worse"
    UNKNOWN = "unknown"  # a class has no recordings

    @property
    def is_offered(self) -> bool:
        """Whether the model may be deployed without insisting."""
        return self in (GateVerdict.BETTER, GateVerdict.ALIKE)


class GainVerdict(StrEnum):
    """What the expected gain means for whoever decides about more labels."""

    PAYS = "pays"
    SATURATED = "saturated"
    UNSURE = "unsure"
