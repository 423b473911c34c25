"""What brings the next recording to a judge: the order in force, a random one between, or a repeat.

The draw is a keyed hash of the judge and of how many labels came before: nobody can foresee it at the desk, and it is
the same after every restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

SHUFFLE, USEFUL, RANDOM, REPEAT = "shuffle", "useful", "random", "repeat"


def uniform_draw(judge_id: int, number: int, purpose: str) -> float:
    """A number in [0, 1), evenly spread over judges and numbers."""
    digest = blake2b(f"{purpose} {number} of {judge_id}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56


def selection_reason(judge_id: int, number: int, *, order: str, random_share: float, repeat_share: float) -> str:
    """What shall bring this judge's recording of that number."""
    if uniform_draw(judge_id, number, "repeat") < repeat_share:
        return REPEAT
    if order == USEFUL and uniform_draw(judge_id, number, "order") >= random_share:
        return USEFUL
    return RANDOM if order == USEFUL else SHUFFLE


def fill_slots(slots: Sequence[str], found: Mapping[str, Sequence[int]]) -> dict[int, str]:
    """Fill the free places of a desk: recording id to what brought it, in order.

    Parameters
    ----------
    slots : what shall bring each.
    found : by `SHUFFLE`, `USEFUL` and `REPEAT`, what there is to bring, best first.

    Returns
    -------
    Each recording once. A place whose kind has run out is filled from the judge's own shuffle.
    """
    waiting = {kind: iter(ids) for kind, ids in found.items()}
    taken: dict[int, str] = {}
    for kind in slots:
        source = SHUFFLE if kind == RANDOM else kind
        pick = _next_free(waiting.get(source), taken)
        if pick is None and source != SHUFFLE:
            pick, kind = _next_free(waiting.get(SHUFFLE), taken), SHUFFLE
        if pick is not None:
            taken[pick] = kind
    return taken


def _next_free(waiting: object, taken: Mapping[int, str]) -> int | None:
    ids = waiting if waiting is not None else iter(())
    return next((found for found in ids if found not in taken), None)  # type: ignore[attr-defined]
