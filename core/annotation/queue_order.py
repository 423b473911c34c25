"""Each judge's own order of recordings. Orders differ, so that effects of order do not bias all labels alike.

The order is a keyed hash of the recording's number and is stored nowhere: it is the same after every restart, and
later recordings fall between the others without moving them. It is a ring: a judge goes on behind the
recording judged last, and what came back meanwhile (an expired claim, an undone label) is met on the next way round.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

STRETCHES = (32, 96, 256)  # in the middle of the work the next open recordings are nearly always among these


def judge_order(recording_ids: Sequence[int], judge_id: int, *, after: int | None = None) -> list[int]:
    """Recordings as this judge meets them, begun behind the recording `after`, or at the ring's start when None."""
    ids = np.asarray(recording_ids, dtype=np.uint64)
    places = _hashed(ids, judge_id)
    if after is not None:
        places = places - _hashed(np.asarray([after], dtype=np.uint64), judge_id) - np.uint64(1)
    return [int(recording_id) for recording_id in ids[np.argsort(places, kind="stable")]]


def next_id_ranges(judge_id: int, highest_id: int, *, after: int | None = None) -> Iterator[list[int]]:
    """The next stretches of the ring, of `STRETCHES` numbers each, without sorting anything twice.

    Parameters
    ----------
    highest_id : the highest recording number there is; 0 when there is none, and then nothing comes.
    """
    ring = _whole_order(judge_id, highest_id)
    at = np.flatnonzero(ring == after)
    begin = int(at[0]) + 1 if at.size else 0
    length = min(sum(STRETCHES), highest_id)
    ahead = ring.take(range(begin, begin + length), mode="wrap").tolist() if highest_id else []
    for stretch in STRETCHES:
        if ahead:
            yield ahead[:stretch]
        ahead = ahead[stretch:]


@lru_cache(maxsize=64)
def _whole_order(judge_id: int, highest_id: int) -> npt.NDArray[np.int64]:
    return np.asarray(judge_order(range(1, highest_id + 1), judge_id), dtype=np.int64)


def _hashed(ids: npt.NDArray[np.uint64], judge_id: int) -> npt.NDArray[np.uint64]:
    key = blake2b(f"own order of {judge_id}".encode(), digest_size=8).digest()
    # 64-bit arithmetic on arrays wraps silently, as the hash wants it
    mixed = (ids * np.uint64(0x9E3779B97F4A7C15)) ^ np.frombuffer(key, dtype="<u8")
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashed: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashed
