"""Sentences of the report of a model. Shares are between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.domain.certainty import Certainty
from core.metrics.slices import Slice
from core.number_words import percent
from core.sentences.certainty_sentences import meaning


def title(model_name: str, am_target: float) -> str:
    """The title of the page."""
    return f"{model_name} at an AM target of {percent(am_target)}"


def subtitle(am_target: float, threshold: float, trained_at: datetime, *, certainty: Certainty) -> str:
    """Which trade-off the report is about, and of what age the model is."""
    return (
        f"At most {percent(am_target)} of the good readings wrongly refused (AM target), "
        f"{meaning(certainty)}. Threshold {threshold:.4f}, "
        f"found on validation children and frozen. Trained {trained_at:%Y-%m-%d %H:%M} UTC."
    )


def daily_sentence(readings_a_day: int, *, wrongly_refused: float, let_through: float) -> str:
    """The two kinds of mistakes of a day, in recordings."""
    return (
        f"On a day with {readings_a_day:,} readings: {wrongly_refused:,.0f} good ones are wrongly refused, "
        f"{let_through:,.0f} bad ones are let through."
    )


def certainty_sentence(n_accepted: int, n_rejected: int) -> str:
    """How many recordings the figures come from, and what the intervals mean."""
    return (
        f"Measured on {n_accepted:,} good readings and {n_rejected:,} bad recordings of the test children. Intervals "
        "hold 95 times of 100; recordings of one child count as belonging together."
    )


def provenance_sentence(written_at: datetime, model_name: str) -> str:
    """When the report was written, and from which model."""
    return f"Made {written_at:%Y-%m-%d %H:%M} UTC with Earshot from model {model_name}."


def worse_slice_sentences(slices: Sequence[Slice]) -> list[str]:
    """A sentence for each figure by which a slice is treated significantly worse than the rest."""
    return [
        f"{compared.kind} {compared.name} is treated worse: {percent(share.value)} of its {noun} are {verb}, elsewhere "
        f"{percent(share.rest)} (p = {share.p:.3f})."
        for compared in slices
        for share, noun, verb in (
            (compared.am, "good readings", "wrongly refused"),
            (compared.rcc, "bad recordings", "caught"),
        )
        if share.is_worse
    ]
