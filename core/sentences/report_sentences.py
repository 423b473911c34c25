"""Sentences of the report of a model, in the language of its reader (`speaks`). Shares are between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_date

from core.domain.certainty import Certainty
from core.metrics.slices import Slice, SliceShare
from core.number_words import decimal, percent
from core.sentences.certainty_sentences import meaning
from core.sentences.slice_sentences import kind_words, name_words
from core.translation import DEFAULT_LANGUAGE, grouped, translate


def title(model_name: str, am_target: float, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The title of the page."""
    target = percent(am_target, speaks=speaks)
    return translate(speaks, "{model} at an AM target of {target}", model=model_name, target=target)


def subtitle(
    am_target: float,
    threshold: float,
    trained_at: datetime,
    *,
    certainty: Certainty,
    speaks: str = DEFAULT_LANGUAGE,
) -> str:
    """Which trade-off the report is about, and of what age the model is."""
    return translate(
        speaks,
        "At most {target} of the good readings wrongly refused (AM target), {meaning}. Threshold {threshold}, found on "
        "validation children and frozen. Trained {when}.",
        target=percent(am_target, speaks=speaks),
        meaning=meaning(certainty, speaks),
        threshold=decimal(threshold, 4, speaks=speaks),
        when=when_text(trained_at, speaks),
    )


def when_text(at: datetime, speaks: str) -> str:
    """A time of the database: `2026-03-01 14:05 UTC`, `1 mars 2026, 14:05 UTC`. A page that is sent knows no zone."""
    if speaks == DEFAULT_LANGUAGE:
        return f"{at:%Y-%m-%d %H:%M} UTC"
    return f"{format_date(at, format='long', locale=speaks)}, {at:%H:%M} UTC"


def daily_sentence(
    readings_a_day: int, *, wrongly_refused: float, let_through: float, speaks: str = DEFAULT_LANGUAGE
) -> str:
    """The two kinds of mistakes of a day, in recordings."""
    return translate(
        speaks,
        "On a day with {readings} readings: {refused} good ones are wrongly refused, {through} bad ones are let "
        "through.",
        readings=grouped(readings_a_day, speaks),
        refused=grouped(round(wrongly_refused), speaks),
        through=grouped(round(let_through), speaks),
    )


def certainty_sentence(n_accepted: int, n_rejected: int, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """How many recordings the figures come from, and what the intervals mean."""
    return translate(
        speaks,
        "Measured on {good} good readings and {bad} bad recordings of the test children. Intervals hold 95 times of "
        "100; recordings of one child count as belonging together.",
        good=grouped(n_accepted, speaks),
        bad=grouped(n_rejected, speaks),
    )


def provenance_sentence(written_at: datetime, model_name: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """When the report was written, and from which model."""
    when = when_text(written_at, speaks)
    return translate(speaks, "Made {when} with Earshot from model {model}.", when=when, model=model_name)


def worse_slice_sentences(slices: Sequence[Slice], *, speaks: str = DEFAULT_LANGUAGE) -> list[str]:
    """A sentence for each figure by which a slice is treated significantly worse than the rest."""
    sentences = []
    for compared in slices:
        if compared.am.is_worse:
            sentences.append(
                translate(
                    speaks,
                    "{group} is treated worse: {share} of its good readings are wrongly refused, elsewhere {rest} "
                    "(p = {p}).",
                    **_values(compared, compared.am, speaks),
                )
            )
        if compared.rcc.is_worse:
            sentences.append(
                translate(
                    speaks,
                    "{group} is treated worse: {share} of its bad recordings are caught, elsewhere {rest} (p = {p}).",
                    **_values(compared, compared.rcc, speaks),
                )
            )
    return sentences


def _values(compared: Slice, share: SliceShare, speaks: str) -> dict[str, str]:
    return {
        "group": f"{kind_words(compared.kind, speaks=speaks)} {name_words(compared, speaks=speaks)}",
        "share": percent(share.value, speaks=speaks),
        "rest": percent(share.rest, speaks=speaks),
        "p": decimal(share.p, 3, speaks=speaks),
    }
