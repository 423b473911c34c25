"""Sentences about sources: which threshold is in force and why, what it costs, what is different about the sound."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.sound_differences import SoundDifference
from core.domain.sources import SourcePoint, ThresholdBasis, ThresholdInForce
from core.metrics.judged_source import JudgedSource
from core.metrics.source_threshold import SourceThreshold
from core.number_words import decimal, interval, percent, short_percent
from core.sentences.certainty_sentences import source_certainty_words
from core.sentences.sound_sentences import differences_words
from core.translation import DEFAULT_LANGUAGE, grouped, mark, translate, translate_count

REASONS = {
    ThresholdBasis.COMMON: mark("The threshold in force is {threshold}: the common one, as everywhere else ({sure})."),
    ThresholdBasis.UNLABELLED: mark(
        "The threshold in force is {threshold}: its own, chosen without labels from {recordings} ({sure})."
    ),
    ThresholdBasis.JUDGED: mark(
        "The threshold in force is {threshold}: its own, chosen on {judged} that two judges judged ({sure})."
    ),
    ThresholdBasis.RECOMPUTED: mark(
        "The threshold in force is {threshold}: its own, recomputed without labels from {recordings} when another "
        "model or target was deployed ({sure})."
    ),
}
BASES = {
    ThresholdBasis.COMMON: mark("common"),
    ThresholdBasis.UNLABELLED: mark("without labels"),
    ThresholdBasis.JUDGED: mark("judged"),
    ThresholdBasis.RECOMPUTED: mark("recomputed"),
}


def in_force_sentence(now: ThresholdInForce, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """Which threshold decides in a source, and why."""
    own = now.own
    sentence = translate(
        speaks,
        REASONS[now.basis],
        threshold=decimal(now.threshold, 4, speaks=speaks),
        recordings=_recordings(own.n if own else 0, speaks),
        judged=_recordings(own.n_judged if own else 0, speaks),
        sure=source_certainty_words(now.certainty, now.basis, speaks),
    )
    if own is None or not own.is_own:
        return sentence
    elsewhere = decimal(now.point.threshold, 4, speaks=speaks)
    return " ".join([sentence, translate(speaks, "Everywhere else it is {threshold}.", threshold=elsewhere)])


def own_threshold_words(point: SourcePoint, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A source with its threshold in a list: `school 7 0.2140 (judged, sure to 95 %)`."""
    sure = source_certainty_words(point.certainty, point.basis, speaks)
    threshold = decimal(point.threshold, 4, speaks=speaks)
    return f"{point.source} {threshold} ({translate(speaks, BASES[point.basis])}, {sure})"


def unlabelled_sentence(chosen: SourceThreshold, am_target: float, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What the source's own p give without labels, and what that costs."""
    if not chosen.is_own:
        return translate(
            speaks,
            "From {recordings}: the common threshold can stay. What p are like here differs from validation no more "
            "than another share of good readings explains.",
            recordings=_recordings(chosen.n, speaks),
        )
    return translate(
        speaks,
        "From {recordings}, without labels: {threshold}. By its p the model expects {am} of the good readings wrongly "
        "refused (AM target {target}) and {rcc} of the bad recordings caught, instead of {common} at the common "
        "threshold. An estimate: judging some makes it sure.",
        recordings=_recordings(chosen.n, speaks),
        threshold=decimal(chosen.threshold, 4, speaks=speaks),
        am=percent(chosen.expected_am, speaks=speaks),
        target=short_percent(am_target, speaks=speaks),
        rcc=percent(chosen.expected_rcc, speaks=speaks),
        common=percent(chosen.expected_rcc_common, speaks=speaks),
    )


def judged_sentence(judged: JudgedSource, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What the judged recordings give, with the interval that so few have."""
    shares = {
        "am": judged.am,
        "am_stream": judged.am_stream,
        "rcc": judged.rcc,
        "am_common": judged.am_common,
        "rcc_common": judged.rcc_common,
    }
    figures = translate(
        speaks,
        "From {recordings} ({accepted} Accepted): {threshold}. AM {am} (95 %: {am_ends}), {am_stream} with "
        "disagreements; RCC {rcc} (95 %: {rcc_ends}). The common threshold has AM {am_common}, RCC {rcc_common} on the "
        "same recordings.",
        recordings=translate_count(speaks, "{n} judged recording", "{n} judged recordings", judged.n),
        accepted=grouped(judged.n_accepted, speaks),
        threshold=decimal(judged.threshold, 4, speaks=speaks),
        am_ends=interval(judged.am_interval, of=judged.am, speaks=speaks),
        rcc_ends=interval(judged.rcc_interval, of=judged.rcc, speaks=speaks),
        **{name: percent(share, speaks=speaks) for name, share in shares.items()},
    )
    return f"{figures} {judged_certainty_sentence(judged, speaks=speaks)}"


def judged_certainty_sentence(judged: JudgedSource, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """How sure the judged threshold is, and what would make it surer."""
    sure = source_certainty_words(judged.certainty, ThresholdBasis.JUDGED, speaks)
    needed = judged.needed
    sentence = translate(speaks, "This threshold: {sure}.", sure=sure)
    if needed is None:
        return sentence
    if needed.n_children is None:
        wanted = translate(
            speaks, "To be sure to {percent} % no number of children would do.", percent=needed.certainty.in_hundred
        )
    else:
        wanted = translate_count(
            speaks,
            "To be sure to {percent} % about {n} child like these would have to be judged.",
            "To be sure to {percent} % about {n} children like these would have to be judged.",
            needed.n_children,
            percent=needed.certainty.in_hundred,
        )
    return f"{sentence} {wanted}"


def differences_sentence(
    source: str, n: int, differences: Sequence[SoundDifference], *, speaks: str = DEFAULT_LANGUAGE
) -> str:
    """That a source is unlike what the model learned from, and by what."""
    return translate(
        speaks,
        "{source}: {recordings} sound unlike those that the model learned from: {differences}.",
        source=source or translate(speaks, "Without a named source"),
        recordings=translate_count(speaks, "{n} scored recording", "{n} scored recordings", n),
        differences=differences_words(differences, speaks=speaks),
    )


def processing_advice(differences: Sequence[SoundDifference], *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What the platform's builders can do about it; "" where the device processes nothing."""
    if not any(difference.is_processing for difference in differences):
        return ""
    return translate(
        speaks,
        "The reading platform can ask the browser for `noiseSuppression: false, autoGainControl: false`.",
    )


def _recordings(n: int, speaks: str) -> str:
    return translate_count(speaks, "{n} recording", "{n} recordings", n)
