"""Sentences about what AM can be promised: the same under the handle, in "How sure" and in the report."""

from __future__ import annotations

from core.metrics.am_bound import AmUpperBound as AmUpperBound  # for screens
from core.metrics.am_bound import recordings_needed_without_refusals
from core.number_words import counted, short_percent

NOTHING = "The test children have no Accepted recording: nothing can be promised."


def promise_sentence(promise: AmUpperBound | None, *, keeps_at: float | None = None) -> str:
    """Whether the target can be promised; where it cannot, how many recordings it would take.

    Parameters
    ----------
    promise : None without Accepted recordings
    keeps_at : the highest AM target that keeps the promise of this one, where there is one
    """
    if promise is None or not promise.n:
        return NOTHING
    claim = f"With {_recordings(promise)}, an AM of at most {short_percent(promise.am_target)}"
    upper = short_percent(promise.upper)
    if promise.can_be_kept:
        return f"{claim} can be promised for children recorded like these: it is at most {upper}, 95 times of 100."
    refused = f"{promise.refused:,} of them {'is' if promise.refused == 1 else 'are'} refused"
    sentence = f"{claim} cannot be promised: {refused}, so up to {upper} may be. {_enough(promise)}"
    return sentence if keeps_at is None else f"{sentence} It can at a target of {short_percent(keeps_at)}."


def fewest_sentence(promise: AmUpperBound) -> str:
    """How many recordings it takes at the least; "" where the target can be promised, or never can be."""
    if promise.can_be_kept or not 0 < promise.am_target < 1:
        return ""
    return f"With none of them refused, {recordings_needed_without_refusals(promise.am_target):,} would do."


def _recordings(promise: AmUpperBound) -> str:
    children = counted(promise.n_children, "test child", "test children")
    these = "this" if promise.n == 1 else "these"
    return f"{these} {counted(promise.n, 'Accepted recording')} of {children}"


def _enough(promise: AmUpperBound) -> str:
    if promise.needed is None:
        return "No number of recordings could: the share refused is not below the target."
    return f"About {promise.needed:,} could, if no larger share of them is refused."
