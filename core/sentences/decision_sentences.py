"""Why a recording was accepted or refused, from its decision record, in words for whoever asks; in their language."""

from __future__ import annotations

from core.domain.decisions import DecisionRecord, RejectionReason
from core.number_words import decimal, percent
from core.translation import mark, translate

UNLIKE_FROM = 0.95  # of the model's training recordings are more like the others

BECAUSE = {
    RejectionReason.NOISE: mark(
        "Of the two ways to be unusable, noise is the likelier one: something else is heard than one child reading."
    ),
    RejectionReason.SPEECHLESS: mark(
        "Of the two ways to be unusable, no speech is the likelier one: hardly any reading is heard."
    ),
}


def why(record: DecisionRecord, language: str = "en") -> list[str]:
    """Sentences: what was decided and when, by which figures, the likeliest reason, and what the figures cannot say."""
    sentences = [_decided(record, language), _compared(record, language)]
    if record.reason is not None:
        sentences.append(translate(language, BECAUSE[record.reason]))
    elif record.is_refused:
        sentences.append(translate(language, "This model does not tell noise from silence, so there is no reason."))
    if record.distance is not None and record.distance >= UNLIKE_FROM:
        sentences.append(
            translate(
                language,
                "The recording sounds unlike those that the model learned from: such a decision is less sure.",
            )
        )
    if record.is_refused:
        sentences.append(
            translate(language, "The decision is about the sound alone: it says nothing of how well the child reads.")
        )
    return sentences


def verdict_word(record: DecisionRecord, language: str = "en") -> str:
    """`accepted`, `refused`."""
    return translate(language, "refused") if record.is_refused else translate(language, "accepted")


def _decided(record: DecisionRecord, language: str) -> str:
    values = {"at": f"{record.decided_at:%Y-%m-%d %H:%M} UTC", "duration": decimal(record.duration_s, speaks=language)}
    source = record.source or translate(language, "a source without a name")
    words = (
        mark("On {at} a recording of {duration} seconds from {source} was refused by the model {model}.")
        if record.is_refused
        else mark("On {at} a recording of {duration} seconds from {source} was accepted by the model {model}.")
    )
    return translate(language, words, **values, source=source, model=record.model_id)


def _compared(record: DecisionRecord, language: str) -> str:
    words = (
        mark("The model gave it a chance of {p} of being a good reading; from {threshold} on it would be accepted.")
        if record.is_refused
        else mark("The model gave it a chance of {p} of being a good reading; from {threshold} on it is accepted.")
    )
    return translate(
        language,
        words,
        p=percent(record.p_accepted, speaks=language),
        threshold=percent(record.threshold, speaks=language),
    )
