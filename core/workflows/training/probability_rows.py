"""Probabilities as the rows in which the database stores them."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.models import ProbabilityRow
from core.learning.tasks import Probabilities


def probability_rows(recording_ids: Sequence[int], p: Probabilities) -> list[ProbabilityRow]:
    """A row a recording, in the order of `p`."""
    unknown = [None] * len(recording_ids)
    noise, speechless = (
        unknown if column is None else [float(value) for value in column] for column in (p.p_noise, p.p_speechless)
    )
    return list(zip(recording_ids, map(float, p.p_accepted), noise, speechless, strict=True))
