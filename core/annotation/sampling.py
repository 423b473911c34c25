"""Why the next recording comes to a judge: the order in force, a random one between, a repeat, or a known answer.

The draw is a keyed hash of the judge and of how many labels came before: it cannot be predicted at the desk, and it is
the same after every restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

from core.domain.selection import SelectionReason


def uniform_draw(judge_id: int, number: int, purpose: str) -> float:
    """A number in [0, 1), evenly spread over judges and numbers."""
    digest = blake2b(f"{purpose} {number} of {judge_id}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56


def selection_reason(
    judge_id: int, number: int, *, order: str, random_share: float, repeat_share: float, control_share: float = 0.0
) -> SelectionReason:
    """Why this judge's recording of that number shall come.

    Parameters
    ----------
    order : the order in force, `SelectionReason.SHUFFLE` or `SelectionReason.UNCERTAINTY`.
    random_share, repeat_share, control_share : float in [0, 1].
    """
    if repeat_share and uniform_draw(judge_id, number, "repeat") < repeat_share:
        return SelectionReason.REPEAT
    if control_share and uniform_draw(judge_id, number, "control") < control_share:
        return SelectionReason.CONTROL
    if order != SelectionReason.UNCERTAINTY:
        return SelectionReason.SHUFFLE
    is_random = uniform_draw(judge_id, number, "order") < random_share
    return SelectionReason.RANDOM if is_random else SelectionReason.UNCERTAINTY


def mix_in(mixed: Sequence[int], others: Sequence[int], judge_id: int, number: int, *, share: float) -> list[int]:
    """Two orders in one: about this share of the places goes to the first, as long as it lasts; each recording once.

    Parameters
    ----------
    number : of the first place among all that came to this judge
    share : float in [0, 1].

    Examples
    --------
    >>> sorted(mix_in([7, 8], [1, 2, 3], 4, 0, share=0.5))
    [1, 2, 3, 7, 8]
    """
    first, rest = list(mixed), [recording_id for recording_id in others if recording_id not in set(mixed)]
    merged: list[int] = []
    while first and rest:
        is_first = uniform_draw(judge_id, number + len(merged), "of class") < share
        merged.append((first if is_first else rest).pop(0))
    return [*merged, *first, *rest]


def fill_slots(
    slots: Sequence[SelectionReason], candidates: Mapping[SelectionReason, Sequence[int]]
) -> dict[int, SelectionReason]:
    """Fill the free places of a desk: recording id to selection reason, in order.

    Parameters
    ----------
    slots : why each shall come.
    candidates : by SHUFFLE, UNCERTAINTY, REPEAT and CONTROL, the recordings there are, best first.

    Returns
    -------
    Each recording once. A place whose kind has run out is filled from the judge's own shuffle.
    """
    waiting = {reason: iter(recording_ids) for reason, recording_ids in candidates.items()}
    taken: dict[int, SelectionReason] = {}
    for slot in slots:
        reason = slot
        source = SelectionReason.SHUFFLE if reason is SelectionReason.RANDOM else reason
        recording_id = _next_free(waiting.get(source, iter(())), taken)
        if recording_id is None and source is not SelectionReason.SHUFFLE:
            reason = SelectionReason.SHUFFLE
            recording_id = _next_free(waiting.get(reason, iter(())), taken)
        if recording_id is not None:
            taken[recording_id] = reason
    return taken


def _next_free(waiting: Iterator[int], taken: Mapping[int, SelectionReason]) -> int | None:
    return next((recording_id for recording_id in waiting if recording_id not in taken), None)
