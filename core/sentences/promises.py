"""Sentences about what AM can be promised: the same under the handle, in "How sure" and in the report."""

from __future__ import annotations

from core.metrics.am_bound import AmUpperBound as AmUpperBound  # for screens
from core.metrics.am_bound import recordings_needed_without_refusals
from core.number_words import short_percent
from core.translation import DEFAULT_LANGUAGE, grouped, mark, translate, translate_count

NOTHING = mark("The test children have no Accepted recording: nothing can be promised.")


def promise_sentence(
    promise: AmUpperBound | None, *, keeps_at: float | None = None, speaks: str = DEFAULT_LANGUAGE
) -> str:
    """Whether the target can be promised; where it cannot, how many recordings it would take.

    Parameters
    ----------
    promise : None without Accepted recordings
    keeps_at : the highest AM target that keeps the promise of this one, where there is one
    """
    if promise is None or not promise.n:
        return translate(speaks, NOTHING)
    values = {
        "recordings": _recordings(promise, speaks),
        "target": short_percent(promise.am_target, speaks=speaks),
        "upper": short_percent(promise.upper, speaks=speaks),
    }
    if promise.can_be_kept:
        return translate(
            speaks,
            "With {recordings}, an AM of at most {target} can be promised for children recorded like these: it is at "
            "most {upper}, 95 times of 100.",
            **values,
        )
    refused = translate_count(
        speaks,
        "With {recordings}, an AM of at most {target} cannot be promised: {n} of them is refused, so up to {upper} "
        "may be.",
        "With {recordings}, an AM of at most {target} cannot be promised: {n} of them are refused, so up to {upper} "
        "may be.",
        promise.refused,
        **values,
    )
    sentence = f"{refused} {_enough(promise, speaks)}"
    if keeps_at is None:
        return sentence
    lower = translate(speaks, "It can at a target of {target}.", target=short_percent(keeps_at, speaks=speaks))
    return f"{sentence} {lower}"


def fewest_sentence(promise: AmUpperBound, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """How many recordings it takes at the least; "" where the target can be promised, or never can be."""
    if promise.can_be_kept or not 0 < promise.am_target < 1:
        return ""
    needed = recordings_needed_without_refusals(promise.am_target)
    return translate(speaks, "With none of them refused, {n} would do.", n=grouped(needed, speaks))


def _recordings(promise: AmUpperBound, speaks: str) -> str:
    children = translate_count(speaks, "{n} test child", "{n} test children", promise.n_children)
    return translate_count(
        speaks,
        "this {n} Accepted recording of {children}",
        "these {n} Accepted recordings of {children}",
        promise.n,
        children=children,
    )


def _enough(promise: AmUpperBound, speaks: str) -> str:
    if promise.needed is None:
        return translate(speaks, "No number of recordings could: the share refused is not below the target.")
    return translate(
        speaks,
        "About {n} could, if no larger share of them is refused.",
        n=grouped(promise.needed, speaks),
    )
